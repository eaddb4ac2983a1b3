import { Readable, type Duplex } from "node:stream";
import { finished } from "node:stream/promises";
import type { Stage } from "@millrace/core";
import { jsonItems, jsonValues, ndjson } from "@millrace/parsers";
import { cutText } from "../inputs/chunks.ts";
import { records, type Record } from "../inputs/records.ts";
import importPeer from "../peers/import.mjs";
import { fromPeer } from "../src/peer.ts";
import type { Contender, Row, Sink, Target, Workload } from "../src/workload.ts";

const RECORDS = 20_000;
const RECORDS_OF_1_MB = 5_000;
const RECORDS_OF_20_MB = 90_000;
const HOSTILE_LENGTH = 1_048_576;
const PARTS = 8; // that a hostile text is cut into, for reference
const NETWORK_CHUNK = 65_536;
const SMALL_CHUNK = 64;
const CHUNKS = [NETWORK_CHUNK, SMALL_CHUNK];

export const workload: Workload = {
  about: "JSON: the values and items of a stream, beside JSON.parse on what was cut before",
  rows: [
    ...CHUNKS.map((chunk) =>
      valuesRow("ndjson", chunk, "\n", ndjson, [{ atMost: chunk === NETWORK_CHUNK ? 1.5 : 2.3 }]),
    ),
    ...CHUNKS.map((chunk) =>
      valuesRow("jsonValues", chunk, "", jsonValues, [
        { atMost: chunk === NETWORK_CHUNK ? 1.5 : 2.3 },
        { atMost: chunk === NETWORK_CHUNK ? 0.33 : 0.2, of: "@streamparser/json" },
      ]),
    ),
    itemsRow("20 MB", RECORDS_OF_20_MB, NETWORK_CHUNK, [
      { atMost: 1.4 },
      { atMost: 0.33, of: "@streamparser/json" },
      { atMost: 0.33, of: "stream-json" },
    ]),
    itemsRow("1 MB", RECORDS_OF_1_MB, SMALL_CHUNK, [
      { atMost: 0.2, of: "@streamparser/json" },
      { atMost: 0.33, of: "stream-json" },
    ]),
    ...["[", "{", '{"a":', '["\\\\', "[1", '{"'].map(hostileRow),
    invalidLinesRow(),
  ],
};

/** The same values, with a line end or nothing between them. */
function valuesRow(
  name: string,
  chunkLength: number,
  separator: string,
  stage: () => Stage<string, Record>,
  targets: Target[],
): Row {
  return {
    name: `${name}, chunks of ${String(chunkLength)}`,
    size: RECORDS,
    equal: "outputs",
    async prepare(size) {
      const texts = records(size).map((record) => JSON.stringify(record));
      const chunks = cutText(texts.join(separator), chunkLength);
      const lines = texts.join("\n").split("\n");
      return [
        {
          name: "JSON.parse of values cut before",
          run(sink) {
            for (const line of lines) sink((JSON.parse(line) as Record).text);
          },
        },
        ours(stage, chunks, targets),
        ...(await streamparser(chunks, { paths: ["$"], separator })),
        ...(separator === "\n" ? await linePeers(chunks) : []),
        ...(await fromPeer(
          "stream-json/streamers/stream-values.js",
          ({ default: streamValues }: StreamJson) => {
            const options = { jsonStreaming: true, streamValues: false };
            return (sink) =>
              throughNode(chunks, [streamValues.withParserAsStream(options)], recordTo(sink));
          },
        )),
      ];
    },
  };
}

function itemsRow(name: string, count: number, chunkLength: number, targets: Target[]): Row {
  return {
    name: `jsonItems of ${name}, chunks of ${String(chunkLength)}`,
    size: count,
    equal: "outputs",
    async prepare(size) {
      const text = JSON.stringify({ total: size, items: records(size) });
      const chunks = cutText(text, chunkLength);
      return [
        {
          name: "join + JSON.parse",
          run(sink) {
            for (const { text } of (JSON.parse(chunks.join("")) as { items: Record[] }).items) {
              sink(text);
            }
          },
        },
        ours(() => jsonItems<Record>("$.items[*]"), chunks, targets),
        ...(await streamparser(chunks, { paths: ["$.items.*"], keepStack: false })),
        ...(await fromPeer("stream-json/filters/pick.js", async ({ default: pick }: StreamJson) => {
          const path = "stream-json/streamers/stream-array.js";
          const { default: streamArray } = (await importPeer(path)) as StreamJson;
          const options = { filter: "items", streamValues: false };
          return (sink) =>
            throughNode(
              chunks,
              [pick.withParserAsStream(options), streamArray.asStream()],
              recordTo(sink),
            );
        })),
      ];
    },
  };
}

/** A text that is worst for the stage, beside its parts by themselves: no more, if work is linear. */
function hostileRow(unit: string): Row {
  return {
    name: `prose of ${unit} only, chunks of ${String(SMALL_CHUNK)}`,
    size: HOSTILE_LENGTH,
    equal: "joined",
    prepare(size) {
      const part = unit.repeat(Math.ceil(size / PARTS / unit.length));
      const parts = Array.from({ length: PARTS }, () => cutText(part, SMALL_CHUNK));
      const textOf = (chunks: readonly string[], sink: Sink) => {
        const machine = jsonValues({ prose: true }).start(({ text = "" }) => {
          sink(text);
        });
        for (const chunk of chunks) machine.push(chunk);
        machine.flush();
      };
      return Promise.resolve([
        {
          name: `${String(PARTS)} parts of it`,
          run(sink) {
            for (const chunks of parts) textOf(chunks, sink);
          },
        },
        {
          name: "millrace",
          targets: [{ atMost: 1.5 }],
          run(sink) {
            textOf(parts.flat(), sink);
          },
        },
      ]);
    },
  };
}

/** Lines that are no JSON, beside as many that are, to the same effect. */
function invalidLinesRow(): Row {
  return {
    name: "ndjson of invalid lines only",
    size: HOSTILE_LENGTH / 2,
    equal: "outputs",
    prepare(size) {
      const valid = cutText('"x"\n'.repeat(size), NETWORK_CHUNK);
      const invalid = cutText("x\n".repeat(size), NETWORK_CHUNK);
      const linesOf = (chunks: readonly string[], sink: Sink) => {
        const machine = ndjson<string>({ onInvalidLine: "emit" }).start(({ line, value }) => {
          sink(line ?? value);
        });
        for (const chunk of chunks) machine.push(chunk);
        machine.flush();
      };
      return Promise.resolve([
        {
          name: "valid lines",
          run(sink) {
            linesOf(valid, sink);
          },
        },
        {
          name: "millrace",
          targets: [{ atMost: 12 }],
          run(sink) {
            linesOf(invalid, sink);
          },
        },
      ]);
    },
  };
}

function ours(
  stage: () => Stage<string, Record>,
  chunks: readonly string[],
  targets: Target[],
): Contender {
  return {
    name: "millrace",
    targets,
    run(sink) {
      const machine = stage().start(({ text }) => {
        sink(text);
      });
      for (const chunk of chunks) machine.push(chunk);
      machine.flush();
    },
  };
}

function streamparser(chunks: readonly string[], options: object): Promise<Contender[]> {
  return fromPeer("@streamparser/json", ({ JSONParser }: Streamparser) => (sink) => {
    const parser = new JSONParser(options);
    parser.onValue = recordTo(sink);
    for (const chunk of chunks) parser.write(chunk);
  });
}

async function linePeers(chunks: readonly string[]): Promise<Contender[]> {
  return [
    ...(await fromPeer("@discoveryjs/json-ext", ({ parseChunked }: JsonExt) => async (sink) => {
      const onRootValue = ({ text }: Record) => {
        sink(text);
      };
      await parseChunked(chunks, { mode: "jsonl", onRootValue });
    })),
    ...(await fromPeer("split2", ({ default: split2 }: Split2) => (sink) => {
      const lines = split2(JSON.parse);
      return throughNode(chunks, [lines], (record) => {
        sink((record as Record).text);
      });
    })),
    ...(await fromPeer(
      "stream-json/jsonl/parser.js",
      ({ default: jsonl }: StreamJson) =>
        (sink) =>
          throughNode(chunks, [jsonl.asStream()], recordTo(sink)),
      "jsonl",
    )),
  ];
}

function recordTo(sink: Sink): (item: { value: unknown }) => void {
  return ({ value }) => {
    sink((value as Record).text);
  };
}

async function throughNode(
  chunks: readonly string[],
  stages: readonly Duplex[],
  take: (item: never) => void,
): Promise<void> {
  const [first, ...others] = stages;
  const last = others.reduce((stream, next) => stream.pipe(next), first!);
  last.on("data", take as (item: unknown) => void);
  const source = Readable.from(chunks, { objectMode: false });
  source.pipe(first!);
  await finished(last);
}

interface Streamparser {
  JSONParser: new (options: object) => {
    onValue: (item: { value: unknown }) => void;
    write: (chunk: string) => void;
  };
}
interface JsonExt {
  parseChunked: (chunks: readonly string[], options: object) => Promise<unknown>;
}
interface Split2 {
  default: (mapper: (line: string) => unknown) => Duplex;
}
interface StreamJson {
  default: {
    asStream: () => Duplex;
    withParserAsStream: (options: object) => Duplex;
  };
}
