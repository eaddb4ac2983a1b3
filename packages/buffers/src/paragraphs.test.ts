import { run } from "@millrace/core";
import { bounded, cutsNeverMatter, laws, prompt, type LawsOptions } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stageFailureOf } from "../../core/src/failure-of.fixture.ts";
import { paragraphs, type ParagraphsOptions } from "./paragraphs.ts";

describe("paragraphs", () => {
  test("keep the blank lines behind them, the first one those before it too", () => {
    expect(run(paragraphs(), ["\n \none\nmore\n", "\n \t\n", "two\r\n\r\nthree"])).toEqual([
      ...["\n \none\nmore\n\n \t\n", "two\r\n\r\n", "three"],
    ]);
  });

  test("come out without blank lines when told, and without the end of the last line", () => {
    expect(
      run(paragraphs({ trim: true }), ["\n \none\r\nmore \r", "\n \r\n\n", "  two\n\n"]),
    ).toEqual(["one\r\nmore ", "  two"]);
    expect(run(paragraphs({ trim: true }), [" \n\n "])).toEqual([]);
  });

  test("begin with the indentation of their first line", () => {
    expect(run(paragraphs(), ["one\n\n ", " two\n  more"])).toEqual(["one\n\n", "  two\n  more"]);
  });

  test("give blank lines alone as they are", () => {
    expect(run(paragraphs(), ["\n ", "\n"])).toEqual(["\n \n"]);
    expect(run(paragraphs(), [])).toEqual([]);
  });

  test("take a lone CR for a character, unless it is to end lines", () => {
    expect(run(paragraphs(), ["a\n\r", "b\n\r"])).toEqual(["a\n\rb\n\r"]);
    expect(run(paragraphs(), ["a\n\n\r", "b"])).toEqual(["a\n\n", "\rb"]);
    expect(run(paragraphs({ cr: true }), ["a\r", "\nb\r\r", "c"])).toEqual(["a\r\nb\r\r", "c"]);
    expect(run(paragraphs({ cr: true, trim: true }), ["a\r\r", "\nb\r"])).toEqual(["a", "b"]);
  });

  test("come out when the next begins; trimmed, at the end of the blank line", () => {
    const outputs: string[] = [];
    const machine = paragraphs().start((paragraph) => outputs.push(paragraph));
    machine.push("one\n\n  ");
    expect(outputs).toEqual([]);
    machine.push("t");
    expect(outputs).toEqual(["one\n\n"]);
    const trimming = paragraphs({ trim: true }).start((paragraph) => outputs.push(paragraph));
    trimming.push("three\n ");
    expect(outputs).toEqual(["one\n\n"]);
    trimming.push("\n");
    expect(outputs).toEqual(["one\n\n", "three"]);
  });

  test("come out before the error of their source", () => {
    const outputs: string[] = [];
    const machine = paragraphs().start((paragraph) => outputs.push(paragraph));
    machine.push("one\n\n\r");
    machine.fail(new Error("The source broke"));
    expect(outputs).toEqual(["one\n\n", "\r"]);
  });

  test("count for their limit what is held", () => {
    const six = (trim: boolean) => paragraphs({ maxLength: 6, trim });
    expect(run(six(false), ["one\n\n two\n"])).toEqual(["one\n\n", " two\n"]);
    expect(run(six(true), ["one\n\n\n\n\ntwo12\r\n\r\n"])).toEqual(["one", "two12"]);
    for (const chunks of [["one\n\n  two"], Array.from("one\n\n  two")]) {
      expect(stageFailureOf(six(false), chunks, "limit")).toMatchObject({
        message: "Cannot split paragraphs: a paragraph grew beyond maxLength 6",
        offset: 6,
        outputs: ["one\n\n "],
      });
      expect(run(six(true), chunks)).toEqual(["one", "  two"]);
    }
    for (const chunks of [["one\nmore"], Array.from("one\nmore")]) {
      expect(stageFailureOf(six(true), chunks, "limit")).toMatchObject({
        offset: 6,
        outputs: ["one\nmo"],
      });
    }
    expect(stageFailureOf(six(true), ["12345\n\r"], "limit")).toMatchObject({
      offset: 6,
      outputs: ["12345\n"],
    });
  });

  test("trip their limit at a CR that may yet end a blank line", () => {
    const outputs: string[] = [];
    const machine = paragraphs({ maxLength: 2 }).start((paragraph) => outputs.push(paragraph));
    machine.push("\r\n");
    expect(() => {
      machine.push("\r");
    }).toThrow("maxLength 2");
    expect(outputs).toEqual(["\r\n"]);
  });

  test("refuse a limit that is none", () => {
    expect(() => paragraphs({ maxLength: NaN })).toThrow(RangeError);
  });

  const lawsOf = (options: ParagraphsOptions): LawsOptions<string, string, string> => ({
    input: fc.string({
      unit: fc.constantFrom("a", "b", " ", "\t", "\n", "\n", "\r", "\r\n", "😀"),
      maxLength: 30,
    }),
    samples: ["\r\n one\r\ntwo\n \nthree\r\r\n\r\n\r\r\n  four", "\r", "a\n\r", "a\n\n\r\n \r"],
    oracle: (text) => match(text, options),
    continuations: ["x", "\n", "\n\n", "\r\n", "\r\nx", "\nx", "\r\r", "\rx", " x"],
    limit: {
      stage: (maxLength) => paragraphs({ ...options, maxLength }),
      fill: (length) =>
        options.trim === true
          ? "a\n".repeat(length).slice(0, length - 1) + "x"
          : "x".repeat(length - 2) + "\n\n",
      end: options.trim === true ? "\n\n" : "x",
    },
    runs: 30,
  });

  test("obey the laws", async () => {
    const hostile = [" ", " \r"].map(repeated);
    await laws("paragraphs", () => paragraphs(), { ...lawsOf({}), lossless: true, hostile });
  });

  test("obey the laws trimmed, and with lone CRs", async () => {
    const options = { cr: true, trim: true };
    const hostile = ["x\r\r"].map(repeated);
    await laws("paragraphs", () => paragraphs(options), { ...lawsOf(options), hostile });
  });

  // On streams all options are alike.
  test.each<ParagraphsOptions>([{ trim: true }, { cr: true }])(
    "come out the same wherever their text is cut, in time and within their limit with %o",
    async (options) => {
      const make = () => paragraphs(options);
      for (const law of [cutsNeverMatter, prompt, bounded]) {
        await law("paragraphs", make, lawsOf(options));
      }
    },
  );
});

function repeated(unit: string): (length: number) => string {
  return (length) => unit.repeat(length / unit.length + 1).slice(0, length);
}

/** One regular expression over the whole text. */
function match(text: string, { cr = false, trim = false }: ParagraphsOptions): string[] {
  const end = cr ? "(?:\\r\\n|\\r|\\n)" : "\\r?\\n";
  const blank = `(?:[ \\t]*${end}|[ \\t]+$)`;
  const line = cr ? `(?!${blank})[^\\r\\n]+(?:${end}|$)` : `(?!${blank})[^\\n]+(?:\\n|$)`;
  const found = text.match(new RegExp(`(?:${blank})*(?:${line})+(?:${blank})*|(?:${blank})+`, "g"));
  if (found === null || !trim) return found ?? [];
  const before = new RegExp(`^(?:[ \\t]*${end})*(?:[ \\t]+$)?`);
  const behind = new RegExp(`${end}(?:${blank})*$`);
  return found
    .map((paragraph) => paragraph.replace(before, "").replace(behind, ""))
    .filter((paragraph) => paragraph !== "");
}
