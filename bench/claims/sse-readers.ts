import { run } from "@millrace/core";
import { decodeSse } from "@millrace/sse";
import { CASES, type Case } from "../../packages/sse/src/cases.fixture.ts";
import { cutBytes, streamOf } from "../inputs/chunks.ts";
import { ours, peer, rowsOf, type Claim } from "./claim.ts";
import { cuttingsOf } from "./cuttings.ts";
import { growthOf } from "./growth.ts";

/** What a reader tells of a stream. What it never tells of is left out, and not compared. */
interface Told {
  events: { data: string; type: string; lastEventId?: string }[];
  retries?: number[];
}

type Reader = (chunks: readonly Uint8Array[]) => Promise<Told>;

const LONGEST_TIMER = 2_147_483_647;
const LONG_LINE = 20 * 1_048_576;
const CHUNK = 262_144;

const readers = [
  ours<Reader>("`decodeSse`", readByMillrace),
  peer<Reader>("eventsource-parser", byEventsourceParser),
  peer<Reader>("undici/lib/web/eventsource/eventsource-stream.js", byUndici, "`EventSource`"),
  peer<Reader>("@anthropic-ai/sdk/core/streaming", bySdk),
  peer<Reader>("openai/core/streaming", bySdk),
  peer<Reader>("parse-sse", byParseSse),
  peer<Reader>("fetch-event-stream", byFetchEventStream),
  peer<Reader>("@microsoft/fetch-event-source/lib/cjs/parse.js", byFetchEventSource),
];

export const sseReaders: Claim = {
  name: "readers",
  notes,
  head: [
    "library",
    `cases right, of ${String(CASES.length)}`,
    "depends on the cut",
    "line without an end",
  ],
  rows: rowsOf(readers, async (read) => [...(await tryCases(read)), await tryLongLine(read)]),
};

/** A long line in small chunks, as an image comes. */
export const sseGrowth: Claim = {
  name: "long-lines",
  head: ["library", "time for a line of _n_ bytes in chunks of 64"],
  byHand: true,
  rows: rowsOf(readers, async (read) => [
    await growthOf((size) => read(cutBytes([`data: ${"x".repeat(size)}\n\n`], "64-byte chunks"))),
  ]),
};

/** Which cases each reader gets wrong, for who wants to look further. */
async function notes(): Promise<string[]> {
  const lines: string[] = [];
  for (const { title, load } of readers) {
    const read = await load();
    const { wrong } = read === undefined ? { wrong: [] } : await judge(read);
    if (wrong.length > 0) lines.push(`${title} differs from the standard in: ${wrong.join("; ")}`);
  }
  return lines;
}

async function tryCases(read: Reader): Promise<string[]> {
  const { wrong, unsteady } = await judge(read);
  return [
    String(CASES.length - wrong.length),
    unsteady.length === 0 ? "no" : `yes, in ${String(unsteady.length)}`,
  ];
}

interface Verdict {
  /** Titles of the cases of which at least one cut gives something else than the standard says. */
  wrong: string[];
  /** Titles of those of which two cuts give two things. */
  unsteady: string[];
}

const judged = new Map<Reader, Promise<Verdict>>();

function judge(read: Reader): Promise<Verdict> {
  let verdict = judged.get(read);
  if (verdict === undefined) judged.set(read, (verdict = judgeAnew(read)));
  return verdict;
}

async function judgeAnew(read: Reader): Promise<Verdict> {
  const wrong: string[] = [];
  const unsteady: string[] = [];
  for (const one of CASES) {
    const results = new Set<string>();
    let isRight = true;
    for (const chunks of cuttingsOf(new TextEncoder().encode(one.input))) {
      const told = await read(chunks);
      results.add(JSON.stringify(told));
      isRight &&= JSON.stringify(told) === JSON.stringify(expectedOf(one, told));
    }
    if (!isRight) wrong.push(one.title);
    if (results.size > 1) unsteady.push(one.title);
  }
  return { wrong, unsteady };
}

/** What the standard says, without what this reader does not tell of. */
function expectedOf({ events, retries = [] }: Case, told: Told): Told {
  const tellsIds = told.events.some(({ lastEventId }) => lastEventId !== undefined);
  return {
    events: events.map(([data, type = "message", lastEventId = ""]) => ({
      data,
      type,
      ...(tellsIds && { lastEventId }),
    })),
    ...(told.retries !== undefined && { retries }),
  };
}

/** A line that goes on for 20 MiB: refused, or held. */
async function tryLongLine(read: Reader): Promise<string> {
  const chunk = new TextEncoder().encode("x".repeat(CHUNK));
  const start = new TextEncoder().encode("data: ");
  const chunks = [start, ...Array.from({ length: LONG_LINE / CHUNK }, () => chunk)];
  try {
    await read(chunks);
    return "held";
  } catch {
    return "refused";
  }
}

function readByMillrace(chunks: readonly Uint8Array[]): Promise<Told> {
  const retries: number[] = [];
  const events = run(decodeSse({ onRetry: (delay) => retries.push(delay) }), chunks);
  return Promise.resolve({
    events: events.map(({ data, type, lastEventId }) => ({ data, type, lastEventId })),
    retries,
  });
}

function byEventsourceParser({ createParser }: EventsourceParser): Reader {
  return (chunks) => {
    const told = { events: [] as Told["events"], retries: [] as number[] };
    let lastEventId = "";
    const decoder = new TextDecoder();
    const parser = createParser({
      onEvent: ({ data, event = "message" }) =>
        told.events.push({ data, type: event, lastEventId }),
      onId: (id) => (lastEventId = id),
      onRetry: (delay) => told.retries.push(clamp(delay)),
    });
    for (const chunk of chunks) parser.feed(decoder.decode(chunk, { stream: true }));
    parser.feed(decoder.decode());
    return Promise.resolve(told);
  };
}

/** A timer that no runtime has is cut to the longest: no peer is wrong by not doing that. */
function clamp(delay: number): number {
  return Math.min(delay, LONGEST_TIMER);
}

/** Of its client, the part that reads: it is a Node.js stream. */
function byUndici({ EventSourceStream }: Undici): Reader {
  return async (chunks) => {
    const told = { events: [] as Told["events"], retries: [] as number[] };
    const state = { lastEventId: "", reconnectionTime: 0, origin: "" };
    const stream = new EventSourceStream({
      eventSourceSettings: state,
      push: (event) => {
        if (event === null) return; // the end
        const { type, options } = event;
        told.events.push({ data: options.data, type, lastEventId: options.lastEventId });
      },
    });
    await new Promise<void>((resolve, reject) => {
      stream.on("error", reject);
      for (const chunk of chunks) stream.write(chunk);
      stream.end(resolve);
    });
    if (state.reconnectionTime > 0) told.retries.push(clamp(state.reconnectionTime));
    return told;
  };
}

/** `openai` and `@anthropic-ai/sdk` have the same, and tell neither of ids nor of times to wait. */
function bySdk({ _iterSSEMessages: read }: Sdk): Reader {
  return async (chunks) => {
    const events: Told["events"] = [];
    for await (const { data, event } of read(
      new Response(streamOf(chunks)),
      new AbortController(),
    )) {
      events.push({ data, type: event || "message" });
    }
    return { events };
  };
}

function byParseSse({ parseServerSentEvents: read }: ParseSse): Reader {
  return async (chunks) => {
    const told = { events: [] as Told["events"], retries: [] as number[] };
    for await (const event of read(new Response(streamOf(chunks)))) {
      const { data, type, lastEventId, retry } = event;
      told.events.push({ data, type, lastEventId });
      if (retry !== undefined) told.retries.push(clamp(retry));
    }
    return told;
  };
}

function byFetchEventSource({ getLines, getMessages }: FetchEventSource): Reader {
  return (chunks) => {
    const told = { events: [] as Told["events"], retries: [] as number[] };
    let lastEventId = "";
    const readLine = getMessages(
      (id) => (lastEventId = id),
      (delay) => told.retries.push(clamp(delay)),
      ({ data, event }) => told.events.push({ data, type: event || "message", lastEventId }),
    );
    const readChunk = getLines(readLine);
    for (const chunk of chunks) readChunk(chunk);
    return Promise.resolve(told);
  };
}

function byFetchEventStream({ events: read }: FetchEventStream): Reader {
  return async (chunks) => {
    const told = { events: [] as Told["events"], retries: [] as number[] };
    let lastEventId = "";
    for await (const { data, event, id, retry } of read(new Response(streamOf(chunks)))) {
      if (id !== undefined) lastEventId = String(id);
      told.events.push({ data: data ?? "", type: event || "message", lastEventId });
      if (retry !== undefined) told.retries.push(clamp(retry));
    }
    return told;
  };
}

interface EventsourceParser {
  createParser: (callbacks: {
    onEvent: (event: { data: string; event?: string }) => void;
    onId: (id: string) => void;
    onRetry: (delay: number) => void;
  }) => { feed: (text: string) => void };
}
interface Undici {
  EventSourceStream: new (options: {
    eventSourceSettings: { lastEventId: string; reconnectionTime: number; origin: string };
    push: (event: { type: string; options: { data: string; lastEventId: string } } | null) => void;
  }) => NodeJS.ReadWriteStream;
}
interface Sdk {
  _iterSSEMessages: (
    response: Response,
    controller: AbortController,
  ) => AsyncIterable<{ data: string; event: string | null }>;
}
interface ParseSse {
  parseServerSentEvents: (
    response: Response,
  ) => ReadableStream<{ data: string; type: string; lastEventId: string; retry?: number }>;
}
interface FetchEventSource {
  getLines: (
    onLine: (line: Uint8Array, fieldLength: number) => void,
  ) => (chunk: Uint8Array) => void;
  getMessages: (
    onId: (id: string) => void,
    onRetry: (delay: number) => void,
    onMessage: (message: { data: string; event: string }) => void,
  ) => (line: Uint8Array, fieldLength: number) => void;
}
interface FetchEventStream {
  events: (
    response: Response,
  ) => AsyncIterable<{ data?: string; event?: string; id?: string | number; retry?: number }>;
}
