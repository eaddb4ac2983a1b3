import { run } from "@millrace/core";
import { laws } from "@millrace/testing";
import { describe, expect, test } from "vitest";
import { answers } from "./answers.fixture.ts";
import type { Part } from "./part.ts";
import { sources } from "./sources.ts";
import { usage, type Usage } from "./usage.ts";

const source: Part = { type: "source", id: "s", source: { kind: "url", url: "https://a.example" } };
const count = (total: number): Usage => ({ inputTokens: { total }, outputTokens: {} });
const finish = (used: Usage): Part => ({
  type: "finish",
  finishReason: { unified: "stop", raw: "stop" },
  usage: used,
});

describe("sources", () => {
  test("gives the sources of a choice", () => {
    const other = { ...source, choice: 1 };
    expect(run(sources(), [source, other, finish(count(1))])).toEqual([source]);
    expect(run(sources({ choice: 1 }), [source, other])).toEqual([other]);
  });

  test("keeps the laws", async () => {
    await laws("sources", () => sources(), {
      input: answers(),
      oracle: (all) =>
        all.filter((part) => part.type === "source").filter(({ choice }) => choice === undefined),
      continuations: [[source]],
    });
  });
});

describe("usage", () => {
  test("gives every total, and the finish says nothing new", () => {
    const parts: Part[] = [
      { type: "usage", usage: count(1) },
      { type: "usage", usage: count(3) },
      finish(count(3)),
    ];
    expect(run(usage(), parts)).toEqual([count(1), count(3)]);
  });

  test("is that of the finish where there was nothing before", () => {
    expect(run(usage(), [finish(count(2)), finish(count(2))])).toEqual([count(2)]);
    expect(run(usage(), [finish({ inputTokens: {}, outputTokens: {} })])).toEqual([]);
  });

  test("keeps the laws", async () => {
    await laws("usage", () => usage(), {
      input: answers(),
      oracle: (all) => all.flatMap((part) => (part.type === "usage" ? [part.usage] : [])),
      continuations: [[{ type: "usage", usage: count(1) }]],
    });
  });
});
