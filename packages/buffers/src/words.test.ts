import { run } from "@millrace/core";
import { laws } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isSpace } from "./space.ts";
import { words } from "./words.ts";

describe("words", () => {
  test("gives each word with the spaces behind it", () => {
    expect(run(words(), ["one two  three\n\tfour"])).toEqual([
      "one ",
      "two  ",
      "three\n\t",
      "four",
    ]);
  });

  test("gives spaces at the start with the first word, and spaces alone as they are", () => {
    expect(run(words(), [" ", " one ", "two"])).toEqual(["  one ", "two"]);
    expect(run(words(), [" ", "\n"])).toEqual([" \n"]);
  });

  test("trims when told", () => {
    expect(run(words({ trim: true }), [" one ", " two\n"])).toEqual(["one", "two"]);
    expect(run(words({ trim: true }), [" \n"])).toEqual([]);
  });

  test("gives a word as soon as the next begins, or, trimmed, as soon as it ends", () => {
    const outputs: string[] = [];
    const machine = words().start((word) => outputs.push(word));
    machine.push("one ");
    expect(outputs).toEqual([]);
    machine.push("t");
    expect(outputs).toEqual(["one "]);
    const trimming = words({ trim: true }).start((word) => outputs.push(word));
    trimming.push("three ");
    expect(outputs).toEqual(["one ", "three"]);
  });

  test("gives what it holds when its source fails", () => {
    const outputs: string[] = [];
    const machine = words().start((word) => outputs.push(word));
    machine.push("one tw");
    expect(() => machine.fail(new Error("The source broke"))).not.toThrow();
    expect(outputs).toEqual(["one ", "tw"]);
  });

  test("knows every space that a regular expression knows, and no other", () => {
    for (let code = 0; code <= 0xffff; code++) {
      if (isSpace(code) !== /\s/.test(String.fromCharCode(code)))
        throw new Error(code.toString(16));
    }
  });

  const text = fc.string({
    unit: fc.constantFrom("a", "b", " ", "\n", "\u00a0", "\u3000", "😀", "\u0301"),
    maxLength: 30,
  });
  const samples = ["one two  three\r\n four ", "  ", " x", "no-spaces"];
  const hostile = ["x ", "\u0301", "\u2003"].map(
    (unit) => (length: number) => unit.repeat(length / unit.length + 1).slice(0, length),
  );

  test("obeys the laws", async () => {
    await laws("words", () => words(), {
      input: text,
      samples,
      oracle: (whole) => whole.match(/\s*\S+\s*|\s+/g) ?? [],
      continuations: ["a", " "],
      limit: {
        stage: (maxLength) => words({ maxLength }),
        fill: (length) => "x".repeat(length - 2).padEnd(length),
        end: "y ",
      },
      lossless: true,
      hostile,
    });
  });

  test("obeys the laws when it trims", async () => {
    await laws("words", () => words({ trim: true }), {
      input: text,
      samples,
      oracle: (whole) => whole.match(/\S+/g) ?? [],
      continuations: ["a", " "],
      limit: {
        stage: (maxLength) => words({ trim: true, maxLength }),
        fill: (length) => "x".repeat(length),
        end: "   ",
      },
      hostile,
    });
  });
});
