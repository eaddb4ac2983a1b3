import { fuse, run } from "@millrace/core";
import { laws } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answers, unitwise } from "./answers.fixture.ts";
import { checkParts } from "./check-parts.ts";
import { onText } from "./on-text.ts";
import type { Part, TextKind } from "./part.ts";
import { reasoning } from "./reasoning.ts";
import { text } from "./text.ts";
import { brackets, stopping } from "./text-stages.fixture.ts";
import { thinkTags } from "./think-tags.ts";

const about = { p: { x: 1 } };
const start: Part = { type: "text-start", id: "t" };
const end: Part = { type: "text-end", id: "t" };
const delta = (text: string): Part => ({ type: "text-delta", id: "t", delta: text });

/** `-start` and `-end` by their names, deltas by their text. */
function brief(parts: readonly Part[]): string[] {
  return parts.map((part) => ("delta" in part && part.delta ? String(part.delta) : nameOf(part)));
}

function nameOf(part: Part): string {
  return `${part.type} ${"id" in part ? (part.id ?? "") : ""}`.trim();
}

describe("thinkTags", () => {
  test("makes reasoning of the sections, and text blocks of what stands around them", () => {
    const parts = [start, delta("a[b"), delta("c]d"), end];
    expect(brief(run(thinkTags(brackets), parts))).toEqual([
      "text-start t",
      "a",
      "text-end t",
      "reasoning-start t:2",
      "b",
      "c",
      "reasoning-end t:2",
      "text-start t:3",
      "d",
      "text-end t:3",
    ]);
  });

  test("starts no text block before there is text", () => {
    expect(brief(run(thinkTags(brackets), [start, delta("[b]d"), end]))).toEqual([
      "reasoning-start t:1",
      "b",
      "reasoning-end t:1",
      "text-start t",
      "d",
      "text-end t",
    ]);
    expect(run(thinkTags(brackets), [start, end])).toEqual([start, end]);
  });

  test("ends a section that is not closed with its block", () => {
    expect(brief(run(thinkTags(brackets), [start, delta("[b"), end]))).toEqual([
      "reasoning-start t:1",
      "b",
      "reasoning-end t:1",
    ]);
  });

  test("keeps what is said about the block and its deltas", () => {
    const parts: Part[] = [
      { type: "text-start", id: "t", kind: "commentary", choice: 1, providerMetadata: about },
      { type: "text-delta", id: "t", delta: "", choice: 1, providerMetadata: about },
      { type: "text-delta", id: "t", delta: "[b]", choice: 1 },
      { type: "text-end", id: "t", choice: 1, providerMetadata: about },
    ];
    const [first, note, ...rest] = run(thinkTags(brackets), parts);
    expect(first).toEqual({ type: "reasoning-start", id: "t:1", choice: 1 });
    expect(note).toEqual({
      type: "reasoning-delta",
      id: "t:1",
      delta: "",
      choice: 1,
      providerMetadata: about,
    });
    expect(rest.slice(2)).toEqual([parts[0], parts[3]]);
    const late: Part = { type: "text-delta", id: "t", delta: "", providerMetadata: about };
    expect(run(thinkTags(brackets), [start, delta("[b]"), late, end]).slice(3)).toEqual([
      start,
      late,
      end,
    ]);
  });

  test("tells that an answer has begun before another one finishes", () => {
    const finish: Part = {
      type: "finish",
      finishReason: { unified: "stop", raw: "stop" },
      usage: { inputTokens: {}, outputTokens: {} },
    };
    const second: Part[] = [
      { type: "text-start", id: "u", choice: 1 },
      { type: "text-end", id: "u", choice: 1 },
    ];
    const parts = [second[0]!, start, end, finish, second[1]!, { ...finish, choice: 1 }];
    const told = run(fuse(thinkTags(brackets), checkParts()), parts);
    expect(told.slice(2, 5)).toEqual([second[0], finish, second[1]]);
  });

  test("finds sections in the rest of an answer too, whose block began before", () => {
    const told = run(thinkTags(brackets), [delta("a[b"), delta("]c"), end]);
    expect(brief(told)).toEqual([
      "a",
      "text-end t",
      "reasoning-start t:2",
      "b",
      "reasoning-end t:2",
      "text-start t:3",
      "c",
      "text-end t:3",
    ]);
  });

  test("takes back all blocks that it made of one", () => {
    const reset: Part = { type: "reset", blocks: ["t", "u"] };
    const parts: Part[] = [{ type: "text-start", id: "u" }, start, delta("a[b"), reset];
    expect(run(thinkTags(brackets), parts).slice(-2)).toEqual([
      { type: "text-start", id: "u" },
      { type: "reset", blocks: ["t", "t:2", "u"] },
    ]);
    const ended = [start, delta("a[b]"), end, { type: "reset", blocks: ["t"] } as const];
    expect(run(thinkTags(brackets), ended).at(-1)).toEqual({ type: "reset", blocks: ["t", "t:2"] });
  });

  test("keeps the grammar, loses no text, and does not depend on cuts", () => {
    fc.assert(
      fc.property(answers({ resets: false }), (parts) => {
        const told = run(thinkTags(brackets), parts);
        expect(run(checkParts(), told)).toEqual(told);
        expect(unitwise(run(thinkTags(brackets), unitwise(parts)))).toEqual(unitwise(told));
        const answer = textsOf(parts, undefined).map(outsideOf).join("");
        expect(sorted(run(text(), told))).toEqual(sorted([answer]));
        const thoughts = KINDS.flatMap((kind) => textsOf(parts, kind).map(insideOf));
        const known = run(reasoning(), parts);
        expect(sorted(run(reasoning(), told))).toEqual(sorted([...known, ...thoughts]));
      }),
    );
    fc.assert(
      fc.property(answers(), (parts) => {
        run(fuse(thinkTags(brackets), checkParts()), parts);
        run(fuse(onText(stopping), thinkTags(brackets), checkParts()), parts);
      }),
    );
  });

  test("keeps the laws", async () => {
    await laws("thinkTags", () => thinkTags(brackets), {
      input: answers(),
      samples: [[start, delta("a[b"), delta("c]d"), end]],
      join: unitwise,
      runs: 25,
      continuations: ["t", "text-0", "text-1"].flatMap((id): Part[][] => [
        [{ type: "text-delta", id, delta: "x" }],
        [{ type: "text-delta", id, delta: "[" }],
        [{ type: "text-delta", id, delta: "]" }],
      ]),
      hostile: [
        (length) => [start, ...Array.from({ length }, () => delta("x"))],
        (length) => [start, ...Array.from({ length }, (_, index) => delta("[]"[index % 2]!))],
      ],
    });
  });
});

const KINDS = [undefined, "refusal", "commentary"] as const;

/** Blocks that grow at once are told as they grow. */
function sorted(texts: readonly string[]): string[] {
  return texts.join("").split("").sort();
}

/** The texts of all blocks of a kind, of choice 0. */
function textsOf(parts: readonly Part[], kind: TextKind | undefined): string[] {
  const starts = parts.filter((part) => part.type === "text-start");
  return starts
    .filter((start) => start.choice === undefined && start.kind === kind)
    .map(({ id }) =>
      parts
        .map((part) => (part.type === "text-delta" && part.id === id ? part.delta : ""))
        .join(""),
    );
}

function outsideOf(text: string): string {
  return text.replace(/\[[^\]]*(\]|$)/g, "");
}

function insideOf(text: string): string {
  return [...text.matchAll(/\[([^\]]*)/g)].map(([, inside]) => inside).join("");
}
