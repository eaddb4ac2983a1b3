import { decodeText, fuse, run, type Stage } from "@millrace/core";
import { jsonItems, ndjson, partialJson } from "@millrace/parsers";
import { someCuts } from "@millrace/testing";
import { describe, expect, test } from "vitest";
import { recordedArguments } from "./recorded-texts.ts";
import { haveRecordings, recordings, type Recording } from "./recordings.ts";

// The JSON of recorded answers, at every kind of cut, against `JSON.parse` of the whole.

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

describe.skipIf(!haveRecordings)("partialJson on the arguments of recorded tool calls", () => {
  test.each(recordedArguments())("$name: $text", ({ text }) => {
    const stage = () => partialJson({ incomplete: "allow", numbers: "emit" });
    // Some were cut by a token limit: they are no JSON, and are not said to be complete.
    const expected = { complete: isJson(text), value: readLeniently(text) };
    for (const pieces of someCuts(text)) {
      expect(run(stage(), pieces).at(-1)).toEqual(expected);
    }
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
  for (const pieces of someCuts(bytes)) {
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

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The value of the longest beginning that is JSON once what is open in it is closed. */
function readLeniently(text: string): unknown {
  for (let end = text.length; end > 0; end--) {
    for (const closing of [
      "",
      '"',
      ...["", '"'].flatMap((quote) => ENDS.map((end) => quote + end)),
    ]) {
      if (isJson(text.slice(0, end) + closing)) return JSON.parse(text.slice(0, end) + closing);
    }
  }
  return undefined;
}

const ENDS = ["}", "]}", "]", "}]", "}]}"];
