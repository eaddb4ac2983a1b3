import { run } from "@millrace/core";
import {
  bounded,
  cutsNeverMatter,
  laws,
  linear,
  prompt,
  type LawsOptions,
} from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { delimited, type DelimitedOptions } from "./delimited.ts";
import { stageFailureOf } from "../../core/src/failure-of.fixture.ts";

describe("delimited", () => {
  test("keeps delimiters, and empty units", () => {
    expect(run(delimited(";"), ["a;;b;c"])).toEqual(["a;", ";", "b;", "c"]);
    expect(run(delimited("--"), ["a-", "-b", "--", "-"])).toEqual(["a--", "b--", "-"]);
  });

  test("drops delimiters when told", () => {
    expect(run(delimited("--", { terminator: "drop" }), ["a-", "-b-c", "---d"])).toEqual([
      ...["a", "b-c", "-d"],
    ]);
  });

  test("gives delimiters to the units behind them when told", () => {
    const next = () => delimited("# ", { terminator: "next" });
    expect(run(next(), ["# one\n#", " two\n# "])).toEqual(["# one\n", "# two\n", "# "]);
    expect(run(next(), ["text\n# one"])).toEqual(["text\n", "# one"]);
  });

  test("gives no unit for nothing, and none behind the last delimiter", () => {
    expect(run(delimited(";"), [])).toEqual([]);
    expect(run(delimited(";", { terminator: "drop" }), ["", "a;", ""])).toEqual(["a"]);
  });

  test("takes the leftmost of delimiters that overlap", () => {
    const drop = { terminator: "drop" } as const;
    expect(run(delimited("\n\n", drop), ["a\n\n\nb"])).toEqual(["a", "\nb"]);
    expect(run(delimited("aab", drop), ["a", "a", "a", "b", "aaab"])).toEqual(["a", "a"]);
    expect(run(delimited("abab", drop), ["ababab", "abc"])).toEqual(["", "", "c"]);
    expect(run(delimited("abac", drop), ["aba", "bac!"])).toEqual(["ab", "!"]);
  });

  test("gives a unit with the last character of its delimiter", () => {
    const outputs: string[] = [];
    const machine = delimited("\r\n").start((unit) => outputs.push(unit));
    machine.push("a\r");
    expect(outputs).toEqual([]);
    machine.push("\n");
    expect(outputs).toEqual(["a\r\n"]);
  });

  test("gives what it holds when its source fails, a delimiter that has begun too", () => {
    const outputs: string[] = [];
    const machine = delimited("---", { maxLength: 4 }).start((unit) => outputs.push(unit));
    machine.push("abc--");
    machine.fail(new Error("The source broke"));
    expect(outputs).toEqual(["abc--"]);
  });

  test("counts for its limit what is certain to stand before the delimiter", () => {
    const four = () => delimited("--", { maxLength: 4 });
    expect(run(four(), ["abcd-", "-ab-d--"])).toEqual(["abcd--", "ab-d--"]);
    for (const text of ["a--abcd-e", "a--abcd-", "a--abcde--"]) {
      for (const chunks of [[text], text.split("")]) {
        expect(stageFailureOf(four(), chunks, "limit")).toMatchObject({
          message: "Cannot split delimited text: a unit grew beyond maxLength 4",
          offset: 7,
          outputs: ["a--", "abcd"],
        });
      }
    }
  });

  test("refuses a delimiter or a limit that is none", () => {
    expect(() => delimited("")).toThrow(RangeError);
    expect(() => delimited(";", { maxLength: 0 })).toThrow("maxLength must be 1 or more, not 0");
  });

  const inputOf = (delimiter: string) =>
    fc
      .array(fc.constantFrom("x", "b", delimiter.slice(0, 1), delimiter, delimiter.slice(0, -1)), {
        maxLength: 20,
      })
      .map((parts) => parts.join(""));

  test.each([";", "\n\n", "aab", "abab", "abaab", "ab\nab", "aaaa", "😀"])(
    "is split over the whole text, wherever it is cut, by %j",
    async (delimiter) => {
      for (const terminator of ["keep", "next", "drop"] as const) {
        await cutsNeverMatter("delimited", () => delimited(delimiter, { terminator }), {
          input: inputOf(delimiter),
          oracle: (text) => split(text, delimiter, terminator),
          runs: 50,
        });
      }
    },
  );

  type Terminator = NonNullable<DelimitedOptions["terminator"]>;
  const lawsOf = (
    delimiter: string,
    terminator: Terminator,
  ): LawsOptions<string, string, string> => ({
    input: inputOf(delimiter),
    samples: [`${delimiter}x${delimiter}${delimiter}${delimiter.slice(0, -1)}`],
    oracle: (text) => split(text, delimiter, terminator),
    continuations: ["x", ...Array.from(delimiter, (_, at) => delimiter.slice(at))],
    limit: {
      stage: (maxLength) => delimited(delimiter, { terminator, maxLength }),
      fill: (length) => "x".repeat(length),
      end: delimiter,
    },
    runs: 30,
  });

  test("obeys the laws", async () => {
    await laws("delimited", () => delimited("aab", { terminator: "next" }), {
      ...lawsOf("aab", "next"),
      lossless: true,
      hostile: [repeated("aa")],
    });
  });

  // On streams all delimiters are alike.
  test.each<[string, Terminator]>([
    ["\r\n", "keep"],
    ["abaab", "drop"],
  ])("gives units in time and within their limit with %j, %s", async (delimiter, terminator) => {
    const make = () => delimited(delimiter, { terminator });
    for (const law of [prompt, bounded]) {
      await law("delimited", make, lawsOf(delimiter, terminator));
    }
  });

  test("searches in linear time for a long delimiter that is like itself", async () => {
    const half = "a".repeat(100);
    const delimiter = `${half}b${half}`;
    const input = fc.constantFrom(half, delimiter, `a${delimiter}`);
    const oracle = (text: string) => split(text, delimiter, "keep");
    await cutsNeverMatter("delimited", () => delimited(delimiter), { input, oracle, runs: 5 });
    await linear("delimited", () => delimited(delimiter), [repeated("a"), repeated(`${half}b`)]);
  });
});

/** `split` over the whole text. */
function split(
  text: string,
  delimiter: string,
  terminator: NonNullable<DelimitedOptions["terminator"]>,
): string[] {
  const parts = text.split(delimiter);
  const units = parts.map((part, index) => {
    if (terminator === "keep" && index < parts.length - 1) return part + delimiter;
    if (terminator === "next" && index > 0) return delimiter + part;
    return part;
  });
  if (units.at(-1) === "") units.pop();
  if (terminator === "next" && units[0] === "") units.shift();
  return units;
}

function repeated(unit: string): (length: number) => string {
  return (length) => unit.repeat(length / unit.length + 1).slice(0, length);
}
