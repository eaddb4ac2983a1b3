import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findOverlap } from "./overlap.ts";

/** Of a text that comes in one piece, or unit by unit. */
function overlapOf(before: string, after: string, pieces: string[] = [after], max = 100): number {
  const overlap = findOverlap(before.slice(-max - 1), max);
  let known = overlap.add("");
  for (const piece of pieces) known ??= overlap.add(piece);
  return known ?? overlap.end();
}

describe("findOverlap", () => {
  test.each<[string, string, string]>([
    ["The quick bro", "brown fox", "bro"],
    ["The quick brown", " brown fox", " brown"],
    ["The quick brown", "The quick brown fox", "The quick brown"],
    ["so so so", "so so so so", "so so so"],
    ["It said: “Go", "“Go on", "“Go"],
    ["今天天气很好", "天气很好，出门", "天气很好"],
    ["in 20", "2020", "20"],
    ["the quick brown", "ick brown fox", "ick brown"],
    ["A", "A mill", "A"],
    ["“", "“Go on", "“"],
    ["ends.", "ends. And", "ends."],
  ])("in %j and %j it is %j", (before, after, overlap) => {
    expect(overlapOf(before, after)).toBe(overlap.length);
  });

  test.each<[string, string, string]>([
    ["foo", "others", "a letter in the middle of a word"],
    ["costs 1", "10 euros", "a single digit"],
    ["她说谢", "谢你", "a single letter"],
    ["def __", "__init__", "no letter"],
    ["| --------", "--------- |", "no letter, however long"],
    ["f(g(x)", ")", "a bracket"],
    ["line\n", "\nnext", "a line feed"],
    ["The quick", " brown", "nothing"],
    ["", "anything", "nothing, before there was a text"],
    ["The quick brown", "The quick", "what ends before the end of the text"],
  ])("in %j and %j there is none but %s", (before, after) => {
    expect(overlapOf(before, after)).toBe(0);
  });

  test("is no longer than allowed, and what is cut off tells where words begin", () => {
    expect(overlapOf("one two three", "two three four", undefined, 9)).toBe(9);
    expect(overlapOf("one two three", "two three four", undefined, 8)).toBe(0);
    expect(overlapOf("onetwo", "two", undefined, 3)).toBe(0);
  });

  test("waits for the text only as long as it may go on to repeat", () => {
    const overlap = findOverlap("The quick brown", 100);
    expect(overlap.add("")).toBeUndefined();
    expect(overlap.add("quick br")).toBeUndefined();
    expect(overlap.add("e")).toBe(0);
    expect(findOverlap("a foo", 100).add("o")).toBe(0);
  });

  test("is the one that a look at all of both texts finds, however they come", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", " ", ".", "好"), maxLength: 12 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const expected = slowOverlap(before, after);
        expect(overlapOf(before, after)).toBe(expected);
        expect(overlapOf(before, after, after.split(""))).toBe(expected);
        expect(overlapOf(before, before + after)).toBe(slowOverlap(before, before + after));
      }),
      { numRuns: 2000 },
    );
  });
});

/** Tries every length, the longest first. */
function slowOverlap(before: string, after: string): number {
  for (let length = Math.min(before.length, after.length); length > 0; length--) {
    const overlap = after.slice(0, length);
    if (!before.endsWith(overlap)) continue;
    if (length === before.length) return length;
    const isInWord = /[ab]$/.test(before.slice(0, -length)) && /^[ab]/.test(overlap);
    if ((!isInWord || length >= 8) && /[ab好].*[ab好]/.test(overlap)) return length;
  }
  return 0;
}
