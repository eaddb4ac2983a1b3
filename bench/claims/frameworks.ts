import { setImmediate as turn, setTimeout as wait } from "node:timers/promises";
import { pipe } from "@millrace/core";
import { words } from "@millrace/buffers";
import { sseResponse } from "@millrace/sse";
import { ours, peer, rowsOf, type Claim } from "./claim.ts";

/** A model that has much to say, and what becomes of it. */
interface Model {
  chunks: AsyncGenerator<string>;
  pulled: number;
  isLeft: boolean;
}

/** Makes an answer to a client of what a model says. */
type Server = (chunks: AsyncGenerator<string>) => Response | ReadableStream<unknown>;

const CHUNKS = 20_000;
const PAUSE = 100;
/** What may be under way between a model and a client: some hops, some chunks each. */
const UNDER_WAY = 50;

const servers = [
  ours<Server>("`sseResponse` of `pipe`", (chunks) => sseResponse(pipe(chunks, words()))),
  peer<Server>(
    "ai",
    ({ createUIMessageStreamResponse }: Ai) =>
      (chunks) =>
        createUIMessageStreamResponse({ stream: streamOf(uiChunks(chunks)) }),
    "`createUIMessageStreamResponse`",
  ),
  peer<Server>(
    "ai",
    ({ createUIMessageStreamResponse, createUIMessageStream }: Ai) =>
      (chunks) => {
        const stream = createUIMessageStream({
          execute: ({ writer }) => writer.merge(streamOf(uiChunks(chunks))),
        });
        return createUIMessageStreamResponse({ stream });
      },
    "`createUIMessageStream` with `merge`",
  ),
  peer<Server>(
    ["ai", "ai/test"],
    ({ streamText }: Ai, { MockLanguageModelV4: Mock }: AiTest) =>
      (chunks) => {
        const doStream = () => Promise.resolve({ stream: streamOf(modelParts(chunks)) });
        const model = new Mock({ doStream });
        return streamText({ model, prompt: "?" }).toUIMessageStreamResponse();
      },
    "`streamText` without `abortSignal`",
  ),
  peer<Server>(
    "@tanstack/ai",
    ({ toServerSentEventsResponse }: Tanstack) =>
      (chunks) =>
        toServerSentEventsResponse(events(chunks)),
    "`toServerSentEventsResponse`",
  ),
  peer<Server>(
    "@langchain/core/utils/event_source_parse",
    ({ convertEventStreamToIterableReadableDataStream: convert }: Langchain) =>
      (chunks) =>
        convert(streamOf(frames(chunks))),
    "`convertEventStreamToIterableReadableDataStream`",
  ),
  peer<Server>(
    "assistant-stream",
    ({ createAssistantStreamResponse }: AssistantStream) =>
      (chunks) =>
        createAssistantStreamResponse((controller) => {
          controller.merge(streamOf(assistantChunks(chunks)));
        }),
    "`createAssistantStreamResponse` with `merge`",
  ),
  peer<Server>(
    "assistant-stream",
    ({ createAssistantStreamResponse }: AssistantStream) =>
      (chunks) =>
        createAssistantStreamResponse(async (controller) => {
          for await (const chunk of chunks) controller.appendText(chunk);
        }),
    "`createAssistantStreamResponse` with `appendText`",
  ),
  peer<Server>(
    ["hono/streaming", "hono"],
    ({ streamSSE }: Streaming, { Hono }: HonoModule) => {
      return (chunks) => {
        const body = new TransformStream<Uint8Array, Uint8Array>();
        const app = new Hono().get("/", (context) =>
          streamSSE(context, async (stream) => {
            for await (const data of chunks) {
              if (stream.aborted) break;
              await stream.writeSSE({ data });
            }
          }),
        );
        void Promise.resolve(app.request("/")).then((response) =>
          response.body!.pipeTo(body.writable).catch(() => undefined),
        );
        return body.readable;
      };
    },
    "`streamSSE`",
  ),
];

export const leaving: Claim = {
  name: "leaving",
  head: ["by", "a client that stops reading stops the model", "one that leaves ends it"],
  rows: rowsOf(servers, async (serve) => {
    const model = listen();
    const answer = serve(model.chunks);
    const body: ReadableStream<unknown> = answer instanceof Response ? answer.body! : answer;
    const reader = body.getReader();
    do await reader.read();
    while (model.pulled === 0);
    const pulled = await standstill(model);
    await reader.cancel(new Error("The client has left"));
    await standstill(model);
    if (pulled === CHUNKS) return ["no", "too late: all has been said"];
    return [pulled <= UNDER_WAY ? "yes" : "late", model.isLeft ? "yes" : "no"];
  }),
};

function listen(): Model {
  const model = { chunks: say(), pulled: 0, isLeft: false };
  async function* say(): AsyncGenerator<string> {
    try {
      for (; model.pulled < CHUNKS; model.pulled++) {
        // Now and then a turn of the event loop, as a network has them.
        await (model.pulled % 16 === 0 ? turn() : Promise.resolve());
        yield "word ";
      }
    } finally {
      model.isLeft = model.pulled < CHUNKS;
    }
  }
  return model;
}

/** Waits until the model says no more, and tells how much it has said. */
async function standstill(model: Model): Promise<number> {
  let before: number;
  do {
    before = model.pulled;
    await wait(PAUSE);
  } while (model.pulled > before);
  return before;
}

/** The chunks of the AI SDK's protocol between a server and a page. */
async function* uiChunks(chunks: AsyncGenerator<string>): AsyncGenerator<object> {
  yield { type: "text-start", id: "0" };
  for await (const delta of chunks) yield { type: "text-delta", id: "0", delta };
  yield { type: "text-end", id: "0" };
}

/** What a model of the AI SDK gives. */
async function* modelParts(chunks: AsyncGenerator<string>): AsyncGenerator<object> {
  yield { type: "stream-start", warnings: [] };
  yield* uiChunks(chunks);
  const none = { total: 0 };
  const finishReason = { unified: "stop", raw: "stop" };
  yield { type: "finish", finishReason, usage: { inputTokens: none, outputTokens: none } };
}

/** What TanStack AI gives. */
async function* events(chunks: AsyncGenerator<string>): AsyncGenerator<object> {
  for await (const delta of chunks) {
    yield { type: "TEXT_MESSAGE_CONTENT", messageId: "0", timestamp: 0, model: "m", delta };
  }
}

/** What assistant-stream is made of. */
async function* assistantChunks(chunks: AsyncGenerator<string>): AsyncGenerator<object> {
  yield { type: "part-start", path: [], part: { type: "text" } };
  for await (const textDelta of chunks) yield { type: "text-delta", path: [0], textDelta };
  yield { type: "part-finish", path: [0] };
}

async function* frames(chunks: AsyncGenerator<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const chunk of chunks) yield encoder.encode(`data: ${chunk}\n\n`);
}

function streamOf<T>(chunks: AsyncGenerator<T>): ReadableStream<T> {
  return new ReadableStream<T>(
    {
      async pull(controller) {
        const next = (await chunks.next()) as IteratorResult<T, undefined>;
        if (next.done === true) controller.close();
        else controller.enqueue(next.value);
      },
      async cancel() {
        await chunks.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

interface Ai {
  createUIMessageStreamResponse: (options: { stream: ReadableStream<object> }) => Response;
  createUIMessageStream: (options: {
    execute: (context: { writer: { merge: (stream: ReadableStream<object>) => void } }) => void;
  }) => ReadableStream<object>;
  streamText: (options: object) => { toUIMessageStreamResponse: () => Response };
}
interface AiTest {
  MockLanguageModelV4: new (model: object) => object;
}
interface Tanstack {
  toServerSentEventsResponse: (stream: AsyncIterable<object>) => Response;
}
interface Langchain {
  convertEventStreamToIterableReadableDataStream: (
    stream: ReadableStream<Uint8Array>,
  ) => ReadableStream<string>;
}
interface AssistantStream {
  createAssistantStreamResponse: (
    say: (controller: {
      appendText: (text: string) => void;
      merge: (stream: ReadableStream<object>) => void;
    }) => Promise<void> | void,
  ) => Response;
}
interface HonoModule {
  Hono: new () => App;
}
interface App {
  get: (path: string, answer: (context: object) => Response) => App;
  request: (path: string) => Response | Promise<Response>;
}
interface Streaming {
  streamSSE: (
    context: object,
    write: (stream: {
      aborted: boolean;
      writeSSE: (message: { data: string }) => Promise<void>;
    }) => Promise<void>,
  ) => Response;
}
