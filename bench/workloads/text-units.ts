import { batches, delimited, graphemes, lines, paragraphs, words } from "@millrace/buffers";
import type { Stage } from "@millrace/core";
import { cutText, drain, streamOf } from "../inputs/chunks.ts";
import { prose, proseLines } from "../inputs/prose.ts";
import { fromPeer } from "../src/peer.ts";
import type { Contender, Row, Sink, Workload } from "../src/workload.ts";

// A stream is seen once. What fits into a processor's cache, as an input that is split again and
// again does, is split three times as fast a unit as what comes from memory; this does not fit.
const LENGTH = 4_194_304;
const SEGMENTED_LENGTH = 65_536; // by `Intl`, which takes a hundred times as long
const HOSTILE_LENGTH = 1_000_000;
const NETWORK_CHUNK = 65_536;
const DELTA = 5;

const CHARACTERS = 200;
const LIKE_ITSELF = `${"a".repeat(50)}b${"a".repeat(50)}`;

// Of our own writing.
const HINDI = "नमस्ते दुनिया, पनचक्की का पहिया पानी से घूमता है। ";
const GERMAN = "Die Mühle am Fluß, größer als üblich, mahlt – schön gemächlich. ";
const THAI = "กังหันน้ำหมุนทั้งวัน แม่น้ำไม่เคยหยุดไหล ";
const EMOJI = "👩🏽\u200d🌾 🇩🇪🇫🇷 ❤\ufe0f ok ";

export const workload: Workload = {
  about: "Text units: what a text stage costs beside the platform's function on the whole text",
  rows: [
    ...[20, 60, 200].flatMap((lineLength) => {
      const work = {
        name: `lines of ${String(lineLength)}`,
        text: (length: number) => proseLines(length, lineLength),
        reference: "split",
        run: splitBy("\n"),
        stage: () => lines({ terminator: "drop" }),
      };
      return [
        row({ ...work, cut: NETWORK_CHUNK, atMost: 1, peers: lineSplitters }),
        row({ ...work, cut: DELTA, atMost: 15, peers: lineSplitters }),
      ];
    }),
    ...both({
      name: "words",
      text: prose,
      reference: "match",
      run: matchAll(/\S+\s*/gu),
      stage: () => words(),
      atMost: 0.5,
      peers: wordSmoother,
    }),
    ...Object.entries({ en: prose, de: repeat(GERMAN), hi: repeat(HINDI), th: repeat(THAI) }).map(
      ([locale, text]) =>
        row({
          name: `words, locale ${locale}`,
          size: SEGMENTED_LENGTH,
          equal: "joined", // the stage gives a space to the word before it
          text,
          cut: NETWORK_CHUNK,
          reference: "Intl.Segmenter",
          run: segment("word", locale),
          stage: () => words({ locale }),
        }),
    ),
    ...both({
      name: "paragraphs",
      text: proseParagraphs,
      reference: "split",
      run: splitBy("\n\n"),
      stage: () => paragraphs({ trim: true }),
    }),
    ...both({
      name: "delimited",
      text: proseParagraphs,
      reference: "split",
      run: splitBy("\n\n"),
      stage: () => delimited("\n\n", { terminator: "drop" }),
    }),
    ...Object.entries({ prose, emoji: repeat(EMOJI), Hindi: repeat(HINDI) }).flatMap(
      ([name, text]) =>
        both({
          name: `graphemes, ${name}`,
          size: SEGMENTED_LENGTH,
          text,
          reference: "Intl.Segmenter",
          run: segment("grapheme", "en"),
          stage: () => graphemes(),
          atMost: name === "prose" ? 0.5 : 1.5,
        }),
    ),
    ...both({
      name: `batches of ${String(CHARACTERS)} characters`,
      text: prose,
      reference: "slice",
      run: sliceAll,
      stage: () => batches({ characters: CHARACTERS }),
    }),
    hostile("lines", "\r", () => lines({ cr: true })),
    hostile("words", "x", () => words()),
    hostile("words", " ", () => words()),
    hostile("words, locale en", "a'", () => words({ locale: "en" })),
    hostile("words, locale ja", "漢", () => words({ locale: "ja" })),
    hostile("paragraphs", " ", () => paragraphs()),
    hostile("paragraphs", "\r", () => paragraphs()),
    hostile("delimited by what is like itself", "a", () => delimited(LIKE_ITSELF)),
    hostile("graphemes", "\u0301", () => graphemes({ maxLength: Infinity })),
    hostile("graphemes", "👩\u200d", () => graphemes({ maxLength: Infinity })),
    hostile("batches", "😀", () => batches({ characters: 3 })),
  ],
};

interface Work {
  name: string;
  text: (length: number) => string;
  size?: number;
  equal?: Row["equal"];
  reference: string;
  run: (whole: string, sink: Sink) => void;
  stage: () => Stage<string, string>;
  /** Of the reference, in chunks of a network. */
  atMost?: number;
  peers?: (chunks: readonly string[]) => Promise<Contender[]>;
}

function both({ atMost, ...work }: Work): Row[] {
  const inChunks = { ...work, cut: NETWORK_CHUNK, ...(atMost !== undefined && { atMost }) };
  return [row(inChunks), row({ ...work, cut: DELTA })];
}

interface CutWork extends Work {
  cut: number;
}

function row({ size = LENGTH, equal = "outputs", peers, ...work }: CutWork): Row {
  return {
    name: `${work.name}, chunks of ${String(work.cut)}`,
    size,
    equal,
    async prepare(length) {
      const whole = work.text(length);
      const chunks = cutText(whole, work.cut);
      return [
        {
          name: work.reference,
          run: (sink) => {
            work.run(whole, sink);
          },
        },
        {
          name: "millrace",
          ...(work.atMost !== undefined && { targets: [{ atMost: work.atMost }] }),
          run: (sink) => {
            pushAll(work.stage(), chunks, sink);
          },
        },
        ...((await peers?.(chunks)) ?? []),
      ];
    },
  };
}

/** Were the work more than linear, it would show between all chunks and each of them alone. */
function hostile(name: string, unit: string, stage: () => Stage<string, string>): Row {
  return {
    name: `${name}, hostile ${JSON.stringify(unit)}`,
    size: HOSTILE_LENGTH,
    equal: "joined",
    prepare(size) {
      const chunks = cutText(repeat(unit)(size), NETWORK_CHUNK);
      return Promise.resolve([
        {
          name: "each chunk alone",
          run: (sink) => {
            for (const chunk of chunks) pushAll(stage(), [chunk], sink);
          },
        },
        {
          name: "millrace",
          targets: [{ atMost: 1.5 }],
          run: (sink) => {
            pushAll(stage(), chunks, sink);
          },
        },
      ]);
    },
  };
}

function pushAll(stage: Stage<string, string>, chunks: readonly string[], sink: Sink): void {
  const machine = stage.start(sink);
  for (const chunk of chunks) machine.push(chunk);
  machine.flush();
}

function proseParagraphs(length: number): string {
  return prose(length).replaceAll(/(.{200,400}?) /g, "$1\n\n");
}

function repeat(unit: string): (length: number) => string {
  return (length) => unit.repeat(length / unit.length + 1).slice(0, length);
}

function splitBy(delimiter: string): Work["run"] {
  return (whole, sink) => {
    for (const unit of whole.split(delimiter)) sink(unit);
  };
}

function matchAll(unit: RegExp): Work["run"] {
  return (whole, sink) => {
    for (const found of whole.match(unit)!) sink(found);
  };
}

function segment(granularity: "word" | "grapheme", locale: string): Work["run"] {
  return (whole, sink) => {
    const segmenter = new Intl.Segmenter(locale, { granularity });
    for (const { segment } of segmenter.segment(whole)) sink(segment);
  };
}

function sliceAll(whole: string, sink: Sink): void {
  for (let from = 0; from < whole.length; from += CHARACTERS) {
    sink(whole.slice(from, from + CHARACTERS));
  }
}

function lineSplitters(chunks: readonly string[]): Promise<Contender[]> {
  return fromPeer(
    "split2",
    ({ default: split2 }: Split2) =>
      (sink) =>
        new Promise((resolve, reject) => {
          const stream = split2();
          stream.on("data", sink).on("end", resolve).on("error", reject);
          for (const chunk of chunks) stream.write(chunk);
          stream.end();
        }),
  );
}

/** Without a delay it does nothing but cut words. */
function wordSmoother(chunks: readonly string[]): Promise<Contender[]> {
  return fromPeer(
    "ai",
    ({ smoothStream }: AiSdk) =>
      (sink) => {
        const deltas = chunks.map((text) => ({ type: "text-delta", id: "0", text }));
        const parts: TextPart[] = [...deltas, { type: "text-end", id: "0" }]; // else its last word stays inside
        const cut = smoothStream({ delayInMs: null })({ tools: {} });
        return drain(streamOf(parts).pipeThrough(cut), ({ text }) => {
          if (text !== undefined) sink(text);
        });
      },
    "smoothStream",
  );
}

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
interface Split2 {
  default: () => NodeJS.ReadWriteStream;
}
