import { run } from "@millrace/core";
import { laws } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stageFailureOf } from "../../core/src/failure-of.fixture.ts";
import { lines, type LinesOptions } from "./lines.ts";

describe("lines", () => {
  test("keeps terminators, and empty lines", () => {
    expect(run(lines(), ["a\n\r\n\nb\r\nc"])).toEqual(["a\n", "\r\n", "\n", "b\r\n", "c"]);
  });

  test("drops terminators when told, and the CR of a CRLF that was cut", () => {
    const drop = () => lines({ terminator: "drop" });
    expect(run(drop(), ["a\n\r\n\nb\r", "\nc"])).toEqual(["a", "", "", "b", "c"]);
    expect(run(drop(), ["a\r\r\nb\r"])).toEqual(["a\r", "b\r"]);
  });

  test("gives no line for nothing, and none behind the last terminator", () => {
    expect(run(lines(), [])).toEqual([]);
    expect(run(lines(), ["", "a\n", ""])).toEqual(["a\n"]);
  });

  test("leaves a lone CR in its line, unless it is to end one", () => {
    expect(run(lines(), ["a\rb\n"])).toEqual(["a\rb\n"]);
    expect(run(lines({ cr: true }), ["a\rb\r", "\nc\r", "\r", "d"])).toEqual([
      "a\r",
      "b\r\n",
      "c\r",
      "\r",
      "d",
    ]);
  });

  test("waits behind a CR only for lines that keep it", () => {
    const outputs: string[] = [];
    const dropping = lines({ cr: true, terminator: "drop" }).start((line) => outputs.push(line));
    dropping.push("a\r");
    expect(outputs).toEqual(["a"]);
    dropping.push("\n");
    dropping.push("b");
    expect(outputs).toEqual(["a"]);
    const keeping = lines({ cr: true }).start((line) => outputs.push(line));
    keeping.push("c\r");
    expect(outputs).toEqual(["a"]);
    keeping.push("d");
    expect(outputs).toEqual(["a", "c\r"]);
  });

  test("does not end a line at any other separator", () => {
    expect(run(lines({ cr: true }), ["a\u2028b\u2029c\u0085d\ve"])).toHaveLength(1);
  });

  test("counts for its limit what stands before the terminator", () => {
    const four = (options: LinesOptions) => lines({ maxLength: 4, ...options });
    expect(run(four({}), ["abcd\nabc\r\n"])).toEqual(["abcd\n", "abc\r\n"]);
    expect(run(four({ cr: true }), ["abcd\r\nabcd\r"])).toEqual(["abcd\r\n", "abcd\r"]);
    expect(stageFailureOf(four({}), ["a\nabcd\r\n"], "limit")).toMatchObject({
      message: "Cannot split lines: a line grew beyond maxLength 4",
      offset: 6,
      outputs: ["a\n", "abcd"],
    });
  });

  test.each([[["abc\n"]], [["a", "bc\n"]], [["abc", "\n"]]])(
    "takes 2.5 as a limit for 2: %j",
    (chunks) => {
      const error = stageFailureOf(lines({ maxLength: 2.5 }), chunks, "limit");
      expect(error).toMatchObject({ offset: 2, outputs: ["ab"] });
    },
  );

  test("refuses a limit that is none", () => {
    expect(() => lines({ maxLength: NaN })).toThrow(RangeError);
    expect(() => lines({ maxLength: 0 })).toThrow("maxLength must be 1 or more, not 0");
  });

  test.each<LinesOptions>([
    {},
    { terminator: "drop" },
    { cr: true },
    { cr: true, terminator: "drop" },
  ])("obeys the laws with %o", async (options) => {
    const keep = options.terminator !== "drop";
    await laws("lines", () => lines(options), {
      input: fc.string({
        unit: fc.constantFrom("a", "b", "\n", "\r", "\r\n", "😀"),
        maxLength: 30,
      }),
      samples: ["one\r\ntwo\n\nthree\rfour\r\r\n", "\r", "\n\r", "\r\n"],
      oracle: (text) => split(text, options),
      continuations: ["x", "\n", "\r", "\r\n"],
      limit: {
        stage: (maxLength) => lines({ ...options, maxLength }),
        fill: (length) => "x".repeat(length),
        end: "\n",
      },
      ...(keep ? { lossless: true } : {}),
      hostile: ["x", "\r", "\r\n"].map(
        (unit) => (length: number) => unit.repeat(length / unit.length + 1).slice(0, length),
      ),
    });
  });
});

/** `split` over the whole text. */
function split(text: string, { cr = false, terminator = "keep" }: LinesOptions): string[] {
  const ends = cr ? /(\r\n|\r|\n)/ : /(\r?\n)/;
  const pieces = text.split(ends);
  const found: string[] = [];
  for (let index = 0; index < pieces.length; index += 2) {
    const [line = "", end] = pieces.slice(index, index + 2);
    if (line === "" && end === undefined) continue;
    found.push(terminator === "keep" ? line + (end ?? "") : line);
  }
  return found;
}
