import { words } from "@millrace/buffers";
import { pipe } from "@millrace/core";
import { smooth } from "@millrace/flow";
import { cutText, drain, streamOf } from "../inputs/chunks.ts";
import { prose } from "../inputs/prose.ts";
import { fromPeer } from "../src/peer.ts";
import type { Workload } from "../src/workload.ts";

const CHUNKS = 5_000;
const CHUNK_LENGTH = 5;

/** With no delay on either side: what is left is the work. */
export const workload: Workload = {
  about: "smooth: the work for each word that it paces, beside the AI SDK's",
  rows: [
    {
      name: "smooth, by words",
      size: CHUNKS,
      equal: "joined",
      async prepare(size) {
        const chunks = cutText(prose(size * CHUNK_LENGTH), CHUNK_LENGTH);
        const deltas = chunks.map((text) => ({ type: "text-delta", id: "0", text }));
        const parts: TextPart[] = [...deltas, { type: "text-end", id: "0" }]; // else its last word stays inside
        return [
          { name: "words, not paced", run: (sink) => drain(pipe(streamOf(chunks), words()), sink) },
          {
            name: "millrace",
            targets: [{ atMost: 1.2, of: "ai" }],
            run: (sink) =>
              drain(
                streamOf(chunks).pipeThrough(smooth<string>({ by: words(), latency: 0 })),
                sink,
              ),
          },
          ...(await fromPeer("ai", ({ smoothStream }: AiSdk) => (sink) => {
            const paced = smoothStream({ delayInMs: null })({ tools: {} });
            return drain(streamOf(parts).pipeThrough(paced), ({ text }) => {
              if (text !== undefined) sink(text);
            });
          })),
        ];
      },
    },
  ],
};

interface TextPart {
  type: string;
  id: string;
  text?: string;
}

interface AiSdk {
  smoothStream: (options: {
    delayInMs: null;
  }) => (options: { tools: object }) => TransformStream<TextPart, TextPart>;
}
