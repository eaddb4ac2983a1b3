import { run } from "@millrace/core";
import type { Part } from "@millrace/parts";
import { describe, expect, test } from "vitest";
import { carriedOf, throughWire } from "../carried.fixture.ts";
import { carries, failsWell, finish, OVERLOADED, said, USAGE } from "../encoders.fixture.ts";
import { decodeAnthropic } from "./decode-anthropic.ts";
import { encodeAnthropic, type EncodeAnthropicOptions } from "./encode-anthropic.ts";

function encoded(parts: readonly Part[], options?: EncodeAnthropicOptions): object[] {
  return run(encodeAnthropic(options), parts).map(({ type, data }) => {
    const event = JSON.parse(data) as { type: string };
    expect(event.type).toBe(type);
    return event;
  });
}

/** What the events between the message's start and its end say. */
function content(parts: readonly Part[]): object[] {
  return encoded(parts).slice(1, -2);
}

const start = (index: number, content_block: object) => ({
  type: "content_block_start",
  index,
  content_block,
});
const delta = (index: number, value: object) => ({
  type: "content_block_delta",
  index,
  delta: value,
});
const stop = (index: number) => ({ type: "content_block_stop", index });
const input = (index: number, partial_json: string) =>
  delta(index, { type: "input_json_delta", partial_json });

describe("an ordinary answer", () => {
  test("is a message with a block of content", () => {
    const parts: Part[] = [
      { type: "response-metadata", id: "c", modelId: "m" },
      { type: "usage", usage: { inputTokens: { total: 20 }, outputTokens: {} } },
      ...said("Good morning"),
      { type: "usage", usage: USAGE },
      finish("stop", { usage: USAGE }),
    ];
    expect(encoded(parts)).toEqual([
      {
        type: "message_start",
        message: {
          id: "c",
          type: "message",
          role: "assistant",
          model: "m",
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: { input_tokens: 20, output_tokens: 0 },
        },
      },
      start(0, { type: "text", text: "" }),
      delta(0, { type: "text_delta", text: "Good morning" }),
      stop(0),
      {
        type: "message_delta",
        delta: { stop_reason: "end_turn", stop_sequence: null },
        usage: {
          input_tokens: 15,
          cache_read_input_tokens: 5,
          output_tokens: 30,
          output_tokens_details: { thinking_tokens: 10 },
        },
      },
      { type: "message_stop" },
    ]);
  });

  test("is under the id and the model that options give", () => {
    const parts: Part[] = [{ type: "response-metadata", id: "c", modelId: "m" }, finish("stop")];
    const [first] = encoded(parts, { id: "own", modelId: "alias" });
    expect(first).toMatchObject({ message: { id: "own", model: "alias" } });
  });

  test.each([
    ["tool_use", finish("tool-calls")],
    ["max_tokens", finish("length")],
    ["refusal", finish("content-filter")],
    ["end_turn", finish("other")],
    ["stop_sequence", finish("stop", { stopSequence: "##" })],
    ["pause_turn", finish("stop", { continuable: { kind: "pause-turn" } })],
  ])("stops because of %s", (reason, part) => {
    expect(encoded([part]).at(-2)).toMatchObject({ delta: { stop_reason: reason } });
    const there = throughWire(encodeAnthropic(), decodeAnthropic(), [part]).at(-1);
    expect(there).toMatchObject({
      ...part,
      finishReason: { unified: reason === "end_turn" ? "stop" : part.finishReason.unified },
      usage: {},
    });
  });
});

describe("everything has its place", () => {
  test("thinking and its signature, and what is redacted", () => {
    const parts: Part[] = [
      { type: "reasoning-start", id: "r" },
      { type: "reasoning-delta", id: "r", delta: "Hm." },
      { type: "reasoning-end", id: "r", signature: "sig" },
      { type: "reasoning-start", id: "x", kind: "redacted" },
      { type: "reasoning-end", id: "x", encrypted: "enc" },
      finish("stop"),
    ];
    expect(content(parts)).toEqual([
      start(0, { type: "thinking", thinking: "", signature: "" }),
      delta(0, { type: "thinking_delta", thinking: "Hm." }),
      delta(0, { type: "signature_delta", signature: "sig" }),
      stop(0),
      start(1, { type: "redacted_thinking", data: "enc" }),
      stop(1),
    ]);
  });

  test("tool calls with streamed input, which may be free text", () => {
    const parts: Part[] = [
      { type: "tool-input-start", id: "a", toolName: "f" },
      { type: "tool-input-delta", id: "a", delta: '{"x":1}' },
      { type: "tool-input-end", id: "a" },
      { type: "tool-call", toolCallId: "a", toolName: "f", input: '{"x":1}', inputState: "valid" },
      { type: "tool-input-start", id: "b", toolName: "g", inputEncoding: "text" },
      { type: "tool-input-delta", id: "b", delta: 'say "' },
      { type: "tool-input-delta", id: "b", delta: 'hi"\n' },
      { type: "tool-input-end", id: "b" },
      {
        type: "tool-call",
        toolCallId: "b",
        toolName: "g",
        input: 'say "hi"\n',
        inputState: "text",
      },
      finish("tool-calls"),
    ];
    expect(content(parts)).toEqual([
      start(0, { type: "tool_use", id: "a", name: "f", input: {} }),
      input(0, '{"x":1}'),
      stop(0),
      start(1, { type: "tool_use", id: "b", name: "g", input: {} }),
      input(1, '"'),
      input(1, 'say \\"'),
      input(1, 'hi\\"\\n'),
      input(1, '"'),
      stop(1),
    ]);
  });

  test("what the provider runs, and its results", () => {
    const parts: Part[] = [
      { type: "tool-input-start", id: "a", toolName: "web_search", providerExecuted: true },
      { type: "tool-input-end", id: "a" },
      { type: "tool-result", toolCallId: "a", result: [], preliminary: true },
      { type: "tool-result", toolCallId: "a", result: [{ url: "https://example.com" }] },
      { type: "tool-result", toolCallId: "unknown", result: 1 },
      finish("stop"),
    ];
    expect(content(parts)).toEqual([
      start(0, { type: "server_tool_use", id: "a", name: "web_search", input: {} }),
      stop(0),
      start(1, {
        type: "web_search_tool_result",
        tool_use_id: "a",
        content: [{ url: "https://example.com" }],
      }),
      stop(1),
    ]);
  });

  test("addresses that a text is founded on", () => {
    const [begin, ...rest] = said("Hi");
    const source = { kind: "url", url: "https://example.com", title: "E" } as const;
    const parts: Part[] = [
      begin!,
      { type: "source", id: "s", source, anchor: { blockId: "text-0", citedText: "a" } },
      { type: "source", id: "t", source },
      ...rest,
      finish("stop"),
    ];
    expect(content(parts)[1]).toEqual(
      delta(0, {
        type: "citations_delta",
        citation: {
          type: "web_search_result_location",
          url: "https://example.com",
          title: "E",
          cited_text: "a",
          encrypted_index: "",
        },
      }),
    );
    const there = throughWire(encodeAnthropic(), decodeAnthropic(), parts);
    expect(there.filter(({ type }) => type === "source")).toMatchObject([
      { source, anchor: { blockId: "text-0", citedText: "a" } },
    ]);
  });

  test("what the format has no place for is left out, as are other choices", () => {
    const parts: Part[] = [
      { type: "file", mediaType: "text/plain", data: { type: "data", data: "YQ==" } },
      { type: "status", status: "searching" },
      { type: "custom", kind: "p.x", value: 1 },
      { type: "raw", rawValue: 1 },
      ...said("b").map((part) => ({ ...part, choice: 1 }) as Part),
      finish("stop", { choice: 1 }),
      finish("stop"),
    ];
    expect(content(parts)).toEqual([]);
  });
});

const pair = { name: "encodeAnthropic", encode: encodeAnthropic, decode: decodeAnthropic };

failsWell(pair);

test("what is open is ended, and what was used told, ahead of an error", () => {
  const parts: Part[] = [
    ...said("Hi").slice(0, 2),
    { type: "usage", usage: USAGE },
    { type: "error", error: OVERLOADED },
    finish("error", { usage: USAGE }),
  ];
  const message = "The answer failed. Please try again.";
  expect(encoded(parts).slice(3)).toMatchObject([
    stop(0),
    { type: "message_delta", delta: { stop_reason: null }, usage: { output_tokens: 30 } },
    { type: "error", error: { type: "overloaded_error", message, retry_after: 1.5 } },
  ]);
});

carries(pair, (parts) => {
  const { stream, choices } = carriedOf(parts.map(withoutKind));
  const first = choices[0]!;
  const isCut = first.finish === "interrupted";
  const { inputTokens, outputTokens } = stream.tokens;
  return {
    stream: {
      ...stream,
      tokens: {
        inputTokens: { total: 0, ...inputTokens },
        outputTokens: { total: 0, ...outputTokens },
      },
      errors: isCut ? ["server"] : stream.errors,
    },
    choices: [{ ...first, logprobs: [], finish: isCut ? "error" : first.finish }],
  };
});

/** Refusals are text like any other. */
function withoutKind(part: Part): Part {
  return part.type === "text-start" ? { ...part, kind: "commentary" } : part;
}
