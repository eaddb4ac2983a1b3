import { merge } from "@millrace/flow";
import { drain, streamOf } from "../inputs/chunks.ts";
import type { Sink, Row, Workload } from "../src/workload.ts";

const CHUNKS = 4_000;
const CHUNK = "mill "; // always the same, so that the answer is, whoever comes first

export const workload: Workload = {
  about: "merge: many streams as one, beside the loop over Promise.race that one would write",
  rows: [row(2), row(8)],
};

function row(count: number): Row {
  return {
    name: `merge, ${String(count)} streams`,
    size: CHUNKS,
    equal: "joined",
    prepare(size) {
      const lane = Array<string>(Math.ceil(size / count)).fill(CHUNK);
      const streams = () => Array.from({ length: count }, () => streamOf(lane));
      return Promise.resolve([
        { name: "Promise.race in a loop", run: (sink) => race(streams(), sink) },
        {
          name: "millrace",
          targets: [{ atMost: 1.2 }],
          run: (sink) =>
            drain(merge(streams()), ([, text]) => {
              sink(text);
            }),
        },
      ]);
    },
  };
}

async function race(streams: ReadableStream<string>[], sink: Sink): Promise<void> {
  const next = async (reader: ReadableStreamDefaultReader<string>) => {
    const { done, value = "" } = await reader.read();
    return { reader, done, value };
  };
  const pending = new Map(
    streams.map((stream) => {
      const reader = stream.getReader();
      return [reader, next(reader)] as const;
    }),
  );
  while (pending.size > 0) {
    const { reader, done, value } = await Promise.race(pending.values());
    if (done) pending.delete(reader);
    else {
      pending.set(reader, next(reader));
      sink(value);
    }
  }
}
