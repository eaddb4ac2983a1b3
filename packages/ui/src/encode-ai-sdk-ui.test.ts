import { run } from "@millrace/core";
import type { Part } from "@millrace/parts";
import { laws } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answers } from "./answers.fixture.ts";
import { encodeAiSdkUi, type EncodeAiSdkUiOptions } from "./encode-ai-sdk-ui.ts";

const FINISH: Part = {
  type: "finish",
  finishReason: { unified: "stop", raw: "end_turn" },
  usage: { inputTokens: {}, outputTokens: {} },
};
const MORE: Part[] = [{ type: "text-start", id: "more" }];
const FAILED: Part = { ...FINISH, finishReason: { unified: "error", raw: "oops" } };

/** The chunks between the start and the end of the step. */
function chunks(parts: readonly Part[], options?: EncodeAiSdkUiOptions): unknown[] {
  const frames = run(encodeAiSdkUi(options), parts);
  expect(frames.pop()).toBe("[DONE]");
  return frames.map((frame) => JSON.parse(frame) as unknown);
}

describe("encodeAiSdkUi", () => {
  test("makes a message of one step", () => {
    expect(chunks([FINISH], { messageId: "m" })).toEqual([
      { type: "start", messageId: "m" },
      { type: "start-step" },
      { type: "finish-step" },
      {
        type: "finish",
        finishReason: "stop",
        raw: "end_turn",
        messageMetadata: { usage: { inputTokens: {}, outputTokens: {} } },
      },
    ]);
  });

  test("closes what is open when the parts end, and says that the answer failed", () => {
    const parts: Part[] = [
      { type: "text-start", id: "a" },
      { type: "reasoning-start", id: "b" },
      { type: "tool-input-start", id: "c", toolName: "f" },
    ];
    expect(chunks(parts).slice(5)).toMatchObject([
      { type: "text-end", id: "a" },
      { type: "reasoning-end", id: "b" },
      { type: "tool-input-error", toolCallId: "c", toolName: "f" },
      {
        type: "error",
        errorText: "The answer failed. Please try again.",
        kind: "transport",
        retryable: true,
      },
      { type: "finish-step" },
      { type: "finish", finishReason: "error" },
    ]);
  });

  test.each(["invalid", "truncated"] as const)(
    "asks nobody to consent to %s input",
    (inputState) => {
      const call = { toolCallId: "c", toolName: "f", input: "{", inputState, approvalId: "a" };
      const parts: Part[] = [
        { type: "tool-input-start", id: "c", toolName: "f" },
        { type: "tool-input-end", id: "c" },
        { type: "tool-call", ...call },
        FINISH,
      ];
      const types = chunks(parts, { target: 6 }).map((chunk) => (chunk as { type: string }).type);
      expect(types.slice(2, -2)).toEqual(["tool-input-start", "tool-input-error"]);
    },
  );

  test("writes nothing of other choices", () => {
    const parts: Part[] = [
      { type: "text-start", id: "a", choice: 1 },
      { type: "text-delta", id: "a", delta: "x", choice: 1 },
      { type: "reset", blocks: ["a"] },
      { ...FINISH, choice: 1 },
      FINISH,
    ];
    expect(chunks(parts)).toEqual(chunks([FINISH]));
  });

  test("tells of an error that did not spoil the answer", () => {
    const error = { kind: "malformed-event", message: "x", retryable: false } as const;
    expect(chunks([{ type: "error", error }, FINISH])[2]).toEqual({
      type: "data-millrace.error",
      data: { kind: "malformed-event", retryable: false },
    });
  });

  test("says of an error what it is told to", () => {
    const error = { kind: "quota", message: "org-7 is broke", retryable: false } as const;
    const errorText = ({ kind }: { kind: string }) => `Sorry: ${kind}`;
    const [, , chunk] = chunks([{ type: "error", error }, FAILED], { errorText });
    expect(chunk).toMatchObject({ type: "error", errorText: "Sorry: quota" });
  });

  test("does not send again what a client may have run, or what is too long", () => {
    const call = { toolCallId: "c", toolName: "f", input: "{}", inputState: "valid" } as const;
    const taken: Part[] = [
      { type: "tool-input-start", id: "c", toolName: "f" },
      { type: "tool-input-delta", id: "c", delta: "{}" },
      { type: "tool-input-end", id: "c" },
      { type: "tool-call", ...call },
    ];
    const open: Part[] = [
      { type: "text-start", id: "a" },
      { type: "reset", blocks: ["a"] },
    ];
    const types = (parts: Part[], maxHeld?: number) =>
      chunks(parts, { target: 7, ...(maxHeld !== undefined && { maxHeld }) }).map(
        (chunk) => (chunk as { type: string }).type,
      );
    expect(types([...taken, ...open])).not.toContain("reset-step");
    expect(types([...taken, ...open]).slice(-4, -2)).toEqual(["text-end", "error"]);
    expect(types(open)).toContain("reset-step");
    expect(types(open, 10)).not.toContain("reset-step");
    expect(types(open, NaN)).not.toContain("reset-step");
    expect(
      types([
        ...taken.slice(0, 3),
        { type: "tool-call", ...call, providerExecuted: true },
        ...open,
      ]),
    ).toContain("reset-step");
  });

  test("keeps for target 7 no more than what the step shows", () => {
    const text = (id: string): Part[] => [
      { type: "text-start", id },
      { type: "text-delta", id, delta: "x".repeat(500) },
    ];
    const often = ["a", "b", "c", "d"].flatMap((id): Part[] => [
      ...text(id),
      { type: "reset", blocks: [id] },
    ]);
    const all = chunks([...often, FINISH], { target: 7, maxHeld: 1_000 });
    expect(all.filter((chunk) => (chunk as { type: string }).type === "reset-step").length).toBe(4);
  });

  test("gives the client no value that it does not know", () => {
    const unknown = [5, 6].flatMap((target) =>
      run(encodeAiSdkUi({ target: target as 5 | 6 }), [
        { type: "file", mediaType: "a/b", data: { type: "url", url: "u" }, reasoning: true },
        { type: "custom", kind: "p.x", value: 1 },
        { ...FINISH, finishReason: { unified: "interrupted", raw: undefined } },
      ]),
    );
    expect(unknown.join()).not.toMatch(/"(reasoning-file|custom|interrupted|reset-step)"/);
  });

  test.each([5, 7] as const)("keeps the laws for target %i", async (target) => {
    await laws("encodeAiSdkUi", () => encodeAiSdkUi({ target }), {
      input: answers,
      continuations: [[FINISH], [FAILED], MORE],
      hostile: [
        (length) =>
          Array.from({ length }, (_, index): Part[] => [
            { type: "text-start", id: `${index}` },
            { type: "reset", blocks: [`${index}`] },
          ]).flat(),
      ],
      runs: 10,
    });
  });

  test("ends well whatever the source fails with, behind all that came", () => {
    fc.assert(
      fc.property(answers, fc.anything({ withNullPrototype: true }), (parts, reason) => {
        const frames: string[] = [];
        let ended = 0;
        const machine = encodeAiSdkUi().start(
          (frame) => frames.push(frame),
          () => ended++,
        );
        for (const part of parts.slice(0, -1)) machine.push(part);
        machine.fail(reason);
        expect(frames.at(-1)).toBe("[DONE]");
        expect(frames.at(-2)).toContain('"finishReason":"error"');
        expect(ended).toBe(1);
      }),
    );
  });
});
