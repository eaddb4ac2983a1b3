import { fuse, run } from "@millrace/core";
import { checkParts, toolCalls, type Part } from "@millrace/parts";
import { laws } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkShapes } from "../../parts/src/part-shape.fixture.ts";
import { decodeAiSdkUi } from "./decode-ai-sdk-ui.ts";

const USAGE = { inputTokens: {}, outputTokens: {} };
const STOP = { type: "finish", finishReason: "stop" };

/** The parts of chunks, which keep to the grammar. */
function parts(...chunks: (string | Record<string, unknown>)[]): Part[] {
  return run(fuse(decodeAiSdkUi(), checkParts()), chunks as string[]);
}

test("The input of calls counts while it comes, not once they are told of or taken back", () => {
  const input = { x: "y".repeat(100) };
  const call = (toolCallId: string) => [
    { type: "tool-input-start", toolCallId, toolName: "f" },
    { type: "tool-input-delta", toolCallId, inputTextDelta: JSON.stringify(input) },
  ];
  const chunks = Array.from({ length: 20 }, (_, index) => `c${index}`).flatMap((toolCallId) => [
    { type: "start-step" },
    ...call(toolCallId),
    { type: "tool-input-available", toolCallId, toolName: "f", input },
    ...call(`${toolCallId}b`),
    { type: "reset-step" },
  ]);
  const told = run(fuse(decodeAiSdkUi({ maxHeld: 400 }), checkParts()), [...chunks, STOP]);
  expect(told.filter(({ type }) => type === "tool-call")).toHaveLength(20);
});

const id = fc.constantFrom("0", "1", "a");
const anything = fc.constantFrom<unknown[]>(null, 7, "x", "{}", [], { ["__proto__"]: 1 }, true);
const TYPES = [
  ..."start start-step finish-step reset-step text-start text-delta text-end".split(" "),
  ..."reasoning-start reasoning-delta reasoning-end tool-input-start tool-input-delta".split(" "),
  ..."tool-input-available tool-input-error tool-output-available tool-output-error".split(" "),
  ..."source-url source-document file data-x data-millrace.file message-metadata error".split(" "),
  ..."tool-approval-request unheard-of constructor abort".split(" "),
];

/** Chunks of any type, in any order, with fields of any kind. */
const hostileChunk = fc
  .record(
    {
      type: fc.constantFrom(...TYPES),
      id: fc.oneof(id, anything),
      toolCallId: fc.oneof(id, anything),
      toolName: anything,
      delta: anything,
      inputTextDelta: anything,
      input: anything,
      output: anything,
      url: anything,
      data: fc.oneof(anything, fc.constant({ choice: 1, type: "finish" })),
      inputState: fc.constantFrom("valid", "truncated", "text", 7),
      logprobs: anything,
      messageMetadata: fc.constantFrom({}, { usage: 7 }, { usage: { inputTokens: { total: 1 } } }),
      providerMetadata: fc.oneof(anything, fc.constant({ millrace: { choice: 1, id: "x" } })),
    },
    { requiredKeys: ["type"] },
  )
  .map((chunk) => JSON.stringify(chunk));

describe("decodeAiSdkUi", () => {
  test("reads what the AI SDK sends", () => {
    expect(
      parts(
        { type: "start", messageId: "m" },
        { type: "start-step" },
        '{"type":"text-start","id":"0"}',
        '{"type":"text-delta","id":"0","delta":"Hi"}',
        '{"type":"text-end","id":"0"}',
        { type: "finish-step" },
        STOP,
        "[DONE]",
      ),
    ).toEqual([
      { type: "response-metadata", providerMetadata: { "ai-sdk": { messageId: "m" } } },
      { type: "text-start", id: "0" },
      { type: "text-delta", id: "0", delta: "Hi" },
      { type: "text-end", id: "0" },
      { type: "finish", finishReason: { unified: "stop", raw: undefined }, usage: USAGE },
    ]);
  });

  test("takes the events of a stream", () => {
    const data = '{"type":"text-delta","id":"0","delta":"Hi"}';
    const event = { type: "message", data, lastEventId: "" };
    expect(parts(event)[1]).toEqual({ type: "text-delta", id: "0", delta: "Hi" });
  });

  test("gives blocks ids of their own where steps count anew", () => {
    const step = [
      { type: "start-step" },
      { type: "text-start", id: "0" },
      { type: "text-end", id: "0" },
    ];
    const ids = parts(...step, ...step, ...step).flatMap((part) =>
      part.type === "text-start" ? [part.id] : [],
    );
    expect(ids).toEqual(["0", "0-1", "0-2"]);
  });

  test("makes an answer of a tool's input that could not be used", () => {
    const tool = { toolCallId: "c", toolName: "f" };
    expect(
      parts(
        { type: "tool-input-available", ...tool, input: { a: 1 } },
        {
          type: "tool-input-error",
          toolCallId: "d",
          toolName: "f",
          input: "{",
          errorText: "no",
        },
        { type: "finish" },
      ),
    ).toMatchObject([
      { type: "tool-input-start", id: "c" },
      { type: "tool-input-delta", delta: '{"a":1}' },
      { type: "tool-input-end" },
      { type: "tool-call", input: '{"a":1}', inputState: "valid" },
      { type: "tool-input-start", id: "d" },
      { type: "tool-input-delta", delta: "{" },
      { type: "tool-input-end" },
      { type: "tool-call", input: "{", inputState: "invalid" },
      { type: "tool-result", toolCallId: "d", result: "no", isError: true },
      { type: "finish", finishReason: { unified: "tool-calls" } },
    ]);
  });

  test("takes back the blocks of a step", () => {
    expect(
      parts(
        { type: "start-step" },
        { type: "text-start", id: "0" },
        { type: "reset-step" },
        { type: "text-delta", id: "0", delta: "Hi" },
        STOP,
      ),
    ).toMatchObject([
      { type: "text-start", id: "0" },
      { type: "reset", blocks: ["0"] },
      { type: "text-start", id: "0-1" },
      { type: "text-delta", id: "0-1" },
      { type: "text-end" },
      { type: "finish" },
    ]);
  });

  test("keeps what it does not know, and the application's data", () => {
    const weather = { type: "data-weather", id: "w", data: { sky: "grey" } };
    expect(parts(weather, { type: "brand-new" }, STOP)).toMatchObject([
      {
        type: "custom",
        kind: "data.weather",
        value: { sky: "grey" },
        providerMetadata: { "ai-sdk": { id: "w" } },
      },
      { type: "custom", kind: "ai-sdk.brand-new", value: { type: "brand-new" } },
      { type: "finish" },
    ]);
  });

  test("calls an answer interrupted that neither finished nor failed", () => {
    expect(parts('{"type":"text-start","id":"0"}').at(-1)).toMatchObject({
      finishReason: { unified: "interrupted" },
    });
    expect(parts({ type: "abort" }).slice(-2)).toMatchObject([
      { type: "error", error: { kind: "aborted" } },
      { type: "finish", finishReason: { unified: "error" } },
    ]);
    expect(parts("{").slice(-2)).toMatchObject([
      { type: "error", error: { kind: "malformed-event" } },
      { type: "finish", finishReason: { unified: "error" } },
    ]);
    expect(parts("[DONE]").at(-1)).toMatchObject({ finishReason: { unified: "other" } });
  });

  test("believes no type: what is none of a field is left out, or stays what it was", () => {
    const broken = { type: "data-millrace.source", data: { id: "s", source: "x" } };
    const logprobs = [{ token: 1 }];
    const metadata = { usage: { totalTokens: 5 }, response: "mine" };
    expect(
      parts(
        broken,
        { type: "text-delta", delta: "Hi", logprobs, providerMetadata: { p: 1, q: { x: 1 } } },
        { type: "tool-input-available", toolCallId: "c", input: {}, providerExecuted: "yes" },
        { type: "source-url", url: "https://a.example", title: 7 },
        { type: "finish", finishReason: "stop", continuable: true, messageMetadata: metadata },
      ),
    ).toEqual([
      { type: "custom", kind: "millrace.source", value: broken.data },
      { type: "text-start", id: "text" },
      { type: "text-delta", id: "text", delta: "Hi", providerMetadata: { q: { x: 1 } } },
      { type: "tool-input-start", id: "c", toolName: "tool" },
      { type: "tool-input-end", id: "c" },
      { type: "tool-call", toolCallId: "c", toolName: "tool", input: "", inputState: "valid" },
      { type: "source", id: "source", source: { kind: "url", url: "https://a.example" } },
      { type: "text-end", id: "text" },
      { type: "custom", kind: "ai-sdk.message-metadata", value: metadata },
      { type: "finish", finishReason: { unified: "stop", raw: undefined }, usage: USAGE },
    ]);
  });

  test("keeps what a provider said beside what only chunks have", () => {
    const providerMetadata = { openai: { fileId: "f" } };
    const own = (value: object) => ({ ...providerMetadata, "ai-sdk": value });
    const document = { type: "source-document", sourceId: "s", title: "Mills" };
    expect(
      parts(
        { ...document, mediaType: "text/plain", providerMetadata },
        { type: "data-x", id: "1", data: 1, providerMetadata },
        { type: "text-start", id: "0" },
        { type: "text-end", id: "0", citations: [1], providerMetadata },
        STOP,
      ).slice(0, -1),
    ).toMatchObject([
      { type: "source", providerMetadata: own({ mediaType: "text/plain" }) },
      { type: "custom", kind: "data.x", providerMetadata: own({ id: "1" }) },
      { type: "text-start" },
      { type: "text-end", providerMetadata: own({ citations: [1] }) },
    ]);
  });

  test.each<[unknown]>([["draft"], [7], [["draft", 7]]])(
    "keeps metadata of a message that are no record: %j",
    (messageMetadata) => {
      expect(parts({ type: "message-metadata", messageMetadata }, STOP)[0]).toEqual({
        type: "custom",
        kind: "ai-sdk.message-metadata",
        value: messageMetadata,
      });
    },
  );

  test("leaves to the application its own account of tokens", () => {
    const messageMetadata = { usage: { inputTokens: 3, outputTokens: 4, totalTokens: 7 } };
    expect(parts({ ...STOP, messageMetadata })).toEqual([
      { type: "custom", kind: "ai-sdk.message-metadata", value: messageMetadata },
      { type: "finish", finishReason: { unified: "stop", raw: undefined }, usage: USAGE },
    ]);
  });

  test("takes null for the result of a call that failed, where it was sent", () => {
    const failed = { type: "tool-output-error", toolCallId: "c", errorText: "null" };
    expect(parts({ ...failed, result: null }, STOP)[0]).toMatchObject({ result: null });
    expect(parts(failed, STOP)[0]).toMatchObject({ result: "null" });
  });

  test.each(["__proto__", "__defineGetter__", "hasOwnProperty", "constructor"])(
    "takes a field called %s for one that no part has",
    (name) => {
      const source = JSON.parse(`{"kind":"document","title":"Mills","${name}":"title"}`) as object;
      const url = "https://a.example";
      expect(parts({ type: "source-url", sourceId: "s", url, source }, STOP)[0]).toEqual({
        type: "source",
        id: "s",
        source: { kind: "url", url },
      });
    },
  );

  test("has no stack to overflow by what is nested deeply", () => {
    const nest = (open: string, close: string) => open.repeat(100_000) + close.repeat(100_000);
    const logprobs = nest('[{"token":"a","logprob":0,"topLogprobs":', "}]").replace(":}", ":[]}");
    expect(
      parts(`{"type":"text-delta","id":"0","delta":"a","logprobs":${logprobs}}`, STOP),
    ).toEqual([
      { type: "text-start", id: "0" },
      { type: "text-delta", id: "0", delta: "a" },
      { type: "text-end", id: "0" },
      expect.objectContaining({ type: "finish" }),
    ]);
    const input = nest("[", "]");
    const call = `{"type":"tool-input-available","toolCallId":"c","input":${input}}`;
    // Not every engine has the stack to write it.
    const [part] = parts(call, STOP).filter(({ type }) => type === "tool-call" || type === "error");
    if (part?.type === "tool-call") expect(part.input).toBe(input);
    else expect(part).toMatchObject({ error: { kind: "malformed-event" } });
  });

  test("takes the input of a call for a value, also where that is a text", () => {
    const call = { type: "tool-input-available", toolCallId: "c", toolName: "f", input: "Ulm" };
    expect(run(toolCalls(), parts(call, STOP))).toMatchObject([{ input: "Ulm" }]);
    expect(run(toolCalls(), parts({ ...call, inputState: "text" }, STOP))).toMatchObject([
      { input: "Ulm" },
    ]);
  });

  test("takes the type of a file from its data only where there are any", () => {
    const file = (url: string) => parts({ type: "file", url }, STOP)[0];
    expect(file("data:image/png;base64,YQ==")).toMatchObject({ mediaType: "image/png" });
    expect(file("data:text/plain,mill")).toMatchObject({ mediaType: "application/octet-stream" });
  });

  test("keeps to the grammar, whatever comes", () => {
    const check = fuse(decodeAiSdkUi(), checkParts());
    fc.assert(
      fc.property(fc.array(fc.oneof(hostileChunk, fc.json()), { maxLength: 20 }), (chunks) => {
        const all = run(check, chunks);
        checkShapes(all);
        expect(all.at(-1)?.type).toBe("finish");
      }),
      { numRuns: 300 },
    );
  });

  test("keeps the laws", async () => {
    await laws("decodeAiSdkUi", () => decodeAiSdkUi(), {
      input: fc.array(fc.oneof(hostileChunk, fc.constant("{")), { maxLength: 8 }),
      continuations: [
        ['{"type":"text-delta","id":"more","delta":"x"}'],
        ['{"type":"finish","finishReason":"length"}'],
        ["[DONE]"],
        ["{"],
      ],
      limit: {
        stage: (max) => decodeAiSdkUi({ maxHeld: max + 1 }),
        fill: (length) => [
          '{"type":"tool-input-start","toolCallId":"c","toolName":"f"}',
          ...Array.from(
            { length },
            () => '{"type":"tool-input-delta","toolCallId":"c","inputTextDelta":"x"}',
          ),
        ],
      },
      hostile: [
        (length) =>
          Array.from({ length }, () => [
            '{"type":"text-start","id":"0"}',
            '{"type":"text-end","id":"0"}',
            '{"type":"start-step"}',
          ]).flat(),
      ],
      runs: 20,
    });
  });
});
