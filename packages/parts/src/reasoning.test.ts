import { run } from "@millrace/core";
import { laws } from "@millrace/testing";
import { describe, expect, test } from "vitest";
import { answers } from "./answers.fixture.ts";
import type { Part } from "./part.ts";
import { reasoning } from "./reasoning.ts";

const parts: Part[] = [
  { type: "reasoning-start", id: "r" },
  { type: "reasoning-delta", id: "r", delta: "hm" },
  { type: "reasoning-start", id: "s", kind: "summary" },
  { type: "reasoning-delta", id: "s", delta: "in short" },
  { type: "reasoning-start", id: "o", choice: 1 },
  { type: "reasoning-delta", id: "o", delta: "other", choice: 1 },
  { type: "text-start", id: "t" },
  { type: "text-delta", id: "t", delta: "answer" },
  { type: "reasoning-delta", id: "r", delta: "", providerMetadata: { p: {} } },
  { type: "reset", blocks: ["r"] },
  { type: "reasoning-delta", id: "r", delta: "void" },
];

describe("reasoning", () => {
  test("gives the deltas of all of choice 0's blocks, but for empty and void ones", () => {
    expect(run(reasoning(), parts)).toEqual(["hm", "in short"]);
  });

  test("gives another choice, or one kind only, when told", () => {
    expect(run(reasoning({ choice: 1 }), parts)).toEqual(["other"]);
    expect(run(reasoning({ kind: "summary" }), parts)).toEqual(["in short"]);
  });

  test("keeps the laws", async () => {
    await laws("reasoning", () => reasoning(), {
      input: answers(),
      samples: [parts],
      oracle: (all) => {
        const ids = all.flatMap((part) =>
          part.type === "reasoning-start" && part.choice === undefined ? [part.id] : [],
        );
        return all.flatMap((part, index) =>
          part.type === "reasoning-delta" && ids.includes(part.id) && !isVoid(all, index)
            ? part.delta || []
            : [],
        );
      },
      continuations: [[{ type: "reasoning-delta", id: "r", delta: "more" }]],
    });
  });
});

/** Whether the block of a delta was taken back before it. */
function isVoid(all: readonly Part[], index: number): boolean {
  const { id } = all[index] as { id: string };
  return all.slice(0, index).some((part) => part.type === "reset" && part.blocks.includes(id));
}
