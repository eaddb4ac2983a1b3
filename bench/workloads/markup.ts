import type { Stage } from "@millrace/core";
import { codeBlocks, markdownBlocks } from "@millrace/parsers";
import { cutText } from "../inputs/chunks.ts";
import { markdown } from "../inputs/markup.ts";
import { prose } from "../inputs/prose.ts";
import { fromPeer } from "../src/peer.ts";
import type { Contender, Row, Sink, Target, Workload } from "../src/workload.ts";

const DELTA = 5;
const NETWORK_CHUNK = 65_536;
const ANSWER = 65_536;
const LONG_ANSWER = 1_048_576;
/** Peers read all of the text with each delta: at 64 kB, 16 times this, they would take minutes. */
const SHORT_ANSWER = 16_384;
const AT_MOST = 6;

/** Hostile texts of a length. */
const HOSTILE: Readonly<Record<string, (length: number) => string>> = {
  backticks: (length) => "`".repeat(length),
  "backticks in code": (length) => `\`\`\`\n${"`` ".repeat(length / 3)}`,
  "<": (length) => "<".repeat(length),
  "open tags": (length) => "<a b='".repeat(length / 6),
  "[": (length) => "[".repeat(length),
  definitions: (length) => '[a]: b\n"c\n===\n'.repeat(length / 14),
  ">": (length) => ">".repeat(length / 2) + "\n>".repeat(length / 4),
  "deep lists": (length) => "- ".repeat(length / 4) + "\n".repeat(length / 2),
  "deep lists, rules": (length) => `${"- ".repeat(length / 4)}\n${"- * ".repeat(length / 8)}`,
  "white space": (length) => `a\n${" ".repeat(length)}`,
};

/** A row each, since what one teaches the compiler would slow down the next. */
const STAGES: Readonly<Record<string, (chunks: readonly string[]) => Contender["run"]>> = {
  markdownBlocks: tellBlocks,
  codeBlocks: (chunks) => findCode(chunks, false),
  "codeBlocks live": (chunks) => findCode(chunks, true),
};

export const workload: Workload = {
  about: "Markdown: blocks and code blocks of an answer while it comes",
  rows: [
    ...Object.keys(STAGES).flatMap((stage) => [
      answerRow(stage, "64 kB, 5-character deltas", ANSWER, DELTA, [{ atMost: AT_MOST }]),
      answerRow(stage, "1 MB, 5-character deltas", LONG_ANSWER, DELTA, [{ atMost: AT_MOST }]),
      answerRow(stage, "1 MB, 64 KiB chunks", LONG_ANSWER, NETWORK_CHUNK, []),
    ]),
    growthRow(),
    peerRow(),
    ...Object.entries(HOSTILE).map(([name, text]) => hostileRow(name, text)),
  ],
};

function answerRow(stage: string, name: string, size: number, cut: number, targets: Target[]): Row {
  return {
    name: `${stage}, ${name}`,
    size,
    equal: "joined",
    prepare(length) {
      const chunks = cutText(markdown(length), cut);
      return Promise.resolve([
        { name: "concatenating", run: concatenate(chunks) },
        { name: "millrace", silent: true, targets, run: STAGES[stage]!(chunks) },
      ]);
    },
  };
}

/** Work that is linear costs no more in a long answer than in as many short ones. */
function growthRow(): Row {
  const times = LONG_ANSWER / ANSWER;
  return {
    name: `markdownBlocks, 1 MB beside ${String(times)} of 64 kB`,
    size: ANSWER,
    equal: "joined",
    prepare(length) {
      const short = tellBlocks(cutText(markdown(length), DELTA));
      const long = tellBlocks(cutText(markdown(times * length), DELTA));
      return Promise.resolve([
        {
          name: `${String(times)} of 64 kB`,
          run(sink) {
            for (let count = 0; count < times; count++) void short(sink);
          },
        },
        { name: "millrace", silent: true, targets: [{ atMost: 1.15 }], run: long },
      ]);
    },
  };
}

function peerRow(): Row {
  return {
    name: "16 kB, 5-character deltas, with peers",
    size: SHORT_ANSWER,
    equal: "joined",
    async prepare(length) {
      const chunks = cutText(markdown(length), DELTA);
      const peers = [
        ...(await fromPeer("marked", ({ lexer }: Marked) => (sink) => {
          let tokens: { raw: string }[] = [];
          forEachGrowing(chunks, (text) => {
            tokens = lexer(text);
          });
          for (const { raw } of tokens) sink(raw);
        })),
        ...(await fromPeer("remend", ({ default: remend }: Remend) => (sink) => {
          let mended = "";
          forEachGrowing(chunks, (text) => {
            mended = remend(text);
          });
          sink(mended);
        })),
        ...(await fromPeer("@incremark/core", ({ createIncremarkParser }: Incremark) => (sink) => {
          const parser = createIncremarkParser({ gfm: true });
          for (const chunk of chunks) parser.append(chunk);
          parser.finalize();
          for (const { rawText } of parser.getCompletedBlocks()) sink(rawText);
        })),
      ];
      const marked = peers.find(({ name }) => name.startsWith("marked"))?.name;
      return [
        { name: "concatenating", run: concatenate(chunks) },
        {
          name: "millrace, markdownBlocks",
          targets: marked === undefined ? [] : [{ atMost: 0.001, of: marked }],
          run: tellBlocks(chunks),
        },
        // remend closes what the cut has left open, and incremark drops blank lines.
        ...peers.map((peer): Contender =>
          peer.name === marked ? peer : { ...peer, silent: true },
        ),
      ];
    },
  };
}

/** The reference is the same stage on prose of the same length: what is hostile may not cost much more. */
function hostileRow(name: string, text: (length: number) => string): Row {
  return {
    name: `hostile: ${name}`,
    size: LONG_ANSWER,
    equal: "joined",
    prepare(length) {
      const harmless = cutText(prose(length).slice(0, length), DELTA);
      const hostile = cutText(text(length), DELTA);
      const targets = [{ atMost: 12 }];
      return Promise.resolve([
        { name: "markdownBlocks, harmless", run: tellBlocks(harmless) },
        { name: "markdownBlocks", silent: true, targets, run: tellBlocks(hostile) },
        { name: "codeBlocks", silent: true, targets, run: findCode(hostile, true) },
      ]);
    },
  };
}

function concatenate(chunks: readonly string[]): Contender["run"] {
  return (sink) => {
    let text = "";
    for (const chunk of chunks) text += chunk;
    text.charCodeAt(0); // makes one string of the pieces
    sink(text);
  };
}

function tellBlocks(chunks: readonly string[]): Contender["run"] {
  return (sink) => {
    drive(markdownBlocks(), chunks, (event) => {
      if (event.type === "append") sink(event.text);
    });
  };
}

function findCode(chunks: readonly string[], live: boolean): Contender["run"] {
  return (sink: Sink) => {
    if (live) {
      drive(codeBlocks({ live }), chunks, (piece) => {
        if ("delta" in piece) sink(piece.delta);
      });
    } else {
      drive(codeBlocks(), chunks, ({ code }) => {
        sink(code);
      });
    }
  };
}

function drive<O>(
  stage: Stage<string, O>,
  chunks: readonly string[],
  take: (output: O) => void,
): void {
  const machine = stage.start(take);
  for (const chunk of chunks) machine.push(chunk);
  machine.flush();
}

/** What those do that know the whole text only. */
function forEachGrowing(chunks: readonly string[], work: (text: string) => void): void {
  let text = "";
  for (const chunk of chunks) {
    text += chunk;
    work(text);
  }
}

interface Marked {
  lexer: (text: string) => { raw: string }[];
}
interface Remend {
  default: (text: string) => string;
}
interface Incremark {
  createIncremarkParser: (options: { gfm: boolean }) => {
    append: (chunk: string) => void;
    finalize: () => void;
    getCompletedBlocks: () => { rawText: string }[];
  };
}
