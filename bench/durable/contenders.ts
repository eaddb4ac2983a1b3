import { record, replay } from "@millrace/resume";
import { redisStore, type NodeRedis } from "@millrace/resume/redis";
import importPeer from "../peers/import.mjs";

/** One way to let a stream be read by others than who made it, through Redis. */
export interface Contender {
  name: string;
  /** Gives the stream to record, and reads it as another process would: until it ends. */
  run(this: void, id: string, source: ReadableStream<string>, onChunk: OnChunk): Promise<void>;
}

export type OnChunk = (chunk: string) => void;

/** Makes a connected client for each. */
export type Connect = () => Promise<RawRedis>;

/** What is used of a client of node-redis. */
export interface RawRedis extends NodeRedis {
  duplicate(): RawRedis;
}

export async function openContenders(connect: Connect): Promise<Contender[]> {
  return [
    await openLoop(connect),
    await openMillrace(connect),
    await openResumableStream(connect),
    await openAssistantStream(connect),
  ];
}

/** What one would write by hand, without a lease, an end that is sure, or a way to stop. */
async function openLoop(connect: Connect): Promise<Contender> {
  const [writer, reader] = [await connect(), await connect()];

  async function write(id: string, source: ReadableStream<string>): Promise<void> {
    const writing: Promise<unknown>[] = [];
    let seq = 0;
    const add = (field: string, text: string) => {
      writing.push(writer.sendCommand(["XADD", id, `1-${String(++seq)}`, field, text]));
    };
    for await (const chunk of source) add("text", chunk);
    add("end", "");
    await Promise.all(writing);
  }

  async function read(id: string, onChunk: OnChunk): Promise<void> {
    let last = "0-0";
    for (;;) {
      const command = ["XREAD", "COUNT", "64", "BLOCK", "1000", "STREAMS", id, last];
      const reply = (await reader.sendCommand(command)) as Record<string, [string, string[]][]>;
      for (const [place, [field = "", text = ""]] of Object.values(reply).flat()) {
        if (field === "end") return;
        last = place;
        onChunk(text);
      }
    }
  }

  return {
    name: "XADD and XREAD in a loop",
    async run(id, source, onChunk) {
      await Promise.all([write(id, source), read(id, onChunk)]);
    },
  };
}

async function openMillrace(connect: Connect): Promise<Contender> {
  const [here, there] = [redisStore(await connect()), redisStore(await connect())];
  return {
    name: "millrace",
    async run(id, source, onChunk) {
      const recording = drain(record(source, { id, store: here }));
      while ((await there.status(id)).state === "missing") await turn();
      await Promise.all([recording, drain(replay<string>({ id, store: there }), onChunk)]);
    },
  };
}

interface ResumableStream {
  createResumableStreamContext(
    this: void,
    options: object,
  ): {
    resumableStream(
      id: string,
      make: () => ReadableStream<string>,
    ): Promise<ReadableStream<string>>;
    resumeExistingStream(id: string): Promise<ReadableStream<string>>;
  };
}

async function openResumableStream(connect: Connect): Promise<Contender> {
  const { createResumableStreamContext } = (await importPeer(
    "resumable-stream",
  )) as ResumableStream;
  const open = async () =>
    createResumableStreamContext({
      waitUntil: null,
      publisher: await connect(),
      subscriber: await connect(),
    });
  const [here, there] = [await open(), await open()];
  return {
    name: "resumable-stream",
    async run(id, source, onChunk) {
      const own = await here.resumableStream(id, () => source);
      const other = await there.resumeExistingStream(id);
      await Promise.all([drain(own), drain(other, onChunk)]);
    },
  };
}

interface AssistantStream {
  createResumableStreamContext(
    this: void,
    options: object,
  ): {
    run(id: string, make: () => ReadableStream<Uint8Array>): Promise<ReadableStream<Uint8Array>>;
    requireResume(id: string): Promise<ReadableStream<Uint8Array>>;
  };
}

interface AssistantRedis {
  createRedisResumableStreamStore(client: RawRedis): object;
}

async function openAssistantStream(connect: Connect): Promise<Contender> {
  const specifier = "assistant-stream/resumable";
  const { createResumableStreamContext } = (await importPeer(specifier)) as AssistantStream;
  const redis = (await importPeer(`${specifier}/redis`)) as AssistantRedis;
  const open = async () =>
    createResumableStreamContext({ store: redis.createRedisResumableStreamStore(await connect()) });
  const [here, there] = [await open(), await open()];
  return {
    name: "assistant-stream",
    async run(id, source, onChunk) {
      const bytes = source.pipeThrough(new TextEncoderStream());
      const own = await here.run(id, () => bytes);
      const other = await there.requireResume(id);
      const text = other.pipeThrough(
        new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>,
      );
      await Promise.all([drain(own), drain(text, onChunk)]);
    },
  };
}

async function drain<T>(stream: ReadableStream<T>, onChunk?: (chunk: T) => void): Promise<void> {
  for await (const chunk of stream) onChunk?.(chunk);
}

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}
