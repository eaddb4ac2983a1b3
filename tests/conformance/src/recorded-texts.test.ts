import {
  batches,
  delimited,
  graphemes,
  lines,
  paragraphs,
  sentences,
  words,
} from "@millrace/buffers";
import { run, type Stage } from "@millrace/core";
import {
  codeBlocks,
  jsonValues,
  markdownBlocks,
  redact,
  replaceText,
  stopAt,
  tags,
} from "@millrace/parsers";
import { someCuts } from "@millrace/testing";
import { tokens } from "@millrace/testing/replay";
import { describe, expect, test } from "vitest";
import { recordedTexts } from "./recorded-texts.ts";
import { haveRecordings, isLong } from "./recordings.ts";

// What models wrote, through every stage on text: the units are the same however it is cut, and
// nothing is lost.

const SEEDS = isLong ? [1, 2, 3, 4, 5] : [1];
const SHORT = 250; // every cut of a longer text takes too long, for so many stages

const units: Record<string, () => Stage<string, string>> = {
  "batches of characters": () => batches({ characters: 7 }),
  delimited: () => delimited(", "),
  graphemes,
  lines,
  paragraphs,
  sentences,
  words,
  "words by locale": () => words({ locale: "en" }),
};

/** Stages that give less than the text, or more, or it in pieces: those of one unit join. */
const others: Record<string, () => Stage<string, unknown>> = {
  codeBlocks,
  "codeBlocks, live": () => codeBlocks({ live: true }),
  "jsonValues amid prose": () => jsonValues({ prose: true }),
  markdownBlocks,
  "redact strings": () => redact(["the", "them", "strawberry"]),
  "redact by patterns": () =>
    redact([/\d+/, /[\w.]+@[\w.]+/], { maxMatch: 64, overflow: "redact" }),
  replaceText: () => replaceText({ the: "THE", them: "THEM", "**": "" }),
  stopAt: () => stopAt(["\n\n", "3"]),
  tags: () => tags(["think", "a", "p"]),
  "tags outside of code": () => tags(["think", "a", "p"], { codeAware: true }),
};

const texts = recordedTexts();

describe.skipIf(!haveRecordings)("what models wrote", () => {
  test.each(Object.entries(units))("%s", (_, make) => {
    for (const { name, text } of texts) {
      const whole = run(make(), [text]);
      expect(whole.join(""), name).toBe(text);
      for (const cut of cutsOf(text)) expectEqual(run(make(), cut), whole, name);
    }
  });

  test.each(Object.entries(others))("%s", (_, make) => {
    for (const { name, text } of texts) {
      const whole = joined(run(make(), [text]));
      for (const cut of cutsOf(text)) expectEqual(joined(run(make(), cut)), whole, name);
    }
  });
});

/** Unit by unit, token by token; a short text at every kind of cut. */
function* cutsOf(text: string): Generator<string[]> {
  yield Array.from({ length: text.length }, (_, at) => text.charAt(at));
  for (const seed of SEEDS) yield tokens(text, seed);
  if (text.length <= SHORT) yield* someCuts(text);
}

/** Pieces of text are one with the piece before, if nothing else tells them apart. */
function joined(outputs: readonly unknown[]): unknown[] {
  const units: Piece[] = [];
  for (const output of outputs.map(pieceOf)) {
    const last = units.at(-1);
    if (last === undefined || output.rest !== last.rest) units.push({ ...output });
    else last.text += output.text;
  }
  return units;
}

interface Piece {
  text: string;
  rest: string;
}

function pieceOf(output: unknown): Piece {
  if (typeof output === "string") return { text: output, rest: "" };
  const { text = "", delta = "", ...rest } = output as { text?: string; delta?: string };
  return { text: text + delta, rest: JSON.stringify(rest) };
}

function expectEqual(found: readonly unknown[], whole: readonly unknown[], name: string): void {
  if (JSON.stringify(found) === JSON.stringify(whole)) return; // takes a fraction of the time
  expect(found, name).toEqual(whole);
}
