import { pipe } from "@millrace/core";
import { tags, type TagPiece, type TagsOptions } from "@millrace/parsers";
import { cutText, drain, streamOf } from "../inputs/chunks.ts";
import { prose } from "../inputs/prose.ts";
import { fromPeer } from "../src/peer.ts";
import type { Contender, Row, Sink, Workload } from "../src/workload.ts";

const LENGTH = 4_194_304;
const DELTAS_LENGTH = 262_144;
const HOSTILE_LENGTH = 1_048_576;
const NETWORK_CHUNK = 65_536;
const DELTA = 5;
const OPEN = "<think>";
const CLOSE = "</think>";
/** Stands for the end of a section in the outputs. */
const END = "\n";

export const workload: Workload = {
  about: "Tags: what it costs to find sections beside indexOf on the whole text",
  rows: [
    networkRow("one section", answered, 2.5),
    networkRow("sections of 2000", thinking, 25),
    networkRow("other tags", marked, 4),
    deltaRow("sections of 2000", thinking, 15),
    deltaRow("other tags", marked, 15),
    streamRow(DELTA),
    hostileRow("<"),
    hostileRow("</"),
    hostileRow("<think"),
    hostileRow("<think a="),
    hostileRow("<think a=\"<think b='"),
    hostileRow("`", { codeAware: true }),
    hostileRow("`<think> \n", { codeAware: true }),
  ],
};

/** A section and an answer, as of a model that reasons. */
function answered(length: number): string {
  const text = prose(length);
  return OPEN + text.slice(0, length / 2) + CLOSE + text.slice(length / 2);
}

/** Prose, every second part of which is a section. */
function thinking(length: number): string {
  return cutText(prose(length), 2_000)
    .map((part, index) => (index % 2 === 0 ? part : OPEN + part + CLOSE))
    .join("");
}

/** One section in a text where every twentieth word stands in tags of other names. */
function marked(length: number): string {
  const words = prose(length).split(" ");
  const all = words.map((word, index) => (index % 20 === 0 ? `<b>${word}</b>` : word));
  return OPEN + all.join(" ") + CLOSE;
}

function networkRow(name: string, text: (length: number) => string, atMost: number): Row {
  return {
    name: `${name}, chunks of ${String(NETWORK_CHUNK)}`,
    size: LENGTH,
    equal: "joined",
    prepare(size) {
      const whole = text(size);
      return Promise.resolve([wholeContender(whole), contender(whole, NETWORK_CHUNK, atMost)]);
    },
  };
}

function deltaRow(name: string, text: (length: number) => string, atMost: number): Row {
  return {
    name: `${name}, chunks of ${String(DELTA)}`,
    size: DELTAS_LENGTH,
    equal: "joined",
    prepare(size) {
      const whole = text(size);
      const chunks = cutText(whole, DELTA);
      return Promise.resolve([
        {
          name: "a piece for each chunk",
          silent: true,
          run: (sink) => {
            wrapChunks(chunks, sink);
          },
        },
        wholeContender(whole),
        contender(whole, DELTA, atMost),
      ]);
    },
  };
}

function wholeContender(whole: string): Contender {
  return {
    name: "indexOf on the whole",
    run: (sink) => {
      findSections(whole, sink);
    },
  };
}

function contender(whole: string, chunkLength: number, atMost: number): Contender {
  const chunks = cutText(whole, chunkLength);
  return {
    name: "millrace",
    targets: [{ atMost }],
    run: (sink) => {
      runMachine(chunks, {}, sink);
    },
  };
}

function streamRow(chunkLength: number): Row {
  return {
    name: `web stream, chunks of ${String(chunkLength)}`,
    size: DELTAS_LENGTH / 4,
    equal: "joined",
    async prepare(size) {
      const chunks = cutText(thinking(size), chunkLength);
      return [
        {
          name: "indexOf, and a stream",
          run: async (sink) => {
            const pieces: string[] = [];
            await drain(streamOf(chunks), (chunk) => pieces.push(chunk));
            findSections(pieces.join(""), sink);
          },
        },
        {
          name: "millrace, pipe",
          targets: [{ atMost: 1, of: "ai" }],
          run: (sink) => drain(pipe(streamOf(chunks), tags("think")), textTo(sink)),
        },
        ...(await fromPeer("ai", ({ extractReasoningMiddleware }: Ai) => async (sink) => {
          const middleware = extractReasoningMiddleware({ tagName: "think", separator: "" });
          const parts = chunks.map((delta) => ({ type: "text-delta", id: "1", delta }));
          const doStream = () => Promise.resolve({ stream: streamOf(parts) });
          const { stream } = await middleware.wrapStream({ doStream });
          await drain(stream, ({ type, delta }) => {
            if (delta !== undefined) sink(delta);
            else if (type === "reasoning-end") sink(END);
          });
        })),
      ];
    },
  };
}

/** Text that is nothing but the beginnings of tags. */
function hostileRow(unit: string, options: TagsOptions<"think"> = {}): Row {
  return {
    name: `hostile ${JSON.stringify(unit)}`,
    size: HOSTILE_LENGTH,
    equal: "joined",
    prepare(size) {
      const whole = unit.repeat(size / unit.length);
      const chunks = cutText(whole, NETWORK_CHUNK);
      return Promise.resolve([
        {
          name: "touch each unit",
          run: (sink) => {
            touch(whole, sink);
          },
        },
        {
          name: "millrace",
          targets: [{ atMost: 100 }],
          run: (sink) => {
            runMachine(chunks, options, sink);
          },
        },
      ]);
    },
  };
}

function runMachine(chunks: readonly string[], options: TagsOptions<"think">, sink: Sink): void {
  const machine = tags("think", options).start(textTo(sink));
  for (const chunk of chunks) machine.push(chunk);
  machine.flush();
}

function textTo(sink: Sink): (piece: TagPiece) => void {
  return ({ tag, text, complete }) => {
    sink(text);
    if (complete && tag !== undefined) sink(END);
  };
}

function findSections(whole: string, sink: Sink): void {
  let from = 0;
  let open = whole.indexOf(OPEN);
  while (open !== -1) {
    sink(whole.slice(from, open));
    const close = whole.indexOf(CLOSE, open);
    sink(whole.slice(open + OPEN.length, close));
    sink(END);
    from = close + CLOSE.length;
    open = whole.indexOf(OPEN, from);
  }
  sink(whole.slice(from));
}

/** The least that there is to do where a piece comes out for every chunk. */
function wrapChunks(chunks: readonly string[], sink: Sink): void {
  const emit = textTo(sink);
  for (const text of chunks) emit({ text, complete: true });
}

function touch(whole: string, sink: Sink): void {
  let sum = 0;
  for (let at = 0; at < whole.length; at++) sum += whole.charCodeAt(at);
  sink(sum > 0 ? whole : "");
}

interface Part {
  type: string;
  delta?: string;
}
interface Ai {
  extractReasoningMiddleware: (options: { tagName: string; separator: string }) => {
    wrapStream: (call: {
      doStream: () => Promise<{ stream: ReadableStream<Part> }>;
    }) => Promise<{ stream: ReadableStream<Part> }>;
  };
}
