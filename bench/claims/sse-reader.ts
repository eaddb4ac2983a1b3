import { run } from "@millrace/core";
import { decodeSse } from "@millrace/sse";
import { streamOf } from "../inputs/chunks.ts";
import { ours, peer } from "./claim.ts";

/** What a reader tells of a stream. What it never tells of is left out, and not compared. */
export interface Told {
  events: { data: string; type: string; lastEventId?: string }[];
  retries?: number[];
}

export type Reader = (chunks: readonly Uint8Array[]) => Promise<Told>;

const LONGEST_TIMER = 2_147_483_647;

export const readers = [
  ours<Reader>("`decodeSse`", readByMillrace),
  peer<Reader>("eventsource-parser", byEventsourceParser),
  peer<Reader>("undici/lib/web/eventsource/eventsource-stream.js", byUndici, "`EventSource`"),
  peer<Reader>("@anthropic-ai/sdk/core/streaming", bySdk),
  peer<Reader>("openai/core/streaming", bySdk),
  peer<Reader>("parse-sse", byParseSse),
  peer<Reader>("fetch-event-stream", byFetchEventStream),
  peer<Reader>("@microsoft/fetch-event-source/lib/cjs/parse.js", byFetchEventSource),
];

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
