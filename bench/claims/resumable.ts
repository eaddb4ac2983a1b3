import { setTimeout as wait } from "node:timers/promises";
import { memoryStore, record, replay } from "@millrace/resume";
import { ours, peer, rowsOf, type Claim } from "./claim.ts";

/** A library that lets others read a stream along. */
interface Recorder {
  /** Records a stream, and gives what the client that asked for it reads. */
  record: (id: string, source: ReadableStream<string>) => unknown;
  /** What another client reads, from the beginning; nothing, if there is none. */
  follow: (id: string) => unknown;
}

const PATIENCE = 1_500;

const recorders = [
  ours<Recorder>("`@millrace/resume`", inMemory()),
  peer<Recorder>("resumable-stream/generic", ({ createResumableStreamContext }: Resumable) => {
    const context = createResumableStreamContext({ waitUntil: null, ...inMemoryRedis() });
    return {
      record: (id, source) => context.resumableStream(id, () => source),
      follow: (id) => context.resumeExistingStream(id),
    };
  }),
  peer<Recorder>(
    "assistant-stream/resumable",
    ({ createResumableStreamContext, createInMemoryResumableStreamStore }: Assistant) => {
      const store = createInMemoryResumableStreamStore();
      const context = createResumableStreamContext({ store });
      return {
        record: (id, source) => context.run(id, () => source.pipeThrough(new TextEncoderStream())),
        follow: (id) => context.requireResume(id),
      };
    },
  ),
  peer<Recorder>("@tanstack/ai", ({ memoryStream, toServerSentEventsResponse }: Tanstack) => ({
    record: (runId, source) =>
      toServerSentEventsResponse(runOf(source, runId), {
        durability: { adapter: memoryStream({ runId }) },
      }).body,
    follow: (runId) => memoryStream({ runId, offset: "-1" }).read("-1"),
  })),
];

export const resumable: Claim = {
  name: "recorders",
  head: [
    "library",
    "the model fails: its own reader",
    "another reader",
    "the process",
    "a reader that comes when all is over",
  ],
  byHand: true,
  rows: rowsOf(recorders, async (recorder) => [
    ...(await letFail(recorder)),
    await comeLate(recorder),
  ]),
};

async function letFail({ record, follow }: Recorder): Promise<string[]> {
  const unhandled: unknown[] = [];
  const keep = (reason: unknown) => unhandled.push(reason);
  process.on("unhandledRejection", keep);
  const own = await record("fails", wordsOf(3, new Error("The model failed")));
  const readers = await Promise.all([own, follow("fails")].map((reader) => readToEnd(reader)));
  process.off("unhandledRejection", keep);
  return [...readers, unhandled.length === 0 ? "goes on" : "ends: an unhandled rejection"];
}

async function comeLate({ record, follow }: Recorder): Promise<string> {
  await readToEnd(await record("over", wordsOf(3)));
  return readToEnd(follow("over"));
}

/** Reads a stream, and says how that ends. */
async function readToEnd(stream: unknown): Promise<string> {
  const end = (async () => {
    const readable = (await stream) as AsyncIterable<unknown> | null | undefined;
    if (readable === null || readable === undefined) return "there is nothing";
    let text = "";
    for await (const chunk of readable) text += textOf(chunk);
    return text.includes("RUN_ERROR") ? "is told" : "reads all, and it ends";
  })();
  return Promise.race([end.catch(() => "is told"), wait(PATIENCE, "waits for ever")]);
}

function textOf(chunk: unknown): string {
  if (chunk instanceof Uint8Array) return new TextDecoder().decode(chunk);
  return typeof chunk === "string" ? chunk : JSON.stringify(chunk);
}

/** Some words, then a good end, or a bad one. */
function wordsOf(count: number, failure?: Error): ReadableStream<string> {
  let said = 0;
  return new ReadableStream<string>(
    {
      async pull(controller) {
        await wait(5);
        if (said++ < count) controller.enqueue("word ");
        else if (failure === undefined) controller.close();
        else controller.error(failure);
      },
    },
    { highWaterMark: 0 },
  );
}

function inMemory(): Recorder {
  const store = memoryStore();
  return {
    record: (id, source) => record(source, { id, store }),
    follow: (id) => replay<string>({ id, store }),
  };
}

/** As a run of TanStack AI. */
async function* runOf(source: ReadableStream<string>, runId: string): AsyncGenerator<object> {
  const run = { runId, threadId: "t", timestamp: 0, model: "m" };
  yield { type: "RUN_STARTED", ...run };
  for await (const delta of source) {
    yield { type: "TEXT_MESSAGE_CONTENT", messageId: "m", timestamp: 0, model: "m", delta };
  }
  yield { type: "RUN_FINISHED", ...run, finishReason: "stop" };
}

/** What `resumable-stream` asks of Redis, in this process. */
function inMemoryRedis() {
  const values = new Map<string, string | number>();
  const listeners = new Map<string, (message: string) => void>();
  const connect = () => Promise.resolve();
  return {
    publisher: {
      connect,
      publish: (channel: string, message: string) => {
        const hears = listeners.get(channel);
        hears?.(message);
        return Promise.resolve(hears === undefined ? 0 : 1);
      },
      set: (key: string, value: string) => Promise.resolve(void values.set(key, value)),
      get: (key: string) => Promise.resolve(values.get(key) ?? null),
      incr: (key: string) => {
        const count = Number(values.get(key) ?? 0) + 1;
        values.set(key, count);
        return Promise.resolve(count);
      },
    },
    subscriber: {
      connect,
      subscribe: (channel: string, hear: (message: string) => void) =>
        Promise.resolve(void listeners.set(channel, hear)),
      unsubscribe: (channel: string) => Promise.resolve(listeners.delete(channel)),
    },
  };
}

interface Resumable {
  createResumableStreamContext: (options: object) => {
    resumableStream: (id: string, make: () => ReadableStream<string>) => Promise<unknown>;
    resumeExistingStream: (id: string) => Promise<unknown>;
  };
}
interface Assistant {
  createResumableStreamContext: (options: object) => {
    run: (id: string, make: () => ReadableStream<Uint8Array>) => Promise<unknown>;
    requireResume: (id: string) => Promise<unknown>;
  };
  createInMemoryResumableStreamStore: () => object;
}
interface Tanstack {
  memoryStream: (run: { runId: string; offset?: string }) => {
    read: (offset: string) => AsyncIterable<unknown>;
  };
  toServerSentEventsResponse: (stream: AsyncIterable<object>, options: object) => Response;
}
