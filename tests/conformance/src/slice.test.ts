import { lines, sentences, words } from "@millrace/buffers";
import { fuse, pipe, run, type Stage } from "@millrace/core";
import { text } from "@millrace/parts";
import { decodeOpenaiChat } from "@millrace/providers/openai-chat";
import { decodeSse } from "@millrace/sse";
import { someCuts } from "@millrace/testing";
import { describe, expect, test } from "vitest";
import { haveRecordings, recordings } from "./recordings.ts";

// From the bytes of a recorded answer to units of its text: the whole pipeline, at every kind of cut.

const answers = recordings(({ wire, framing }) => wire === "openai-chat" && framing === "sse");

/** What no answer has in it. */
const MARK = "\0";

describe.skipIf(!haveRecordings)("the pipeline on recorded answers", () => {
  test.each(answers)("$name", ({ bytes, expected }) => {
    const truth = (expected.choices?.[0] ?? expected).text;
    const whole = run(pipeline(sentences), [bytes]);
    expect(whole.join("")).toBe(truth);
    const joined = whole.join(MARK);
    for (const pieces of someCuts(bytes)) {
      const again = run(pipeline(sentences), pieces);
      if (again.join(MARK) === joined) continue;
      expect(again).toEqual(whole); // so slow that it is asked to say what is wrong
    }

    const byByte = [...bytes].map((byte) => Uint8Array.of(byte));
    for (const units of [() => words(), () => lines()]) {
      expect(run(pipeline(units), byByte)).toEqual(run(pipeline(units), [bytes]));
    }
  });

  test.each(answers.slice(0, 20))("$name, as streams", async ({ bytes }) => {
    const whole = run(pipeline(sentences), [bytes]);
    const pieces = [...someCuts(bytes)].at(-1) ?? [];
    const chain = pipe(pieces)
      .pipeThrough(decodeSse({ incomplete: "dispatch", strays: "dispatch" }))
      .pipeThrough(decodeOpenaiChat())
      .pipeThrough(text())
      .pipeThrough(sentences());
    expect(await collect(chain)).toEqual(whole);
    expect(await collect(pipe(pieces, pipeline(sentences)))).toEqual(whole);
  });
});

function pipeline(units: () => Stage<string, string>): Stage<Uint8Array | string, string> {
  return fuse(
    decodeSse({ incomplete: "dispatch", strays: "dispatch" }),
    decodeOpenaiChat(),
    text(),
    units(),
  );
}

async function collect<T>(stream: ReadableStream<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}
