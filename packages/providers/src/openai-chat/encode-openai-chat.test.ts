import { run } from "@millrace/core";
import type { Part, StreamErrorKind } from "@millrace/parts";
import { describe, expect, test } from "vitest";
import { throughWire, type Carried } from "../carried.fixture.ts";
import { carries, failsWell, finish, OVERLOADED, said, USAGE } from "../encoders.fixture.ts";
import { decodeOpenaiChat } from "./decode-openai-chat.ts";
import { encodeOpenaiChat, type EncodeOpenaiChatOptions } from "./encode-openai-chat.ts";

const REPEATED: ReadonlySet<string> = new Set(["id", "object", "created", "model"]);

/** What the chunks say, without what all of them repeat; `[DONE]` as it is. */
function encoded(parts: readonly Part[], options?: EncodeOpenaiChatOptions): unknown[] {
  return run(encodeOpenaiChat(options), parts).map((json) => {
    if (json === "[DONE]") return json;
    const fields = Object.entries(JSON.parse(json) as object);
    return Object.fromEntries(fields.filter(([key]) => !REPEATED.has(key)));
  });
}

function deltas(parts: readonly Part[]): unknown[] {
  return encoded(parts).flatMap((chunk) => {
    const { choices = [] } = chunk as { choices?: { delta: object }[] };
    return choices.map(({ delta }) => delta);
  });
}

describe("an ordinary answer", () => {
  test("is chunks of one response, the finish, the usage and [DONE]", () => {
    const parts: Part[] = [
      { type: "response-metadata", id: "c", modelId: "m", timestamp: new Date(1_999) },
      ...said("Good morning"),
      { type: "usage", usage: USAGE },
      { ...finish("stop"), usage: USAGE },
    ];
    const chunk = { id: "c", object: "chat.completion.chunk", created: 1, model: "m" };
    const choice = { index: 0, finish_reason: null };
    const chunks = run(encodeOpenaiChat(), parts);
    expect(chunks.slice(0, -1).map((json) => JSON.parse(json) as unknown)).toEqual([
      { ...chunk, choices: [{ ...choice, delta: { role: "assistant", content: "" } }] },
      { ...chunk, choices: [{ ...choice, delta: { content: "Good morning" } }] },
      { ...chunk, choices: [{ index: 0, delta: {}, finish_reason: "stop" }] },
      {
        ...chunk,
        choices: [],
        usage: {
          prompt_tokens: 20,
          completion_tokens: 30,
          total_tokens: 50,
          prompt_tokens_details: { cached_tokens: 5 },
          completion_tokens_details: { reasoning_tokens: 10 },
        },
      },
    ]);
    expect(chunks.at(-1)).toBe("[DONE]");
  });

  test("is under the id, the model and the time that options give", () => {
    const parts: Part[] = [{ type: "response-metadata", id: "c", modelId: "m" }, finish("stop")];
    const options = { id: "own", modelId: "alias", timestamp: new Date(7_000) };
    const [first] = run(encodeOpenaiChat(options), parts);
    expect(JSON.parse(first!)).toMatchObject({ id: "own", model: "alias", created: 7 });
  });

  test("tells no usage where the client has not asked for it, or nobody has counted", () => {
    const parts: Part[] = [
      { type: "usage", usage: USAGE },
      { ...finish("stop"), usage: USAGE },
    ];
    expect(encoded(parts, { includeUsage: false })).toHaveLength(3);
    expect(encoded([finish("stop")])).toHaveLength(3);
  });
});

describe("everything has its place", () => {
  test("tool calls, counted, with streamed input; an empty one is {}", () => {
    const parts: Part[] = [
      { type: "tool-input-start", id: "a", toolName: "f" },
      { type: "tool-input-delta", id: "a", delta: '{"x"' },
      { type: "tool-input-start", id: "b", toolName: "g" },
      { type: "tool-input-delta", id: "a", delta: ":1}" },
      { type: "tool-input-end", id: "a" },
      { type: "tool-call", toolCallId: "a", toolName: "f", input: '{"x":1}', inputState: "valid" },
      { type: "tool-input-end", id: "b" },
      { type: "tool-call", toolCallId: "b", toolName: "g", input: "", inputState: "valid" },
      finish("tool-calls"),
    ];
    const fn = (index: number, args: string) => ({
      tool_calls: [{ index, function: { arguments: args } }],
    });
    const start = (index: number, id: string, name: string) => ({
      tool_calls: [{ index, id, type: "function", function: { name, arguments: "" } }],
    });
    expect(deltas(parts).slice(1, -1)).toEqual([
      start(0, "a", "f"),
      fn(0, '{"x"'),
      start(1, "b", "g"),
      fn(0, ":1}"),
      fn(1, "{}"),
    ]);
    expect(encoded(parts).at(-2)).toEqual({
      choices: [{ index: 0, delta: {}, finish_reason: "tool_calls" }],
    });
  });

  test("free text for a tool is a custom call", () => {
    const parts: Part[] = [
      { type: "tool-input-start", id: "a", toolName: "f", inputEncoding: "text" },
      { type: "tool-input-delta", id: "a", delta: "ls" },
      { type: "tool-input-end", id: "a" },
      { type: "tool-call", toolCallId: "a", toolName: "f", input: "ls", inputState: "text" },
      finish("tool-calls"),
    ];
    const there = throughWire(encodeOpenaiChat(), decodeOpenaiChat(), parts);
    expect(there.find(({ type }) => type === "tool-call")).toEqual(parts[3]);
  });

  test("reasoning and what seals it, refusals, log probabilities", () => {
    const logprobs = [{ token: "No", logprob: -Infinity, bytes: [78, 111] }];
    const parts: Part[] = [
      { type: "reasoning-start", id: "r" },
      { type: "reasoning-delta", id: "r", delta: "Hm." },
      { type: "reasoning-end", id: "r", signature: "sig" },
      { type: "reasoning-start", id: "x", kind: "redacted" },
      { type: "reasoning-end", id: "x", encrypted: "enc" },
      { type: "text-start", id: "t", kind: "refusal" },
      { type: "text-delta", id: "t", delta: "No", logprobs },
      { type: "text-end", id: "t" },
      finish("stop"),
    ];
    expect(deltas(parts).slice(1, -1)).toEqual([
      { reasoning_content: "Hm." },
      { reasoning_details: [{ type: "reasoning.text", signature: "sig", index: 0 }] },
      { reasoning_details: [{ type: "reasoning.encrypted", data: "enc", index: 0 }] },
      { refusal: "No" },
    ]);
    const told = { token: "No", logprob: -9999, bytes: [78, 111], top_logprobs: [] };
    expect(encoded(parts)[4]).toMatchObject({ choices: [{ logprobs: { refusal: [told] } }] });
    const sealed = throughWire(encodeOpenaiChat(), decodeOpenaiChat(), parts);
    expect(sealed.filter(({ type }) => type === "reasoning-end")).toMatchObject([
      { signature: "sig" },
      { encrypted: "enc" },
    ]);
  });

  test("addresses that a text is founded on", () => {
    const parts: Part[] = [
      {
        type: "source",
        id: "s",
        source: { kind: "url", url: "https://example.com", title: "E" },
        anchor: { blockId: "text-0", start: 0, end: 4 },
      },
      { type: "source", id: "d", source: { kind: "document", title: "kept back" } },
      finish("stop"),
    ];
    const url_citation = { url: "https://example.com", title: "E", start_index: 0, end_index: 4 };
    expect(deltas(parts).slice(1, -1)).toEqual([
      { annotations: [{ type: "url_citation", url_citation }] },
    ]);
  });

  test("what the format has no place for is left out: no client runs the provider's own tools", () => {
    const parts: Part[] = [
      { type: "tool-input-start", id: "a", toolName: "web", providerExecuted: true },
      { type: "tool-input-delta", id: "a", delta: "{}" },
      { type: "tool-input-end", id: "a" },
      { type: "tool-result", toolCallId: "a", result: 1 },
      { type: "file", mediaType: "text/plain", data: { type: "data", data: "YQ==" } },
      { type: "status", status: "searching" },
      { type: "custom", kind: "p.x", value: 1 },
      { type: "raw", rawValue: 1 },
      finish("stop"),
    ];
    expect(deltas(parts)).toEqual([{ role: "assistant", content: "" }, {}]);
  });

  test("choices keep their numbers, and each has its role and its calls", () => {
    const parts: Part[] = [
      ...said("a"),
      ...said("b", "text-1").map((part) => ({ ...part, choice: 1 }) as Part),
      finish("stop"),
      finish("other", { choice: 1 }),
    ];
    const chunks = encoded(parts) as { choices: { index: number; finish_reason: unknown }[] }[];
    expect(chunks.slice(0, -1).map(({ choices }) => choices[0]!.index)).toEqual([0, 0, 1, 1, 0, 1]);
    expect(chunks.slice(4, -1).map(({ choices }) => choices[0]!.finish_reason)).toEqual([
      "stop",
      "stop",
    ]);
  });
});

test("one choice that is alone stays alone, whatever is said of the response", () => {
  const other = said("b").map((part) => ({ ...part, choice: 1 }) as Part);
  const error = (kind: StreamErrorKind): Part => ({
    type: "error",
    error: { kind, message: "m", retryable: false },
  });
  const about: Part[] = [
    { type: "response-metadata", id: "c" },
    { type: "status", status: "queued" },
    { type: "custom", kind: "a.b", value: 1 },
    { type: "raw", rawValue: 1 },
    error("malformed-event"),
  ];
  const indexes = (...parts: Part[]) =>
    encoded(parts).map((chunk) => {
      const { choices, error } = chunk as { choices?: { index: number }[]; error?: object };
      return error ? "error" : (choices?.map(({ index }) => index).join() ?? chunk);
    });
  expect(indexes(...about, ...other, finish("stop", { choice: 1 }))).toEqual([
    "1",
    "1",
    "1",
    "[DONE]",
  ]);
  expect(indexes(error("malformed-event"), error("quota"), ...other)).toEqual([
    "1",
    "1",
    "error",
    "[DONE]",
  ]);
  expect(indexes(...about)).toEqual(["0", "error", "[DONE]"]);
});

const pair = { name: "encodeOpenaiChat", encode: encodeOpenaiChat, decode: decodeOpenaiChat };

failsWell(pair);

test("an error is a chunk in the format's words, ahead of [DONE]", () => {
  const parts: Part[] = [...said("Hi"), { type: "error", error: OVERLOADED }, finish("error")];
  expect(encoded(parts).slice(-2)).toEqual([
    {
      error: {
        message: "The answer failed. Please try again.",
        type: "overloaded_error",
        code: "overloaded",
        retry_after: 1.5,
        param: null,
      },
    },
    "[DONE]",
  ]);
});

test("an answer may come from a store: its time is a text, and its error of a kind unheard of", () => {
  const stored = JSON.parse(
    '[{"type":"response-metadata","id":"c","timestamp":"1970-01-01T00:00:09.000Z"},' +
      '{"type":"error","error":{"kind":"constructor","message":"m","retryable":false}}]',
  ) as Part[];
  const out = run(encodeOpenaiChat(), stored);
  expect(out.at(-1)).toBe("[DONE]");
  expect(JSON.parse(out.at(-2)!)).toMatchObject({ error: { code: "server_error" } });
  expect(JSON.parse(out[0]!)).toMatchObject({ id: "c", created: 9 });
});

test("an error of one choice is told when all are over", () => {
  const parts: Part[] = [
    ...said("a"),
    ...said("b", "text-1").map((part) => ({ ...part, choice: 1 }) as Part),
    finish("stop"),
  ];
  const chunks = encoded(parts) as { choices?: { index: number; finish_reason: unknown }[] }[];
  const finished = chunks
    .flatMap(({ choices }) => choices ?? [])
    .filter((choice) => choice.finish_reason);
  expect(finished).toMatchObject([{ index: 0, finish_reason: "stop" }]);
  expect(chunks.slice(-2)).toMatchObject([{ error: { type: "api_error" } }, "[DONE]"]);
});

test("what is taken back of another choice is an error, too", () => {
  const other = said("b", "text-1").map((part) => ({ ...part, choice: 1 }) as Part);
  const ended = (...blocks: string[]) =>
    encoded([...other, { type: "reset", blocks }, finish("stop", { choice: 1 }), finish("stop")]);
  expect(ended("text-1").slice(-2)).toMatchObject([{ error: { type: "api_error" } }, "[DONE]"]);
  expect(ended("text-9").at(-2)).not.toHaveProperty("error");
});

test("why the source failed is told also when the first choice is over", () => {
  const out: string[] = [];
  const machine = encodeOpenaiChat().start((json) => out.push(json));
  for (const part of [...said("a"), finish("stop"), { ...said("b", "text-1")[0]!, choice: 1 }]) {
    machine.push(part);
  }
  machine.fail(new DOMException("Gone", "AbortError"));
  expect(JSON.parse(out.at(-2)!)).toMatchObject({ error: { code: "cancelled" } });
});

carries(
  pair,
  (_, { stream, choices }) => {
    const isCut = choices[0]!.finish === "interrupted";
    const isBad = isCut || choices[0]!.finish === "error";
    return {
      stream: isCut ? { ...stream, errors: ["server"] } : stream,
      choices: choices.map((choice) => ({ ...choice, finish: isBad ? "error" : meant(choice) })),
    };
  },
  saysSomething,
);

/** A choice that failed without a word leaves no trace. */
function saysSomething({ finish, ...choice }: Carried): boolean {
  const isWhole = finish !== "error" && finish !== undefined;
  return isWhole || Object.values(choice).some(({ length }) => length > 0);
}

/** Calls and refusals have a finish of their own. */
function meant({ finish, calls, refusal }: Carried): Carried["finish"] {
  if (finish !== "stop") return finish;
  return calls.length > 0 ? "tool-calls" : refusal !== "" ? "content-filter" : "stop";
}
