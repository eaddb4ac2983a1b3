import { lines, sentences, words } from "@millrace/buffers";
import { fuse, pipe, run, type Stage } from "@millrace/core";
import { text } from "@millrace/parts";
import { decodeOpenaiChat } from "@millrace/providers/openai-chat";
import { decodeSse } from "@millrace/sse";
import { someCuts } from "@millrace/testing";
import { describe, expect, test } from "vitest";
import { byteByByte } from "./byte-by-byte.ts";
import { haveRecordings, recordings } from "./recordings.ts";

// From the bytes of a recorded answer to units of its text: the whole pipeline. Each of its stages is cut
// everywhere in other tests.

const answers = recordings(({ wire, framing }) => wire === "openai-chat" && framing === "sse");

describe.skipIf(!haveRecordings)("the pipeline on recorded answers", () => {
  test.each(answers)("$name", ({ bytes, expected }) => {
    const truth = (expected.choices?.[0] ?? expected).text;
    const whole = run(pipeline(sentences), [bytes]);
    expect(whole.join("")).toBe(truth);
    const pieces = byteByByte(bytes);
    for (const units of [() => sentences(), () => words(), () => lines()]) {
      expect(run(pipeline(units), pieces)).toEqual(run(pipeline(units), [bytes]));
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
