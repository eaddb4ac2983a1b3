import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allFound, readFound, writeFound } from "./found.ts";
import { targets } from "./targets/index.ts";

const byName = new Map(targets.map((target) => [target.name, target]));

test("targets have names of their own", () => {
  expect(byName.size).toBe(targets.length);
});

test("what was found is read as it was written", () => {
  const inputs = ["\ud83d\r", Uint8Array.of(0, 255), [{ type: "x" }, "y"]];
  for (const input of inputs) {
    const found = { target: "t", input };
    expect(readFound(writeFound(found))).toEqual(found);
  }
});

describe("what was found holds", () => {
  test.each(allFound())("$file", async ({ target, input }) => {
    for (const check of byName.get(target)!.checks) await check(input);
  });
});

// As machines: as streams, the laws are checked beside each stage, and by a long run.
describe("a few inputs of each target hold", () => {
  test.each(targets)("$name", async ({ input, checks: [check] }) => {
    await fc.assert(fc.asyncProperty(input, check!), { numRuns: 3, seed: 8 });
  });
});
