import { partialJson } from "@millrace/parsers";
import { article } from "../inputs/article.ts";
import { asReceived, cutText } from "../inputs/chunks.ts";
import { drawInteger, random } from "../inputs/random.ts";
import { records } from "../inputs/records.ts";
import { fromPeer } from "../src/peer.ts";
import type { Contender, Row, Sink, Target, Workload } from "../src/workload.ts";

const KB = 1_024;
const RECORD_LENGTH = 230; // about
const SHORTEST_DELTA = 4;
const LONGEST_DELTA = 12;
const HOSTILE_LENGTH = 1_048_576;
const PARTS = 8; // that a hostile text is cut into, for reference
/** Peers that parse all text again with each delta take ten seconds for 64 kB, so they get a few. */
const FEW = 16;

// The incremental peers give the same growing value again and again, as `live` does.
const PEERS: Target[] = [
  { atMost: 0.2, of: "jsonriver" },
  { atMost: 0.2, of: "@streamparser/json" },
];

export const workload: Workload = {
  about: "Partial JSON: the growing value of a document after each of its deltas",
  rows: [
    ...[64, 128, 256].map((size) =>
      documentRow(
        `an article of ${String(size)} kB`,
        size * KB,
        articleText,
        [{ atMost: 3 }],
        [{ atMost: 4.5 }],
      ),
    ),
    documentRow("pages of records, 64 kB", 64 * KB, pagesText, [], []),
    documentRow("a wide array of records, 256 kB", 256 * KB, wideText, [], []),
    reparsingRow(),
    hostileRow("[", "", "["),
    hostileRow("backslashes", '"', "\\\\"),
    hostileRow("a string in deltas of one", '"', "x", 1),
    hostileRow("surrogates in deltas of one", '"', "\ud83c\udf0a", 1),
    hostileRow("digits", "", "1"),
    hostileRow("spaces", "", " "),
    hostileRow("a name", '{"', "x"),
    hostileRow("one name over and over", "{", '"a":1,'),
  ],
};

function articleText(length: number): string {
  return JSON.stringify(article(length));
}

function pagesText(length: number): string {
  const all = records(Math.ceil(length / RECORD_LENGTH));
  const pages: object[] = [];
  for (let from = 0; from < all.length; from += 20) {
    pages.push({ page: pages.length + 1, records: all.slice(from, from + 20) });
  }
  return JSON.stringify({ pages });
}

function wideText(length: number): string {
  return JSON.stringify({ records: records(Math.ceil(length / RECORD_LENGTH)) });
}

function documentRow(
  name: string,
  size: number,
  text: (length: number) => string,
  live: Target[],
  read: Target[],
): Row {
  return {
    name,
    size,
    equal: "joined",
    async prepare(length) {
      const chunks = deltasOf(text(length));
      return [
        reference(chunks),
        drafts("millrace, live", chunks, { live: true }, [...live, ...PEERS]),
        drafts("millrace, every snapshot read", chunks, {}, [...read, ...PEERS]),
        {
          name: "millrace, no snapshot read",
          run(sink) {
            let value: unknown;
            drive(partialJson(), chunks, (draft) => {
              if (draft.complete) value = draft.value;
            });
            answer(value, sink);
          },
        },
        {
          name: "millrace, changes",
          silent: true,
          run() {
            let count = 0;
            drive(partialJson({ changes: true }), chunks, ({ path }) => {
              count += path.length;
            });
            return count === 0 ? Promise.reject(new Error("There were none")) : undefined;
          },
        },
        ...(await fromPeer("jsonriver", ({ parse }: Jsonriver) => async (sink) => {
          let value: unknown;
          for await (const next of parse(iterate(chunks))) value = next;
          answer(value, sink);
        })),
        ...(await fromPeer("@streamparser/json", ({ JSONParser }: Streamparser) => (sink) => {
          const parser = new JSONParser({ emitPartialTokens: true, emitPartialValues: true });
          let value: unknown;
          parser.onValue = ({ value: next, stack }) => {
            value = stack[0]?.value ?? next;
          };
          for (const chunk of chunks) parser.write(chunk);
          answer(value, sink);
        })),
      ];
    },
  };
}

function reparsingRow(): Row {
  return {
    name: `an article of 64 kB, every ${String(FEW)}th delta parsed by peers`,
    size: 64 * KB,
    equal: "joined",
    async prepare(length) {
      const chunks = deltasOf(articleText(length));
      const few = (parse: (text: string) => unknown): Contender["run"] => {
        return async (sink) => {
          let value: unknown;
          let text = "";
          for (const [index, chunk] of chunks.entries()) {
            text += chunk;
            if (index % FEW === 0 || index === chunks.length - 1) value = await parse(text);
          }
          answer(value, sink);
        };
      };
      return [
        reference(chunks),
        drafts("millrace, every snapshot read", chunks, {}, [{ atMost: FEW / 1_000, of: "ai" }]),
        ...(await fromPeer("ai", ({ parsePartialJson }: Ai) =>
          few(async (text) => (await parsePartialJson(text)).value),
        )),
        ...(await fromPeer("openai/_vendor/partial-json-parser/parser", (module: Vendored) =>
          few(module.partialParse),
        )),
        ...(await fromPeer(
          "@anthropic-ai/sdk/_vendor/partial-json-parser/parser",
          (module: Vendored) => few(module.partialParse),
        )),
      ];
    },
  };
}

/** A text that is worst for the stage, beside its parts by themselves: no more, if work is linear. */
function hostileRow(name: string, start: string, unit: string, delta = LONGEST_DELTA): Row {
  return {
    name: `hostile: ${name}`,
    size: HOSTILE_LENGTH,
    equal: "joined",
    prepare(size) {
      const text = (length: number) => start + unit.repeat(Math.ceil(length / unit.length));
      const whole = cutText(text(size), delta);
      const part = cutText(text(size / PARTS), delta);
      const read = (chunks: readonly string[]) => {
        const stage = partialJson({ incomplete: "allow", maxDepth: Infinity });
        drive(stage, chunks, () => undefined);
      };
      return Promise.resolve([
        {
          name: `${String(PARTS)} parts of it`,
          run() {
            for (let count = 0; count < PARTS; count++) read(part);
          },
        },
        {
          name: "millrace",
          targets: [{ atMost: 1.5 }],
          run() {
            read(whole);
          },
        },
      ]);
    },
  };
}

/** The least that there is to do. */
function reference(chunks: readonly string[]): Contender {
  return {
    name: "touching each character, then JSON.parse",
    run(sink) {
      let text = "";
      let spaces = 0;
      for (const chunk of chunks) {
        for (let at = 0; at < chunk.length; at++) if (chunk.charCodeAt(at) === 32) spaces++;
        text += chunk;
      }
      if (spaces > 0) answer(JSON.parse(text), sink);
    },
  };
}

function drafts(
  name: string,
  chunks: readonly string[],
  options: { live?: boolean },
  targets: Target[],
): Contender {
  return {
    name,
    targets,
    run(sink) {
      let value: unknown;
      drive(partialJson(options), chunks, (draft) => {
        value = draft.value;
      });
      answer(value, sink);
    },
  };
}

function drive<O>(
  stage: {
    start: (emit: (output: O) => void) => { push: (chunk: string) => void; flush: () => void };
  },
  chunks: readonly string[],
  take: (output: O) => void,
): void {
  const machine = stage.start(take);
  for (const chunk of chunks) machine.push(chunk);
  machine.flush();
}

/** A few of the texts in the value, so that comparing costs nothing that is measured. */
function answer(value: unknown, sink: Sink): void {
  const { title, pages, records, sections } = value as Partial<Record<string, string | object[]>>;
  if (typeof title === "string") sink(title);
  for (const list of [pages, records, sections]) {
    if (Array.isArray(list)) sink(JSON.stringify(list.at(-1)));
  }
}

function deltasOf(text: string): string[] {
  const draw = random(9);
  const deltas: string[] = [];
  for (let from = 0; from < text.length; from += deltas.at(-1)!.length) {
    const length = drawInteger(draw, SHORTEST_DELTA, LONGEST_DELTA);
    deltas.push(asReceived(text.slice(from, from + length)));
  }
  return deltas;
}

/** The leanest asynchronous iterable there is. */
function iterate(chunks: readonly string[]): AsyncIterable<string> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = chunks.values();
      return { next: () => Promise.resolve(iterator.next()) };
    },
  };
}

interface Jsonriver {
  parse: (chunks: AsyncIterable<string>) => AsyncIterable<unknown>;
}
interface Streamparser {
  JSONParser: new (options: object) => {
    onValue: (item: { value: unknown; stack: { value: unknown }[] }) => void;
    write: (chunk: string) => void;
  };
}
interface Ai {
  parsePartialJson: (text: string) => Promise<{ value: unknown }>;
}
interface Vendored {
  partialParse: (text: string) => unknown;
}
