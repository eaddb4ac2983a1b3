import { decodeText, map, pipe, type Stage } from "@millrace/core";
import { metrics } from "@millrace/flow";
import { bodyOf, cutText, drain } from "../inputs/chunks.ts";
import { prose } from "../inputs/prose.ts";
import type { Row, Workload } from "../src/workload.ts";

const CHUNKS = 5_000;
const CHUNK_LENGTH = 5;

export const workload: Workload = {
  about: "metrics: what it costs to take the times of a stream that passes",
  rows: [streamRow(), machineRow()],
};

function streamRow(): Row {
  return {
    name: "metrics, the text of a fetch",
    size: CHUNKS,
    equal: "outputs",
    prepare(size) {
      const chunks = textChunks(size).map((chunk) => new TextEncoder().encode(chunk));
      return Promise.resolve([
        { name: "without", run: (sink) => drain(pipe(bodyOf(chunks), decodeText()), sink) },
        {
          name: "a stage that does nothing",
          run: (sink) => drain(pipe(bodyOf(chunks), decodeText(), map(same)), sink),
        },
        {
          name: "millrace",
          targets: [{ atMost: 1.1 }],
          run: (sink) => drain(pipe(bodyOf(chunks), decodeText(), metrics<string>()), sink),
        },
      ]);
    },
  };
}

function machineRow(): Row {
  return {
    name: "metrics, machine alone",
    size: CHUNKS,
    equal: "outputs",
    prepare(size) {
      const chunks = textChunks(size);
      const through = (stage: () => Stage<string, string>) => (sink: (text: string) => void) => {
        const machine = stage().start(sink);
        for (const chunk of chunks) machine.push(chunk);
        machine.flush();
      };
      return Promise.resolve([
        {
          name: "two looks at the clock",
          run(sink) {
            let seen = 0;
            for (const chunk of chunks) {
              seen += performance.now() - performance.now();
              sink(chunk);
            }
            if (seen > 0) throw new RangeError("A clock went back");
          },
        },
        { name: "millrace", run: through(() => metrics<string>()) },
      ]);
    },
  };
}

function same(text: string): string {
  return text;
}

function textChunks(count: number): string[] {
  return cutText(prose(count * CHUNK_LENGTH), CHUNK_LENGTH);
}
