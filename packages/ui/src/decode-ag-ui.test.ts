import { fuse, run } from "@millrace/core";
import { checkParts, type Part } from "@millrace/parts";
import { laws } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkShapes } from "../../parts/src/part-shape.fixture.ts";
import { decodeAgUi } from "./decode-ag-ui.ts";

const RUN = { threadId: "t", runId: "r" };
const USAGE = { inputTokens: {}, outputTokens: {} };

/** The parts of events behind the start, which keep to the grammar. */
function parts(...events: object[]): Part[] {
  const all = [{ type: "RUN_STARTED", ...RUN }, ...events].map((event) => JSON.stringify(event));
  return run(fuse(decodeAgUi(), checkParts()), all).slice(1);
}

const FINISHED = { type: "RUN_FINISHED", ...RUN };
const anything = fc.constantFrom<unknown[]>(null, 7, "x", "{}", [], { ["__proto__"]: 1 }, true);
const id = fc.oneof(fc.constantFrom("a", "r:a", "b"), anything);
const TYPES = [
  ..."RUN_STARTED TEXT_MESSAGE_START TEXT_MESSAGE_CONTENT TEXT_MESSAGE_END".split(" "),
  ..."TEXT_MESSAGE_CHUNK TOOL_CALL_CHUNK REASONING_MESSAGE_CHUNK REASONING_START".split(" "),
  ..."REASONING_MESSAGE_CONTENT REASONING_END REASONING_ENCRYPTED_VALUE TOOL_CALL_START".split(" "),
  ..."TOOL_CALL_ARGS TOOL_CALL_END TOOL_CALL_RESULT CUSTOM RAW STATE_DELTA CONSTRUCTOR".split(" "),
];

/** Events of any type, in any order, with fields of any kind. */
const hostileEvent = fc
  .record(
    {
      type: fc.constantFrom(...TYPES),
      messageId: id,
      toolCallId: id,
      entityId: id,
      toolCallName: anything,
      role: fc.constantFrom("assistant", "user", 7),
      delta: anything,
      content: anything,
      name: fc.constantFrom("millrace.source", "a.b", "c", 7),
      value: fc.oneof(anything, fc.constant({ choice: 1, type: "finish" })),
      runId: fc.constantFrom("r", "", 7),
      subtype: fc.constantFrom("message", "tool-call"),
      encryptedValue: anything,
      metadata: fc.oneof(
        anything,
        fc.constant({ millrace: { choice: 1, inputState: "truncated" } }),
      ),
    },
    { requiredKeys: ["type"] },
  )
  .map((event) => JSON.stringify(event));

describe("decodeAgUi", () => {
  test("reads a run", () => {
    expect(
      parts(
        { type: "TEXT_MESSAGE_START", messageId: "m", role: "assistant" },
        { type: "TEXT_MESSAGE_CONTENT", messageId: "m", delta: "Hi" },
        { type: "TEXT_MESSAGE_END", messageId: "m" },
        FINISHED,
      ),
    ).toEqual([
      { type: "text-start", id: "m" },
      { type: "text-delta", id: "m", delta: "Hi" },
      { type: "text-end", id: "m" },
      { type: "finish", finishReason: { unified: "stop", raw: undefined }, usage: USAGE },
    ]);
  });

  test("reads shorthands, which end when something else comes", () => {
    expect(
      parts(
        { type: "TEXT_MESSAGE_CHUNK", messageId: "m", delta: "H" },
        { type: "TEXT_MESSAGE_CHUNK", delta: "i" },
        { type: "TOOL_CALL_CHUNK", toolCallId: "c", toolCallName: "f", delta: "{" },
        { type: "TOOL_CALL_CHUNK", delta: "}" },
        { type: "REASONING_MESSAGE_CHUNK", messageId: "n", delta: "So" },
        FINISHED,
      ),
    ).toMatchObject([
      { type: "text-start", id: "m" },
      { type: "text-delta", delta: "H" },
      { type: "text-delta", delta: "i" },
      { type: "text-end" },
      { type: "tool-input-start", id: "c", toolName: "f" },
      { type: "tool-input-delta", delta: "{" },
      { type: "tool-input-delta", delta: "}" },
      { type: "tool-input-end" },
      { type: "tool-call", input: "{}", inputState: "valid" },
      { type: "reasoning-start", id: "n" },
      { type: "reasoning-delta" },
      { type: "reasoning-end" },
      { type: "finish", finishReason: { unified: "tool-calls" } },
    ]);
  });

  test("keeps what it does not know, and what others than the assistant say", () => {
    const said = [
      { type: "TEXT_MESSAGE_START", messageId: "u", role: "user" },
      { type: "TEXT_MESSAGE_CONTENT", messageId: "u", delta: "Hello" },
    ];
    const state = { type: "STATE_SNAPSHOT", snapshot: { a: 1 } };
    expect(parts(...said, state, { type: "CUSTOM", name: "x", value: 1 }, FINISHED)).toMatchObject([
      { type: "custom", kind: "ag-ui.text-message-start", value: said[0] },
      { type: "custom", kind: "ag-ui.text-message-content", value: said[1] },
      { type: "custom", kind: "ag-ui.state-snapshot", value: state },
      { type: "custom", kind: "ag-ui.x", value: 1 },
      { type: "finish" },
    ]);
  });

  test("does so with shorthands, too, which may have null where they say nothing", () => {
    const said = [
      { type: "TEXT_MESSAGE_CHUNK", messageId: "u", role: "user", delta: "Hel" },
      { type: "TEXT_MESSAGE_CHUNK", delta: "lo" },
    ];
    const answer = [
      { type: "TEXT_MESSAGE_CHUNK", messageId: "m", role: null, delta: "H" },
      { type: "TEXT_MESSAGE_CHUNK", messageId: null, delta: "i" },
    ];
    expect(parts(...said, ...answer, FINISHED)).toMatchObject([
      { type: "custom", kind: "ag-ui.text-message-chunk", value: said[0] },
      { type: "custom", kind: "ag-ui.text-message-chunk", value: said[1] },
      { type: "text-start", id: "m" },
      { type: "text-delta", id: "m", delta: "H" },
      { type: "text-delta", id: "m", delta: "i" },
      { type: "text-end", id: "m" },
      { type: "finish" },
    ]);
  });

  test("goes on with a shorthand behind what clients do not let end it", () => {
    const metadata = { p: { x: 1 } };
    expect(
      parts(
        { type: "TOOL_CALL_CHUNK", toolCallId: "c", toolCallName: "f", delta: "{", metadata },
        { type: "RAW", event: 1 },
        { type: "ACTIVITY_DELTA", messageId: "a", patch: [] },
        { type: "TOOL_CALL_CHUNK", delta: "}" },
        FINISHED,
      ),
    ).toMatchObject([
      { type: "tool-input-start", id: "c", toolName: "f" },
      { type: "tool-input-delta", delta: "{", providerMetadata: metadata },
      { type: "raw" },
      { type: "custom", kind: "ag-ui.activity-delta" },
      { type: "tool-input-delta", delta: "}" },
      { type: "tool-input-end" },
      { type: "tool-call", toolName: "f", input: "{}", inputState: "valid" },
      { type: "finish" },
    ]);
  });

  test("takes shorthands of reasoning, its span, and messages in it that have ids of their own", () => {
    const encrypted = { type: "REASONING_ENCRYPTED_VALUE", subtype: "message" };
    expect(
      parts(
        { type: "REASONING_START", messageId: "a" },
        { type: "REASONING_MESSAGE_CHUNK", messageId: "a", delta: "So" },
        { ...encrypted, entityId: "a", encryptedValue: "of a" },
        { type: "REASONING_END", messageId: "a" },
        { type: "REASONING_MESSAGE_CHUNK", messageId: "b", delta: "Then" },
        { ...encrypted, entityId: "b", encryptedValue: "of b" },
        { type: "REASONING_START", messageId: "span" },
        { type: "REASONING_MESSAGE_START", messageId: "c", role: "reasoning" },
        { ...encrypted, entityId: "c", encryptedValue: "of c" },
        { type: "REASONING_MESSAGE_END", messageId: "c" },
        { type: "REASONING_END", messageId: "span" },
        FINISHED,
      ),
    ).toMatchObject([
      { type: "reasoning-start", id: "a" },
      { type: "reasoning-delta", id: "a", delta: "So" },
      { type: "reasoning-end", id: "a", encrypted: "of a" },
      { type: "reasoning-start", id: "b" },
      { type: "reasoning-delta", id: "b", delta: "Then" },
      { type: "reasoning-end", id: "b", encrypted: "of b" },
      { type: "reasoning-start", id: "span" },
      { type: "reasoning-start", id: "c" },
      { type: "reasoning-end", id: "c", encrypted: "of c" },
      { type: "reasoning-end", id: "span" },
      { type: "finish" },
    ]);
  });

  test("counts the ids of what others say, and of consents", () => {
    const more = { millrace: { approvalId: "i".repeat(100) } };
    for (const events of [
      [{ type: "TEXT_MESSAGE_START", messageId: "i".repeat(100), role: "user" }],
      [
        { type: "TOOL_CALL_START", toolCallId: "c" },
        { type: "TOOL_CALL_END", toolCallId: "c", metadata: more },
      ],
    ]) {
      expect(() => run(decodeAgUi({ maxHeld: 50 }), events)).toThrow("beyond maxHeld 50");
    }
  });

  test("tells failed, cancelled and cut runs apart", () => {
    expect(parts({ type: "RUN_ERROR", message: "Sorry", code: "quota" })).toMatchObject([
      { type: "error", error: { kind: "quota", message: "Sorry" } },
      { type: "finish", finishReason: { unified: "error" } },
    ]);
    expect(parts({ ...FINISHED, outcome: { type: "cancelled" } })).toMatchObject([
      { type: "error", error: { kind: "aborted" } },
      { type: "finish", finishReason: { unified: "error" } },
    ]);
    expect(parts()).toMatchObject([{ type: "finish", finishReason: { unified: "interrupted" } }]);
  });

  test("adds up tokens, and takes TanStack's reason", () => {
    const usage = [{ inputTokens: 3 }, { inputTokens: 4, outputTokens: 5 }];
    const metadata = { tanstack: { finishReason: "content_filter" } };
    const counted = { inputTokens: { total: 7 }, outputTokens: { total: 5 } };
    expect(parts({ ...FINISHED, usage, metadata })).toMatchObject([
      { type: "usage", usage: counted },
      { type: "finish", finishReason: { unified: "content-filter" }, usage: counted },
    ]);
  });

  test("gives what is encrypted to the reasoning that it is of", () => {
    const encrypted = { type: "REASONING_ENCRYPTED_VALUE", subtype: "message" };
    expect(
      parts(
        { type: "REASONING_START", messageId: "a" },
        { type: "REASONING_START", messageId: "b" },
        { ...encrypted, entityId: "a", encryptedValue: "of a" },
        { ...encrypted, entityId: "b", encryptedValue: "of b" },
        { type: "REASONING_END", messageId: "a" },
        { type: "REASONING_START", messageId: "c" },
        { type: "REASONING_END", messageId: "c" },
        { type: "REASONING_END", messageId: "b" },
        FINISHED,
      ).filter(({ type }) => type === "reasoning-end"),
    ).toEqual([
      { type: "reasoning-end", id: "a", encrypted: "of a" },
      { type: "reasoning-end", id: "c" },
      { type: "reasoning-end", id: "b", encrypted: "of b" },
    ]);
  });

  test("holds what is encrypted until it is given, and the last of it", () => {
    const sent = { type: "REASONING_ENCRYPTED_VALUE", subtype: "message" };
    const encryptedValue = "x".repeat(90);
    const events = Array.from({ length: 9 }, (_, index) => {
      const messageId = `r${index}`;
      const value = { ...sent, entityId: messageId, encryptedValue };
      return [
        { type: "REASONING_START", messageId },
        value,
        value,
        { type: "REASONING_END", messageId },
      ];
    });
    const given = run(decodeAgUi({ maxHeld: 150 }), [...events.flat(), FINISHED]);
    expect(given.filter(({ type }) => type === "reasoning-end")).toHaveLength(9);
  });

  test("keeps to the grammar, whatever comes", () => {
    const check = fuse(decodeAgUi(), checkParts());
    fc.assert(
      fc.property(fc.array(fc.oneof(hostileEvent, fc.json()), { maxLength: 20 }), (events) => {
        const parts = run(check, events);
        checkShapes(parts);
        expect(parts.at(-1)?.type).toBe("finish");
      }),
      { numRuns: 300 },
    );
  });

  test("keeps the laws", async () => {
    await laws("decodeAgUi", () => decodeAgUi(), {
      input: fc.array(fc.oneof(hostileEvent, fc.constant("{")), { maxLength: 8 }),
      continuations: [
        ['{"type":"TEXT_MESSAGE_CONTENT","messageId":"more","delta":"x"}'],
        ['{"type":"TEXT_MESSAGE_CHUNK","delta":"x"}'],
        ['{"type":"REASONING_MESSAGE_CHUNK","delta":"x"}'],
        ['{"type":"TOOL_CALL_CHUNK","delta":"x"}'],
        ['{"type":"RUN_FINISHED"}'],
        ['{"type":"RUN_ERROR"}'],
        ["{"],
      ],
      limit: {
        stage: (max) => decodeAgUi({ maxHeld: max + 1 }),
        fill: (length) => [
          '{"type":"TOOL_CALL_START","toolCallId":"c","toolCallName":"f"}',
          ...Array.from({ length }, () => '{"type":"TOOL_CALL_ARGS","toolCallId":"c","delta":"x"}'),
        ],
      },
      hostile: [
        (length) =>
          Array.from({ length }, () => [
            '{"type":"TEXT_MESSAGE_START","messageId":"m"}',
            '{"type":"TEXT_MESSAGE_END","messageId":"m"}',
          ]).flat(),
      ],
      runs: 20,
    });
  });
});

describe("decodeAgUi: what a run ends with", () => {
  test("its result is a custom part in front of the finish", () => {
    expect(parts({ ...FINISHED, result: { answer: 42 } })).toMatchObject([
      { type: "custom", kind: "ag-ui.result", value: { answer: 42 } },
      { type: "finish", finishReason: { unified: "stop" } },
    ]);
  });

  test("interrupts that no call stands for are a custom part", () => {
    const interrupts = [{ id: "i", reason: "approve" }];
    const outcome = { type: "interrupt", interrupts };
    const found = parts({ ...FINISHED, outcome }).find(({ type }) => type === "custom");
    expect(found).toEqual({ type: "custom", kind: "ag-ui.interrupts", value: interrupts });
  });
});
