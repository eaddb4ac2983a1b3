import { pipe } from "@millrace/core";
import { decodeSse } from "@millrace/sse";
import { cutBytes, drain, bodyOf, type Cut } from "../inputs/chunks.ts";
import { openaiChatEvents } from "../inputs/openai-chat.ts";
import { sseReference, type SseLoop } from "../inputs/sse-reference.ts";
import { fromPeer } from "../src/peer.ts";
import type { Contender, Row, Sink, Target, Workload } from "../src/workload.ts";

const EVENTS = 2_000;

export const workload: Workload = {
  about: "Server-sent events: bytes to events",
  rows: [
    machineRow("64 KiB chunks", [{ atMost: 1.2 }, { atMost: 1, of: "eventsource-parser" }]),
    machineRow("one event a chunk", [{ atMost: 1.8 }, { atMost: 1, of: "eventsource-parser" }]),
    machineRow("16-byte chunks", [{ atMost: 1.4 }, { atMost: 1, of: "eventsource-parser" }]),
    streamRow("64 KiB chunks", []),
    streamRow("one event a chunk", [{ atMost: 1.6 }]),
  ],
};

function machineRow(cut: Cut, targets: Target[]): Row {
  return {
    name: `machine alone, ${cut}`,
    size: EVENTS,
    equal: "outputs",
    async prepare(size) {
      const chunks = cutBytes(openaiChatEvents(size, "plain"), cut);
      // The official SDKs decode from an asynchronous iterable; this is the leanest there is.
      const body: AsyncIterable<Uint8Array> = {
        [Symbol.asyncIterator]() {
          const iterator = chunks.values();
          return { next: () => Promise.resolve(iterator.next()) };
        },
      };
      return [
        {
          name: "TextDecoder + indexOf",
          run: (sink) => {
            feed(sseReference(sink), chunks);
          },
        },
        { name: "millrace", targets, run: (sink) => runOurs(chunks, sink) },
        ...(await fromPeer(
          "eventsource-parser",
          ({ createParser }: EventsourceParser) =>
            (sink) => {
              const decoder = new TextDecoder();
              const parser = createParser({ onEvent: dataTo(sink) });
              for (const chunk of chunks) parser.feed(decoder.decode(chunk, { stream: true }));
            },
        )),
        ...(await fetchEventSource((push) => {
          for (const chunk of chunks) push(chunk);
        })),
        ...(await sdkContenders(() => ({ body }))),
      ];
    },
  };
}

function streamRow(cut: Cut, targets: Target[]): Row {
  return {
    name: `web stream, ${cut}`,
    size: EVENTS,
    equal: "outputs",
    async prepare(size) {
      const chunks = cutBytes(openaiChatEvents(size, "plain"), cut);
      return [
        ...(cut === "one event a chunk" ? [rawContender(chunks)] : []),
        {
          name: "TextDecoder + indexOf",
          run: async (sink) => {
            const reference = sseReference(sink);
            await drain(bodyOf(chunks), reference.push);
          },
        },
        {
          name: "millrace, pipe",
          targets,
          run: (sink) => drain(pipe(bodyOf(chunks), decodeSse()), dataTo(sink)),
        },
        {
          name: "millrace, pipeThrough",
          run: (sink) => drain(bodyOf(chunks).pipeThrough(decodeSse()), dataTo(sink)),
        },
        ...(await fromPeer(
          "eventsource-parser/stream",
          ({ EventSourceParserStream }: EventsourceParserStream) =>
            (sink) =>
              drain(
                bodyOf(chunks)
                  .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
                  .pipeThrough(new EventSourceParserStream()),
                dataTo(sink),
              ),
          "stream",
        )),
        ...(await fetchEventSource((push) => drain(bodyOf(chunks), push))),
        ...(await fromPeer("fetch-event-stream", ({ events }: FetchEventStream) => async (sink) => {
          const response = new Response(bodyOf(chunks) as ReadableStream);
          for await (const { data } of events(response)) sink(data);
        })),
        ...(await fromPeer(
          "@langchain/core/utils/event_source_parse",
          ({ convertEventStreamToIterableReadableDataStream: convert }: LangchainCore) =>
            (sink) =>
              drain(convert(bodyOf(chunks)), sink),
        )),
        ...(await sdkContenders(() => new Response(bodyOf(chunks) as ReadableStream))),
      ];
    },
  };
}

/** Where a chunk is an event, moving it is the least that there is to do. */
function rawContender(chunks: readonly Uint8Array[]): Contender {
  return {
    name: "raw source to reader",
    silent: true,
    run: () => drain(bodyOf(chunks), () => undefined),
  };
}

function feed(loop: SseLoop, chunks: readonly Uint8Array[]): void {
  for (const chunk of chunks) loop.push(chunk);
}

function runOurs(chunks: readonly Uint8Array[], sink: Sink): void {
  const machine = decodeSse().start(dataTo(sink));
  for (const chunk of chunks) machine.push(chunk);
  machine.flush();
}

function dataTo(sink: Sink): (event: Message) => void {
  return (event) => {
    sink(event.data);
  };
}

/** It reads by itself what it has asked for by itself only: these are the parts that it does so with. */
function fetchEventSource(
  feed: (push: (chunk: Uint8Array) => void) => void | Promise<void>,
): Promise<Contender[]> {
  return fromPeer(
    "@microsoft/fetch-event-source/lib/esm/parse.js",
    ({ getLines, getMessages }: FetchEventSource) =>
      (sink) => {
        const ignore = () => undefined;
        return feed(getLines(getMessages(ignore, ignore, dataTo(sink))));
      },
  );
}

/** Before JSON is parsed the official SDKs have server-sent events too. */
async function sdkContenders(response: () => unknown): Promise<Contender[]> {
  const run =
    ({ _iterSSEMessages }: OfficialSdk): Contender["run"] =>
    async (sink) => {
      for await (const { data } of _iterSSEMessages(response(), new AbortController())) sink(data);
    };
  return [
    ...(await fromPeer("openai/core/streaming", run)),
    ...(await fromPeer("@anthropic-ai/sdk/core/streaming", run)),
  ];
}

interface Message {
  data: string;
}
interface EventsourceParser {
  createParser: (callbacks: { onEvent: (event: Message) => void }) => {
    feed: (text: string) => void;
  };
}
interface EventsourceParserStream {
  EventSourceParserStream: new () => ReadableWritablePair<Message, string>;
}
interface FetchEventSource {
  getLines: (
    onLine: (line: Uint8Array, fieldLength: number) => void,
  ) => (chunk: Uint8Array) => void;
  getMessages: (
    onId: (id: string) => void,
    onRetry: (retry: number) => void,
    onMessage: (message: Message) => void,
  ) => (line: Uint8Array, fieldLength: number) => void;
}
interface FetchEventStream {
  events: (response: Response) => AsyncIterable<Message>;
}
interface LangchainCore {
  convertEventStreamToIterableReadableDataStream: (
    stream: ReadableStream<Uint8Array>,
  ) => ReadableStream<string>;
}
interface OfficialSdk {
  _iterSSEMessages: (response: unknown, controller: AbortController) => AsyncIterable<Message>;
}
