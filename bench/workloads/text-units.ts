import { lines, words } from "@millrace/buffers";
import type { Stage } from "@millrace/core";
import { cutText } from "../inputs/chunks.ts";
import { prose, proseLines } from "../inputs/prose.ts";
import type { Row, Sink, Workload } from "../src/workload.ts";

const LENGTH = 262_144;
const NETWORK_CHUNK = 65_536;
const DELTA = 5;

export const workload: Workload = {
  about: "Text units: what a text stage costs beside the platform's function on the whole text",
  rows: [
    ...[20, 60, 200].flatMap((lineLength) => {
      const text = (length: number) => proseLines(length, lineLength);
      const stage = () => lines({ terminator: "drop" });
      const name = `lines of ${String(lineLength)}`;
      return [
        row(name, NETWORK_CHUNK, text, "split", splitLines, stage, 1),
        row(name, DELTA, text, "split", splitLines, stage, 15),
      ];
    }),
    row("words", NETWORK_CHUNK, prose, "match", matchWords, words, 0.5),
    row("words", DELTA, prose, "match", matchWords, words),
  ],
};

function row(
  name: string,
  chunkLength: number,
  text: (length: number) => string,
  reference: string,
  runReference: (whole: string, sink: Sink) => void,
  stage: () => Stage<string, string>,
  atMost?: number,
): Row {
  return {
    name: `${name}, chunks of ${String(chunkLength)}`,
    size: LENGTH,
    equal: "outputs",
    prepare(size) {
      const whole = text(size);
      const chunks = cutText(whole, chunkLength);
      return Promise.resolve([
        {
          name: reference,
          run: (sink) => {
            runReference(whole, sink);
          },
        },
        {
          name: "millrace",
          ...(atMost !== undefined && { targets: [{ atMost }] }),
          run(sink) {
            const machine = stage().start(sink);
            for (const chunk of chunks) machine.push(chunk);
            machine.flush();
          },
        },
      ]);
    },
  };
}

function splitLines(whole: string, sink: Sink): void {
  for (const line of whole.split("\n")) sink(line);
}

function matchWords(whole: string, sink: Sink): void {
  for (const word of whole.match(/\S+\s*/gu)!) sink(word);
}
