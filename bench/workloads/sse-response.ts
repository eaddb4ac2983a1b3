import { sseResponse } from "@millrace/sse";
import { drain, streamOf } from "../inputs/chunks.ts";
import { deltas } from "../inputs/deltas.ts";
import type { Row, Sink, Workload } from "../src/workload.ts";

const MESSAGES = 5_000;
const BEGINNING = ": open\n\n";
const END = 'event: done\ndata: {"done":true}\nid: done\n\n';

export const workload: Workload = {
  about: "Messages to the body of a response of server-sent events, read to its end.",
  rows: [row("everything at hand", (messages) => messages), row("as a stream", streamOf)],
};

function row(name: string, open: (messages: string[]) => string[] | ReadableStream<string>): Row {
  return {
    name,
    size: MESSAGES,
    equal: "joined",
    prepare(size) {
      const messages = deltas(size).map((content, index) => JSON.stringify({ index, content }));
      return Promise.resolve([
        { name: "a generator of bytes", run: read(() => new Response(byHand(open(messages)))) },
        { name: "millrace", run: read(() => sseResponse(open(messages))) },
        { name: "TransformStream", run: read(() => new Response(through(streamOf(messages)))) },
      ]);
    },
  };
}

function read(respond: () => Response): (sink: Sink) => Promise<void> {
  return (sink) => {
    const decoder = new TextDecoder();
    return drain(respond().body!, (bytes) => {
      sink(decoder.decode(bytes, { stream: true }));
    });
  };
}

/** No heartbeat, no limit to what a client leaves unread, and no end that tells of an error. */
function byHand(source: AsyncIterable<string> | Iterable<string>): ReadableStream {
  async function* bytes() {
    const encoder = new TextEncoder();
    yield encoder.encode(BEGINNING);
    for await (const message of source) yield encoder.encode(`data: ${message}\n\n`);
    yield encoder.encode(END);
  }
  const events = bytes();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await events.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
  });
}

function through(source: ReadableStream<string>): ReadableStream {
  const events = new TransformStream<string, string>({
    start: (controller) => {
      controller.enqueue(BEGINNING);
    },
    transform: (message, controller) => {
      controller.enqueue(`data: ${message}\n\n`);
    },
    flush: (controller) => {
      controller.enqueue(END);
    },
  });
  return source.pipeThrough(events).pipeThrough(new TextEncoderStream());
}
