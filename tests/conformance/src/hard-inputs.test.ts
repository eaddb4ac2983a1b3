import { fuse, run, type Stage } from "@millrace/core";
import { checkParts, type Part } from "@millrace/parts";
import { everyCut } from "@millrace/testing";
import { describe, expect, test } from "vitest";
import { checkShapes } from "../../../packages/parts/src/part-shape.fixture.ts";
import { brief } from "../../../packages/providers/src/brief.fixture.ts";
import { byteByByte } from "./byte-by-byte.ts";
import { anthropicInputs } from "./hard-inputs/anthropic.ts";
import { chatInputs } from "./hard-inputs/chat.ts";
import { eventStreamInputs } from "./hard-inputs/event-stream.ts";
import { geminiInputs, interactionsInputs } from "./hard-inputs/google.ts";
import { chat, type Format, type HardInput } from "./hard-inputs/hard-input.ts";
import { cohereInputs, ollamaInputs } from "./hard-inputs/others.ts";
import { peersDefects } from "./hard-inputs/peers.ts";
import { responsesInputs } from "./hard-inputs/responses.ts";
import { LONG, longLine, streamInputs } from "./hard-inputs/streams.ts";

// Input that is hard to read right, a row a case: the body, and the parts that it is. Each comes in
// every cut, and breaks off at every place.

const tables: Readonly<Record<string, readonly HardInput[]>> = {
  "chat completions": chatInputs,
  "event streams": streamInputs,
  Responses: responsesInputs,
  Anthropic: anthropicInputs,
  Gemini: geminiInputs,
  Interactions: interactionsInputs,
  Cohere: cohereInputs,
  Ollama: ollamaInputs,
  "AWS' event streams": eventStreamInputs,
  "defects of others": peersDefects,
};

interface Outcome<O> {
  outputs: O[];
  /** The message of what it failed with. */
  fails: string | undefined;
}

/** What a stage makes of a body in pieces. */
function outcome<O>(stage: Stage<Uint8Array, O>, pieces: readonly Uint8Array[]): Outcome<O> {
  const outputs: O[] = [];
  const machine = stage.start((output) => outputs.push(output));
  let fails: string | undefined;
  try {
    for (const piece of pieces) machine.push(piece);
    machine.flush();
  } catch (error) {
    fails = (error as Error).message;
    machine.fail(error);
  }
  return { outputs, fails };
}

function partsOf({ units, decode }: Format, pieces: readonly Uint8Array[]): Outcome<Part> {
  return outcome(fuse(units(), decode()), pieces);
}

describe.each(Object.entries(tables))("hard inputs: %s", (_, inputs) => {
  test.each(inputs)("$name", ({ format, body, parts, fails }) => {
    const whole = partsOf(format, [body]);
    expect(brief(whole.outputs).join(" | ")).toBe(parts);
    expect(whole.fails).toBe(fails);
    run(checkParts(), whole.outputs);
    checkShapes(whole.outputs);

    // What a decoder gives depends on its units alone: where they are the same, so are the parts.
    const { outputs: units } = outcome(format.units(), [body]);
    const known = textOf(units);
    for (const pieces of everyCut(body)) {
      const again = outcome(format.units(), pieces);
      if (textOf(again.outputs) !== known) expect(again.outputs).toEqual(units);
      expect(again.fails).toBe(fails);
    }
    expect(partsOf(format, byteByByte(body))).toEqual(whole);

    // An abort between any two units: all blocks are ended, then comes the finish.
    for (let count = 0; count <= units.length; count++) {
      const all: Part[] = [];
      const state = { isOver: false };
      const machine = format.decode().start(
        (part) => all.push(part),
        () => (state.isOver = true),
      );
      for (const unit of units.slice(0, count)) if (!state.isOver) machine.push(unit);
      if (!state.isOver) machine.fail(new DOMException("enough", "AbortError"));
      run(checkParts(), all);
    }
  });
});

/** The same of two lists of units that are the same. */
function textOf(units: readonly object[]): string {
  return JSON.stringify(units, (_, value: unknown) =>
    typeof value === "bigint" ? String(value) : value,
  );
}

test("hard inputs: a line of a mebibyte", () => {
  const body = new TextEncoder().encode(longLine);
  const whole = partsOf(chat, [body]);
  expect(whole.outputs[1]).toEqual({ type: "text-delta", id: "text-0", delta: LONG });
  for (const size of [65_536, 4_093]) {
    const pieces = Array.from({ length: Math.ceil(body.length / size) }, (_, index) =>
      body.slice(index * size, (index + 1) * size),
    );
    expect(partsOf(chat, pieces)).toEqual(whole);
  }
});
