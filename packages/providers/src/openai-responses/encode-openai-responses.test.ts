import { run } from "@millrace/core";
import type { Part } from "@millrace/parts";
import { describe, expect, test } from "vitest";
import { carriedOf, throughWire, type Carried } from "../carried.fixture.ts";
import { carries, failsWell, finish, OVERLOADED, said, USAGE } from "../encoders.fixture.ts";
import { decodeOpenaiResponses } from "./decode-openai-responses.ts";
import {
  encodeOpenaiResponses,
  type EncodeOpenaiResponsesOptions,
} from "./encode-openai-responses.ts";

type Event = Record<string, unknown> & { type: string };

function encoded(parts: readonly Part[], options?: EncodeOpenaiResponsesOptions): Event[] {
  return run(encodeOpenaiResponses(options), parts).map(({ type, data }, index) => {
    const event = JSON.parse(data) as Event;
    expect(event).toMatchObject({ type, sequence_number: index });
    return event;
  });
}

/** The items as they are done. */
function items(parts: readonly Part[]): unknown[] {
  const done = encoded(parts).filter(({ type }) => type === "response.output_item.done");
  return done.map(({ item }) => item);
}

describe("an ordinary answer", () => {
  const parts: Part[] = [
    { type: "response-metadata", id: "c", modelId: "m", timestamp: new Date(1_999) },
    ...said("Good morning"),
    { type: "usage", usage: USAGE },
    finish("stop", { usage: USAGE }),
  ];

  test("is a response with an item of output, and ends with all of it", () => {
    const events = encoded(parts);
    expect(events.map(({ type }) => type.replace("response.", ""))).toEqual([
      "created",
      "in_progress",
      "output_item.added",
      "content_part.added",
      "output_text.delta",
      "output_text.done",
      "content_part.done",
      "output_item.done",
      "completed",
    ]);
    const place = { item_id: "msg_0", output_index: 0, content_index: 0 };
    expect(events[4]).toMatchObject({ ...place, delta: "Good morning", logprobs: [] });
    const content = [{ type: "output_text", text: "Good morning", annotations: [], logprobs: [] }];
    expect(events.at(-1)).toMatchObject({
      response: {
        id: "c",
        object: "response",
        created_at: 1,
        status: "completed",
        model: "m",
        error: null,
        incomplete_details: null,
        output: [{ id: "msg_0", type: "message", role: "assistant", status: "completed", content }],
        usage: {
          input_tokens: 20,
          input_tokens_details: { cached_tokens: 5 },
          output_tokens: 30,
          output_tokens_details: { reasoning_tokens: 10 },
          total_tokens: 50,
        },
      },
    });
  });

  test("is under the id, the model and the time that options give", () => {
    const options = { id: "own", modelId: "alias", timestamp: new Date(7_000) };
    const [first] = encoded(parts, options);
    expect(first).toMatchObject({ response: { id: "own", model: "alias", created_at: 7 } });
  });

  test("has one id, also if another is told too late: clients refuse what changes it", () => {
    const events = encoded([...said("Hi"), parts[0]!, finish("stop")]);
    const ids = events.map(({ response }) => (response as { id?: string } | undefined)?.id);
    expect(ids.filter((id) => id !== undefined)).toEqual(["", "", ""]);
  });

  test("ends the event stream with its last event, which has the id that says so", () => {
    expect(run(encodeOpenaiResponses(), parts).map(({ id }) => id)).toEqual([
      ...Array<undefined>(8).fill(undefined),
      "done",
    ]);
  });

  test("is incomplete where it was cut, or filtered", () => {
    const cut = encoded([...said("Hi").slice(0, 2), finish("length")]);
    expect(cut.at(-2)).toMatchObject({ item: { status: "incomplete" } });
    const incomplete = (reason: string) => ({
      type: "response.incomplete",
      response: { status: "incomplete", incomplete_details: { reason } },
    });
    expect(cut.at(-1)).toMatchObject(incomplete("max_output_tokens"));
    expect(encoded([...said("Hi"), finish("content-filter")]).at(-1)).toMatchObject(
      incomplete("content_filter"),
    );
    const refused = encoded([...said("No", "t", "refusal"), finish("content-filter")]);
    expect(refused.at(-1)?.type).toBe("response.completed");
  });

  test("is no refusal where none of it was said", () => {
    const [start, delta, end] = said("", "t", "refusal") as [Part, Part, Part];
    const counted = { ...delta, logprobs: [{ token: "a", logprob: -1 }] } as Part;
    const there = throughWire(encodeOpenaiResponses(), decodeOpenaiResponses(), [
      ...[start, counted, end],
      finish("stop"),
    ]);
    expect(there.at(-1)).toMatchObject({ finishReason: { unified: "stop" } });
  });
});

describe("everything has its place", () => {
  test("reasoning, its summary, and what is encrypted", () => {
    const parts: Part[] = [
      { type: "reasoning-start", id: "r" },
      { type: "reasoning-delta", id: "r", delta: "Hm." },
      { type: "reasoning-end", id: "r", signature: "kept back" },
      { type: "reasoning-start", id: "s", kind: "summary" },
      { type: "reasoning-delta", id: "s", delta: "Thought." },
      { type: "reasoning-end", id: "s", encrypted: "enc" },
      { type: "reasoning-start", id: "x", kind: "redacted" },
      { type: "reasoning-end", id: "x", encrypted: "only" },
      finish("stop"),
    ];
    const item = { type: "reasoning", status: "completed", summary: [] };
    expect(items(parts)).toEqual([
      { ...item, id: "rs_0", content: [{ type: "reasoning_text", text: "Hm." }] },
      {
        ...item,
        id: "rs_1",
        summary: [{ type: "summary_text", text: "Thought." }],
        encrypted_content: "enc",
      },
      { ...item, id: "rs_2", encrypted_content: "only" },
    ]);
    const there = throughWire(encodeOpenaiResponses(), decodeOpenaiResponses(), parts);
    expect(there.filter(({ type }) => type.startsWith("reasoning-"))).toMatchObject([
      { type: "reasoning-start" },
      { delta: "Hm." },
      { type: "reasoning-end" },
      { kind: "summary" },
      { delta: "Thought." },
      { encrypted: "enc" },
      { kind: "redacted" },
      { encrypted: "only" },
    ]);
  });

  test("tool calls with streamed input, which may be free text; none is {}", () => {
    const parts: Part[] = [
      { type: "tool-input-start", id: "a", toolName: "f" },
      { type: "tool-input-delta", id: "a", delta: '{"x":1}' },
      { type: "tool-input-end", id: "a" },
      { type: "tool-call", toolCallId: "a", toolName: "f", input: '{"x":1}', inputState: "valid" },
      { type: "tool-input-start", id: "b", toolName: "g", inputEncoding: "text" },
      { type: "tool-input-delta", id: "b", delta: "ls" },
      { type: "tool-input-end", id: "b" },
      { type: "tool-call", toolCallId: "b", toolName: "g", input: "ls", inputState: "text" },
      { type: "tool-input-start", id: "c", toolName: "h" },
      { type: "tool-input-end", id: "c" },
      { type: "tool-call", toolCallId: "c", toolName: "h", input: "", inputState: "valid" },
      finish("tool-calls"),
    ];
    const status = "completed";
    expect(items(parts)).toEqual([
      { id: "fc_0", type: "function_call", status, call_id: "a", name: "f", arguments: '{"x":1}' },
      { id: "ctc_1", type: "custom_tool_call", status, call_id: "b", name: "g", input: "ls" },
      { id: "fc_2", type: "function_call", status, call_id: "c", name: "h", arguments: "{}" },
    ]);
  });

  test("commentary, log probabilities, and addresses that a text is founded on", () => {
    const logprobs = [{ token: "a", logprob: -1 }];
    const source = { kind: "url", url: "https://example.com", title: "E" } as const;
    const parts: Part[] = [
      { type: "text-start", id: "t", kind: "commentary" },
      { type: "text-delta", id: "t", delta: "a", logprobs },
      { type: "source", id: "s", source, anchor: { blockId: "t", start: 0, end: 1 } },
      { type: "source", id: "kept back", source },
      { type: "text-end", id: "t" },
      finish("stop"),
    ];
    const there = throughWire(encodeOpenaiResponses(), decodeOpenaiResponses(), parts);
    expect(there.filter(({ type }) => type.startsWith("text-") || type === "source")).toMatchObject(
      [
        { type: "text-start", kind: "commentary" },
        { delta: "a", logprobs },
        { source, anchor: { start: 0, end: 1 } },
        { type: "text-end" },
      ],
    );
  });

  test("what the format has no place for is left out, as are other choices", () => {
    const parts: Part[] = [
      { type: "tool-input-start", id: "a", toolName: "web", providerExecuted: true },
      { type: "tool-input-delta", id: "a", delta: "{}" },
      { type: "tool-input-end", id: "a" },
      { type: "tool-result", toolCallId: "a", result: 1 },
      { type: "file", mediaType: "text/plain", data: { type: "data", data: "YQ==" } },
      { type: "status", status: "searching" },
      { type: "custom", kind: "p.x", value: 1 },
      { type: "raw", rawValue: 1 },
      ...said("b").map((part) => ({ ...part, choice: 1 }) as Part),
      finish("stop"),
    ];
    expect(encoded(parts)).toHaveLength(3);
  });
});

const pair = {
  name: "encodeOpenaiResponses",
  encode: encodeOpenaiResponses,
  decode: decodeOpenaiResponses,
};

failsWell(pair);

test("what is open is ended, the error told, and all that came repeated", () => {
  const error: Part = { type: "error", error: OVERLOADED };
  const message = "The answer failed. Please try again.";
  expect(encoded([...said("Hi").slice(0, 2), error, finish("error")]).slice(-3)).toMatchObject([
    { type: "response.output_item.done", item: { status: "incomplete" } },
    { type: "error", code: "overloaded", message, param: null, retry_after: 1.5 },
    {
      type: "response.failed",
      response: { status: "failed", error: { code: "overloaded", message }, output: [{}] },
    },
  ]);
});

test("an answer has failed of which more had to be held than may be", () => {
  const parts = [...said("1234"), ...said("5", "text-1"), finish("stop")];
  const events = encoded(parts, { maxHeld: 4 });
  expect(events.at(-2)).toMatchObject({ type: "error", code: "request_too_large" });
  expect(events.at(-1)).toMatchObject({ response: { status: "failed", output: [{}, {}] } });
  expect(encoded(parts, { maxHeld: 5 }).at(-1)?.type).toBe("response.completed");
});

carries(pair, (parts) => {
  const { stream, choices } = carriedOf(parts.map(withoutRefusedLogprobs));
  const isCut = choices[0]!.finish === "interrupted";
  return {
    stream: { ...stream, errors: isCut ? ["server"] : stream.errors },
    choices: [{ ...choices[0]!, signatures: [], finish: meant(choices[0]!, parts) }],
  };
});

/** Only text has log probabilities: here they are on deltas without text. */
function withoutRefusedLogprobs(part: Part, _index: number, parts: readonly Part[]): Part {
  if (part.type !== "text-delta" || part.logprobs === undefined) return part;
  const start = parts.find((other) => other.type === "text-start" && other.id === part.id);
  const { logprobs, ...rest } = part;
  return (start as { kind?: string }).kind === "refusal" ? rest : { ...rest, logprobs };
}

/** Calls and refusals say by themselves why the answer is whole. */
function meant(choice: Carried, parts: readonly Part[]): Carried["finish"] {
  const { finish: reason, refusal, text, logprobs } = choice;
  if (reason === "interrupted") return "error";
  if (reason !== "stop") return reason;
  const isCalled = parts.some(
    (part) => part.type === "tool-call" && !part.choice && part.providerExecuted !== true,
  );
  if (isCalled) return "tool-calls";
  return refusal !== "" && text === "" && logprobs.length === 0 ? "content-filter" : "stop";
}
