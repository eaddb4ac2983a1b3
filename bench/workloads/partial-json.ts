import { partialJson } from "@millrace/parsers";
import {
  answer,
  articleText,
  deltasOf,
  drafts,
  drive,
  reference,
} from "../contenders/partial-json.ts";
import { cutText } from "../inputs/chunks.ts";
import { records } from "../inputs/records.ts";
import { fromPeer } from "../src/peer.ts";
import type { Row, Sink, Target, Workload } from "../src/workload.ts";

const KB = 1_024;
const RECORD_LENGTH = 230; // about
const TIMES = 4;
const HOSTILE_DELTA = 12;
const HOSTILE_LENGTH = 1_048_576;
const PARTS = 8; // that a hostile text is cut into, for reference

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
    growthRow(),
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

/** Work that grows with the length to the power of 1.1 is so much more in four times the length. */
function growthRow(): Row {
  return {
    name: `an article of ${String(TIMES * 64)} kB beside ${String(TIMES)} of 64 kB`,
    size: 64 * KB,
    equal: "joined",
    prepare(length) {
      const part = deltasOf(articleText(length));
      const whole = deltasOf(articleText(TIMES * length));
      const targets = [{ atMost: Number((TIMES ** 0.1).toFixed(2)) }];
      const { run } = drafts("", part, {}, []);
      return Promise.resolve([
        {
          name: `${String(TIMES)} of 64 kB, every snapshot read`,
          async run(sink: Sink) {
            for (let count = 0; count < TIMES; count++) await run(sink);
          },
        },
        {
          ...drafts("millrace, every snapshot read", whole, {}, targets),
          silent: true as const,
        },
      ]);
    },
  };
}

/** A text that is worst for the stage, beside its parts by themselves: no more, if work is linear. */
function hostileRow(name: string, start: string, unit: string, delta = HOSTILE_DELTA): Row {
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
