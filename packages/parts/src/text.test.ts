import { run } from "@millrace/core";
import { laws } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { failureOf } from "../../core/src/failure-of.fixture.ts";
import type { FinishPart, Part } from "./part.ts";
import { anyPart } from "./parts.fixture.ts";
import { text } from "./text.ts";

const parts: Part[] = [
  { type: "text-start", id: "text-0" },
  { type: "text-delta", id: "text-0", delta: "one" },
  { type: "text-start", id: "text-1", choice: 1 },
  { type: "text-delta", id: "text-1", choice: 1, delta: "uno" },
  { type: "text-start", id: "text-2", kind: "refusal" },
  { type: "text-delta", id: "text-2", delta: "no" },
  { type: "text-delta", id: "text-0", delta: "" },
  { type: "reasoning-start", id: "reasoning-0" },
  { type: "reasoning-delta", id: "reasoning-0", delta: "hm" },
  { type: "text-delta", id: "text-0", delta: " two" },
];

const failed = { kind: "overloaded", message: "Try again later", retryable: true } as const;
const brokenOff: FinishPart = {
  type: "finish",
  finishReason: { unified: "interrupted", raw: undefined },
  usage: { inputTokens: {}, outputTokens: {} },
};

describe("text with throw", () => {
  const failing = text({ throw: true });

  test("fails with the error of the answer, behind all of the text before it", () => {
    expect(failureOf(failing, [...parts, { type: "error", error: failed }])).toMatchObject({
      name: "AnswerError",
      message: failed.message,
      error: failed,
      outputs: ["one", " two"],
    });
    expect(run(text(), [...parts, { type: "error", error: failed }])).toEqual(["one", " two"]);
  });

  test("fails as the platform does where the answer was aborted", () => {
    const aborted = failureOf(failing, [{ type: "error", error: { ...failed, kind: "aborted" } }]);
    expect(aborted).toMatchObject({ name: "AbortError", error: { kind: "aborted" } });
  });

  test("fails where only the finish says that the answer broke off", () => {
    expect(failureOf(failing, [...parts, brokenOff])).toMatchObject({
      message: "The answer broke off",
      error: { kind: "transport", retryable: true }, // as `collect` and the encoders tell it
    });
  });

  test("does not know why an answer failed whose finish alone says so", () => {
    const finishReason = { unified: "error", raw: undefined } as const;
    expect(failureOf(failing, [...parts, { ...brokenOff, finishReason }])).toMatchObject({
      error: { kind: "unknown", retryable: false },
    });
  });

  test("goes on behind an event that could not be read", () => {
    const error = { ...failed, kind: "malformed-event" } as const;
    expect(run(failing, [{ type: "error", error }, ...parts])).toEqual(["one", " two"]);
  });

  test("keeps to the laws", async () => {
    await laws("text, which throws", () => text({ throw: true }), {
      input: fc.array(anyPart),
      samples: [parts, [...parts, brokenOff, ...parts]],
    });
  }, 60_000);
});

describe("text", () => {
  test("gives the deltas of choice 0's blocks without kind, but for empty ones", () => {
    expect(run(text(), parts)).toEqual(["one", " two"]);
  });

  test("gives another choice when told", () => {
    expect(run(text({ choice: 1 }), parts)).toEqual(["uno"]);
    expect(run(text({ choice: 2 }), parts)).toEqual([]);
  });

  test("gives another kind when told", () => {
    expect(run(text({ kind: "refusal" }), parts)).toEqual(["no"]);
  });

  test("goes on with the next block without anything between", () => {
    const blocks: Part[] = ["a", "b"].flatMap((id): Part[] => [
      { type: "text-start", id },
      { type: "text-delta", id, delta: id },
      { type: "text-end", id },
      { type: "text-delta", id, delta: "late" },
    ]);
    expect(run(text(), blocks)).toEqual(["a", "b"]);
  });

  test("is silent about a block from its reset on, and about no other", () => {
    const reset: Part[] = [
      ...parts,
      { type: "reset", blocks: ["text-0", "unknown"] },
      { type: "text-delta", id: "text-0", delta: "void" },
      { type: "text-start", id: "text-3" },
      { type: "text-delta", id: "text-3", delta: "again" },
    ];
    expect(run(text(), reset)).toEqual(["one", " two", "again"]);
  });

  test("keeps the laws", async () => {
    await laws("text", () => text(), {
      input: fc.array(anyPart),
      samples: [parts],
      oracle: (all) =>
        all.flatMap((part, index) => (isOfAnswer(all, index) ? [deltaOf(part)] : [])),
      continuations: [[{ type: "text-delta", id: "a", delta: "more" }]],
      hostile: [
        (length) =>
          Array.from({ length }, (_, index): Part[] => [
            { type: "text-start", id: `${index % 8}` },
            { type: "text-delta", id: `${index % 8}`, delta: "x" },
          ]).flat(),
      ],
    });
  });
});

/** A slow look back: the latest word on the delta's block is a start of the answer itself. */
function isOfAnswer(all: readonly Part[], index: number): boolean {
  const part = all[index];
  if (part?.type !== "text-delta" || part.delta === "") return false;
  const before = all.slice(0, index).filter((other) => concerns(other, part.id));
  const latest = before.at(-1);
  return latest?.type === "text-start";
}

/** A start of another kind or choice says nothing of the answer. */
function concerns(part: Part, id: string): boolean {
  if (part.type === "reset") return part.blocks.includes(id);
  if (part.type === "text-end") return part.id === id;
  if (part.type !== "text-start" || part.id !== id) return false;
  return part.choice === undefined && part.kind === undefined;
}

function deltaOf(part: Part): string {
  return part.type === "text-delta" ? part.delta : "";
}
