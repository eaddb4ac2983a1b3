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
import { jsonValues, tags } from "@millrace/parsers";
import { everyCut } from "@millrace/testing";
import { tokens } from "@millrace/testing/replay";
import { describe, expect, test } from "vitest";
import { recordedTexts } from "./recorded-texts.ts";
import { haveRecordings } from "./recordings.ts";

// What models wrote, through every stage on text: the units are the same however it is cut, and
// nothing is lost.

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

/** Stages whose outputs are pieces of units, with what makes units of them. */
const pieces: Record<string, { make: () => Stage<string, { text?: string | undefined }> }> = {
  "jsonValues amid prose": { make: () => jsonValues({ prose: true }) },
  tags: { make: () => tags(["think", "a", "p"]) },
  "tags outside of code": { make: () => tags(["think", "a", "p"], { codeAware: true }) },
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

  test.each(Object.entries(pieces))("%s", (_, { make }) => {
    for (const { name, text } of texts) {
      const whole = joined(run(make(), [text]));
      for (const cut of cutsOf(text)) expectEqual(joined(run(make(), cut)), whole, name);
    }
  });
});

/** Unit by unit, token by token; a short text at every cut. */
function* cutsOf(text: string): Generator<string[]> {
  yield Array.from({ length: text.length }, (_, at) => text.charAt(at));
  for (const seed of [1, 2, 3]) yield tokens(text, seed);
  if (text.length <= SHORT) yield* everyCut(text);
}

/** The pieces of one run of text are one. */
function joined(outputs: readonly { text?: string | undefined }[]): unknown[] {
  const units: { text?: string | undefined }[] = [];
  let last: { text?: string | undefined } | undefined;
  for (const output of outputs) {
    if (last !== undefined && sameBut(last, output))
      last.text = (last.text ?? "") + (output.text ?? "");
    else units.push((last = { ...output }));
  }
  return units;
}

function sameBut(left: object, right: object): boolean {
  const rest = (item: object) => JSON.stringify({ ...item, text: "" });
  return "text" in left && rest(left) === rest(right);
}

function expectEqual(found: readonly unknown[], whole: readonly unknown[], name: string): void {
  if (JSON.stringify(found) === JSON.stringify(whole)) return; // takes a fraction of the time
  expect(found, name).toEqual(whole);
}
