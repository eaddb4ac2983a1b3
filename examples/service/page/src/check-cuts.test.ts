import { metrics } from "@millrace/flow";
import type { Part } from "@millrace/parts";
import { answers, tokens } from "@millrace/testing/replay";
import { expect, test } from "vitest";
import { beginCheck, tryCut } from "./check-cuts.ts";
import { SIZES } from "./cuts.ts";
import { readAgain } from "./read-again.ts";
import type { Answer } from "./state.ts";
import { emptyWire } from "./wire.ts";

const { text } = answers.tour;

const data = [
  { part: { type: "text-start", id: "t" } },
  ...tokens(text).map((delta) => ({ part: { type: "text-delta", id: "t", delta } })),
  { done: true, finishReason: "stop" },
];
const bytes = new TextEncoder().encode(
  data.map((each) => `data: ${JSON.stringify(each)}\n\n`).join(""),
);

/** An answer as the page keeps it, out of connections that brought these bytes. */
function answerOf(...connections: Uint8Array[]): Answer {
  const wire = emptyWire(0);
  for (const chunk of connections) {
    wire.connections.push({ chunks: [chunk], taken: chunk.length });
  }
  const { reading } = readAgain(
    connections.map((chunk) => [chunk]),
    undefined,
  );
  const column = {
    model: "",
    reading,
    meter: metrics<Part>(),
    done: undefined,
    problem: undefined,
  };
  return { way: "sse", wire, columns: [column], pieces: [], check: undefined };
}

test("Every cut that the slider offers gives the same output", () => {
  const answer = answerOf(bytes);
  let check = beginCheck(answer, true);
  for (const size of SIZES) {
    const tried = tryCut(answer, check, size);
    expect(tried.reading.words.join("")).toBe(text);
    ({ check } = tried);
  }
  expect(check.differences).toEqual([]);
  expect(check.sizes.size).toBe(SIZES.length);
});

test("The pieces are what the decoder got", () => {
  const answer = answerOf(bytes);
  const { pieces } = tryCut(answer, beginCheck(answer, true), 1);
  expect(pieces).toHaveLength(bytes.length);
});

test("Half an event at the end of a lost connection is forgotten", () => {
  const middle = bytes.length >> 1;
  const cursor = bytes.lastIndexOf(10, middle) + 1; // behind some line
  const whole = new TextDecoder().decode(bytes);
  const begin = whole.lastIndexOf("\n\n", cursor) + 2;
  const boundary = new TextEncoder().encode(whole.slice(0, begin)).length;
  const answer = answerOf(bytes.subarray(0, boundary + 7), bytes.subarray(boundary));
  expect(answer.columns[0]!.reading.words.join("")).toBe(text);
});

test("An output that differs is named, with the cut that it came of", () => {
  const check = beginCheck(answerOf(bytes), true);
  const other = new TextEncoder().encode(
    new TextDecoder().decode(bytes).replace(" wheel", " whale"),
  );
  expect(tryCut(answerOf(other), check, 3).check.differences).toEqual([
    "words (3 bytes each)",
    "sentences (3 bytes each)",
    "Markdown (3 bytes each)",
  ]);
});
