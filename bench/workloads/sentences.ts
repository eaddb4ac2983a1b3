import { sentences } from "@millrace/buffers";
import { cutText } from "../inputs/chunks.ts";
import { prose } from "../inputs/prose.ts";
import type { Row, Sink, Workload } from "../src/workload.ts";

const LENGTH = 262_144;
const NETWORK_CHUNK = 65_536;
const DELTA = 5;

export const workload: Workload = {
  about: "Sentences: what the stage costs beside the platform's segmenter on the whole text",
  rows: [proseRow(NETWORK_CHUNK, 1.2), proseRow(DELTA)],
};

/** Text that every rule cuts at the same places. */
function proseRow(chunkLength: number, atMost?: number): Row {
  return {
    name: `prose, chunks of ${String(chunkLength)}`,
    size: LENGTH,
    equal: "outputs",
    prepare(size) {
      const whole = prose(size);
      const chunks = cutText(whole, chunkLength);
      return Promise.resolve([
        {
          name: "Intl.Segmenter",
          run: (sink) => {
            segment(whole, sink);
          },
        },
        {
          name: "millrace",
          ...(atMost !== undefined && { targets: [{ atMost }] }),
          run(sink) {
            const machine = sentences().start(sink);
            for (const chunk of chunks) machine.push(chunk);
            machine.flush();
          },
        },
      ]);
    },
  };
}

function segment(whole: string, sink: Sink): void {
  const segmenter = new Intl.Segmenter("en", { granularity: "sentence" });
  for (const { segment } of segmenter.segment(whole)) sink(segment);
}
