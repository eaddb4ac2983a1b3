import { decodeText, fuse, run, type Stage } from "@millrace/core";
import { jsonItems, ndjson } from "@millrace/parsers";
import { everyCut } from "@millrace/testing";
import { describe, expect, test } from "vitest";
import { haveRecordings, recordings, type Recording } from "./recordings.ts";

// The JSON of recorded answers, at every cut, against `JSON.parse` of the whole.

const lines = recordings(({ framing }) => framing === "ndjson" || framing === "json-chunks");
const arrays = recordings(({ framing }) => framing === "json-array");

describe.skipIf(!haveRecordings)("ndjson on recorded answers", () => {
  test.each(lines)("$name", (recording) => {
    const whole = textOf(recording)
      .split("\n")
      .filter((line) => line.trim() !== "");
    expectEverywhere(recording, ndjson, whole.map(parse));
  });
});

describe.skipIf(!haveRecordings)("jsonItems on recorded answers", () => {
  test.each(arrays)("$name", (recording) => {
    const items = parse(textOf(recording)) as Candidates[];
    expectEverywhere(recording, () => jsonItems("$[*]"), items);
    const texts = items.flatMap(({ candidates }) =>
      (candidates ?? []).flatMap(({ content }) =>
        (content?.parts ?? []).flatMap(({ text }) => (text === undefined ? [] : [text])),
      ),
    );
    const path = "$[*].candidates[*].content.parts[*].text";
    expectEverywhere(recording, () => jsonItems(path), texts);
  });
});

interface Candidates {
  candidates?: { content?: { parts?: { text?: string }[] } }[];
}

function expectEverywhere(
  { bytes }: Recording,
  make: () => Stage<string, unknown>,
  expected: unknown[],
): void {
  const decoded = () => fuse(decodeText(), make());
  expect(run(decoded(), [bytes])).toEqual(expected);
  const whole = JSON.stringify(expected);
  for (const pieces of everyCut(bytes)) {
    if (JSON.stringify(run(decoded(), pieces)) === whole) continue;
    expect(run(decoded(), pieces)).toEqual(expected); // so slow that it is asked to say what is wrong
  }
}

function textOf({ bytes }: Recording): string {
  return new TextDecoder().decode(bytes);
}

function parse(text: string): unknown {
  return JSON.parse(text);
}
