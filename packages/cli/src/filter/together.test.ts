import { lines, words } from "@millrace/buffers";
import { fuse, map, run, take } from "@millrace/core";
import { jsonValues } from "@millrace/parsers";
import { laws } from "@millrace/testing";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { together } from "./together.ts";

/** A piece may be one line or several. */
const split = (text: string): string[] => (text === "" ? [] : text.split(/(?<=\n)/));

test("What one input makes is one piece", () => {
  expect(run(together(words()), ["one two th", "ree four"])).toEqual([
    "one two ",
    "three ",
    "four",
  ]);
});

test("What comes before an end, and before an error, comes", () => {
  expect(run(together(fuse(words(), take(2))), ["one two three four ", "five"])).toEqual([
    "one two ",
  ]);
  const values = together(fuse(jsonValues(), map(String)));
  expect(() => run(values, ["1 2 x"])).toThrow(expect.objectContaining({ outputs: ["12"] }));
});

test("The laws hold, pieces joined", async () => {
  await laws("together", () => together(lines()), {
    input: fc.string({ unit: fc.constantFrom("a", "b", "\n", "\r") }),
    samples: ["", "one\ntwo", "\r\n\n"],
    oracle: split,
    join: (pieces) => split(pieces.join("")),
    continuations: ["a", "\n"],
    lossless: true,
    hostile: [(length) => "a\n".repeat(length / 2)],
  });
});
