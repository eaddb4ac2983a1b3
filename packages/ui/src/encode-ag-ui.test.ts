import { run } from "@millrace/core";
import type { Part } from "@millrace/parts";
import { laws } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answers } from "./answers.fixture.ts";
import { encodeAgUi } from "./encode-ag-ui.ts";

const RUN = { threadId: "t", runId: "r" };
const FINISH: Part = {
  type: "finish",
  finishReason: { unified: "stop", raw: "end_turn" },
  usage: { inputTokens: {}, outputTokens: {} },
};
const MORE: Part[] = [{ type: "text-start", id: "more" }];
const FAILED: Part = { ...FINISH, finishReason: { unified: "error", raw: "oops" } };

function events(parts: readonly Part[], options = RUN): unknown[] {
  return run(encodeAgUi(options), parts).map((event) => JSON.parse(event) as unknown);
}

describe("encodeAgUi", () => {
  test("makes a run", () => {
    expect(events([FINISH])).toMatchObject([
      { type: "RUN_STARTED", ...RUN },
      { type: "RUN_FINISHED", ...RUN },
    ]);
  });

  test("hands on what a provider sent, and custom values, also when they are nothing", () => {
    const parts: Part[] = [
      { type: "raw", event: "chunk", rawValue: { a: 1 } },
      { type: "raw", rawValue: undefined },
      { type: "custom", kind: "data.weather", value: undefined },
      FINISH,
    ];
    expect(events(parts).slice(1, -1)).toEqual([
      { type: "RAW", event: { a: 1 }, source: "chunk" },
      { type: "RAW", event: null },
      { type: "CUSTOM", name: "data.weather", value: null },
    ]);
  });

  test("closes what is open when the parts end, and says that the run failed", () => {
    const parts: Part[] = [
      { type: "text-start", id: "a" },
      { type: "reasoning-start", id: "b" },
      { type: "tool-input-start", id: "call_c", toolName: "f" },
    ];
    expect(events(parts).slice(5)).toMatchObject([
      { type: "TEXT_MESSAGE_END", messageId: "r:a" },
      { type: "REASONING_MESSAGE_END", messageId: "r:b" },
      { type: "REASONING_END", messageId: "r:b" },
      { type: "TOOL_CALL_END", toolCallId: "call_c" },
      { type: "RUN_ERROR", message: "The answer failed. Please try again.", code: "interrupted" },
    ]);
  });

  test("has no null in a field that may be left out", () => {
    fc.assert(
      fc.property(answers, (parts) => {
        for (const event of events(parts)) {
          const fields = Object.entries(event as object).filter(([name]) => name !== "value");
          expect(fields.map(([, value]) => value as unknown)).not.toContain(null);
        }
      }),
    );
  });

  test("writes nothing of other choices", () => {
    const parts: Part[] = [
      { type: "text-start", id: "a", choice: 1 },
      { type: "reset", blocks: ["a"] },
      { ...FINISH, choice: 1 },
      FINISH,
    ];
    expect(events(parts)).toEqual(events([FINISH]));
  });

  test("keeps the laws", async () => {
    await laws("encodeAgUi", () => encodeAgUi(RUN), {
      input: answers,
      continuations: [[FINISH], [FAILED], MORE],
      hostile: [
        (length) =>
          Array.from({ length }, (_, index): Part => ({ type: "text-start", id: `${index}` })),
      ],
      runs: 10,
    });
  });

  test("ends well whatever the source fails with, behind all that came", () => {
    fc.assert(
      fc.property(answers, fc.anything({ withNullPrototype: true }), (parts, reason) => {
        const frames: string[] = [];
        let ended = 0;
        const machine = encodeAgUi(RUN).start(
          (frame) => frames.push(frame),
          () => ended++,
        );
        for (const part of parts.slice(0, -1)) machine.push(part);
        machine.fail(reason);
        expect(frames.at(-1)).toContain('"type":"RUN_ERROR"');
        expect(ended).toBe(1);
      }),
    );
  });
});
