import { Readable, type Duplex } from "node:stream";
import { graphemes, lines, sentences, words } from "@millrace/buffers";
import { run, type Stage } from "@millrace/core";
import { drain, streamOf } from "../inputs/chunks.ts";
import { ours, outOf, peer, platform, rowsOf, type Claim } from "./claim.ts";
import { cuttingsOf } from "./cuttings.ts";

/** Cuts a text into units, whatever these are. */
type Splitter = (chunks: readonly Uint8Array[]) => readonly string[] | Promise<readonly string[]>;

/** Something of each: abbreviations, a family and a flag, Japanese, line ends of both kinds. */
const TEXT =
  "Pi is 3.14. Ask Dr. Who! 👩‍👩‍👧 and 🇫🇷 are café guests.\r\n“Why?” she asked.\n\n水車は回る。水は流れる。 The end\n";

const splitters = [
  ours("`lines`", ofStage(lines)),
  ours("`words`", ofStage(words)),
  ours(
    "`words` by locale",
    ofStage(() => words({ locale: "ja" })),
  ),
  ours("`sentences`", ofStage(sentences)),
  ours("`graphemes`", ofStage(graphemes)),
  ...["word", "line"].map((chunking) => smoother(`"${chunking}"`, () => chunking)),
  ...(["grapheme", "word", "sentence"] as const).map((granularity) =>
    smoother(`${granularity}s of a segmenter`, () => new Intl.Segmenter("ja", { granularity })),
  ),
  peer<Splitter>(
    "@tanstack/ai",
    ({ WordBoundaryStrategy }: Tanstack) => {
      return (chunks) => {
        const strategy = new WordBoundaryStrategy();
        const units: string[] = [];
        let held = "";
        for (const chunk of decodeEach(chunks)) {
          held += chunk;
          if (!strategy.shouldEmit(chunk, held)) continue;
          units.push(held);
          held = "";
        }
        return [...units, held];
      };
    },
    "`WordBoundaryStrategy`",
  ),
  peer<Splitter>("split2", ({ default: split2 }: Split2) => throughNode(() => split2())),
  peer<Splitter>("byline", ({ default: byline }: Byline) =>
    throughNode(() => byline.createStream(undefined, { keepEmptyLines: true })),
  ),
  platform<Splitter>("`Intl.Segmenter` on each chunk", (chunks) => {
    const segmenter = new Intl.Segmenter("en", { granularity: "word" });
    return decodeEach(chunks).flatMap((chunk) =>
      Array.from(segmenter.segment(chunk), ({ segment }) => segment),
    );
  }),
];

export const textUnits: Claim = {
  name: "units",
  head: ["library", "cuttings that change its units"],
  rows: rowsOf(splitters, async (split) => {
    const [whole, ...cut] = cuttingsOf(new TextEncoder().encode(TEXT));
    const expected = JSON.stringify(await split(whole!));
    let changed = 0;
    for (const chunks of cut) {
      if (JSON.stringify(await split(chunks)) !== expected) changed++;
    }
    return [outOf(changed, cut.length)];
  }),
};

function ofStage(stage: () => Stage<string, string>): Splitter {
  return (chunks) => run(stage(), decodeEach(chunks));
}

/** As a client does: no character is cut. */
function decodeEach(chunks: readonly Uint8Array[]): string[] {
  const decoder = new TextDecoder();
  return chunks.map((chunk) => decoder.decode(chunk, { stream: true }));
}

function smoother(title: string, chunking: () => unknown): ReturnType<typeof peer<Splitter>> {
  return peer<Splitter>(
    "ai",
    ({ smoothStream }: Ai) =>
      async (chunks) => {
        const deltas = decodeEach(chunks).map((text) => ({ type: "text-delta", id: "0", text }));
        const parts: TextPart[] = [...deltas, { type: "text-end", id: "0" }];
        const smooth = smoothStream({ delayInMs: null, chunking: chunking() })({ tools: {} });
        const units: string[] = [];
        await drain(streamOf(parts).pipeThrough(smooth), ({ text }) => {
          if (text !== undefined) units.push(text);
        });
        return units;
      },
    `\`smoothStream\`, ${title},`,
  );
}

function throughNode(stage: () => Duplex): Splitter {
  return async (chunks) => {
    const units: string[] = [];
    for await (const unit of Readable.from(chunks.map((chunk) => Buffer.from(chunk))).pipe(stage()))
      units.push(String(unit));
    return units;
  };
}

interface TextPart {
  type: string;
  id: string;
  text?: string;
}
interface Ai {
  smoothStream: (options: {
    delayInMs: null;
    chunking: unknown;
  }) => (options: { tools: object }) => TransformStream<TextPart, TextPart>;
}
interface Tanstack {
  WordBoundaryStrategy: new () => { shouldEmit: (chunk: string, held: string) => boolean };
}
interface Split2 {
  default: () => Duplex;
}
interface Byline {
  default: { createStream: (source: undefined, options: object) => Duplex };
}
