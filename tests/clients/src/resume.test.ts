import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Part } from "@millrace/parts";
import { memoryStore, record, replay, status, stop } from "@millrace/resume";
import { connectSse, sseResponse, type SseRequest } from "@millrace/sse";
import { agUi, aiSdkUi, encodeAgUi, encodeAiSdkUi } from "@millrace/ui";
import { ChatClient, fetchServerSentEvents } from "@tanstack/ai-client";
import * as ai7 from "ai";
import * as ai5 from "ai-5";
import * as ai6 from "ai-6";
import { EventSource } from "eventsource";
import { afterEach, describe, expect, test } from "vitest";
import { finish } from "./answers.ts";

// Answers that are recorded while they come, over connections that break off again and again.

const WORDS = Array.from({ length: 40 }, (_, index) => `word ${index}, `);
const STORY = WORDS.join("");

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** In the middle it waits for `rest`. */
async function* story(rest?: Promise<void>): AsyncGenerator<Part> {
  yield { type: "text-start", id: "text-0" };
  for (const [index, delta] of WORDS.entries()) {
    if (index === WORDS.length / 2) await rest;
    await new Promise((resolve) => setTimeout(resolve, 4));
    yield { type: "text-delta", id: "text-0", delta };
  }
  yield { type: "text-end", id: "text-0" };
  yield finish("stop");
}

type Handle = (request: SseRequest & { url: URL }) => Response | Promise<Response>;

/** A server whose connections break off after so many bytes, each at another one. */
async function serve(handle: Handle, breakAfter: () => number) {
  const server: Server = createServer((request, response) => void answer(request, response));
  const seen: { method: string; lastEventId: string | null; status: number }[] = [];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.on("close", () => {
      gone.abort();
    });
    const headers = new Headers(request.headers as Record<string, string>);
    const { method = "GET" } = request;
    const url = new URL(request.url!, "http://localhost");
    request.resume();
    const answered = await handle({ method, headers, url, signal: gone.signal });
    seen.push({ method, lastEventId: headers.get("last-event-id"), status: answered.status });
    response.writeHead(answered.status, Object.fromEntries(answered.headers));
    let left = breakAfter();
    for await (const chunk of answered.body ?? []) {
      response.write(chunk.subarray(0, left));
      left -= chunk.length;
      if (left <= 0) {
        // What was written goes out, and in the middle of it the connection is lost.
        await new Promise((resolve) => setTimeout(resolve, 5));
        response.destroy();
        return;
      }
    }
    response.end();
  }

  await once(server.listen(0, "127.0.0.1"), "listening");
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

/** What a server does that begins answers and goes on with them, on one path. */
function recorder(id: string, rest?: Promise<void>) {
  const store = memoryStore();
  let begun = 0;
  const entries = () =>
    record.entries<Part>(
      () => {
        begun++;
        return story(rest);
      },
      { id, store },
    );
  return { store, entries, begun: () => begun };
}

describe("Plain event streams", () => {
  async function start(breakAfter: () => number) {
    const { store, entries, begun } = recorder("answer-1");
    const served = await serve(async (request) => {
      const id = request.url.pathname.slice(1);
      const after = request.headers.get("last-event-id");
      if (id !== "answer-1") {
        const refused = await replay.check({ id, store, after }).catch((error: unknown) => error);
        return new Response(null, { status: (refused as { status: number }).status });
      }
      return sseResponse(entries, { request, encode: () => encodeAiSdkUi(), retry: 20 });
    }, breakAfter);
    return { ...served, store, begun };
  }

  test("An EventSource that is cut off again and again reads the whole, once, and stops", async () => {
    let visit = 0;
    const { url, seen, begun } = await start(() => 700 + 311 * (visit++ % 4));
    const source = new EventSource(`${url}/answer-1`);
    const heard: string[] = [];
    await new Promise<void>((resolve) => {
      source.onmessage = ({ data }: MessageEvent<string>) => {
        if (data === "[DONE]") return;
        const chunk = JSON.parse(data) as { type: string; delta?: string };
        if (chunk.type === "text-delta") heard.push(chunk.delta!);
      };
      source.onerror = () => {
        if (source.readyState === EventSource.CLOSED) resolve();
      };
    });
    expect(heard.join("")).toBe(STORY);
    expect(begun()).toBe(1);
    expect(seen.length).toBeGreaterThan(3);
    expect(seen.at(-1)).toEqual({ method: "GET", lastEventId: "done", status: 204 });
  }, 120_000);

  test("So does connectSse, without waiting long", async () => {
    let visit = 0;
    const { url, begun } = await start(() => 500 + 173 * (visit++ % 5));
    let whole = "";
    const events = connectSse(`${url}/answer-1`, {
      retryDelay: 5,
      stableAfter: 0,
    });
    for await (const { data } of events) {
      if (data === "[DONE]") continue;
      const chunk = JSON.parse(data) as { type: string; delta?: string };
      if (chunk.type === "text-delta") whole += chunk.delta ?? "";
    }
    expect(whole).toBe(STORY);
    expect(begun()).toBe(1);
  });

  test("What is not there, and what is no cursor, is refused", async () => {
    const { url } = await start(() => Infinity);
    expect((await fetch(`${url}/answer-2`)).status).toBe(404);
    const foreign = { headers: { "last-event-id": "now" } };
    expect((await fetch(`${url}/answer-1`, foreign)).status).toBe(400);
    expect((await fetch(`${url}/answer-2`, foreign)).status).toBe(400);
  });
});

interface Transport {
  sendMessages(options: object): Promise<ReadableStream<Chunk>>;
  reconnectToStream(options: { chatId: string }): Promise<ReadableStream<Chunk> | null>;
}
interface Chunk {
  type: string;
  delta?: string;
}

const VERSIONS = [
  [5, ai5],
  [6, ai6],
  [7, ai7],
] as const;

describe.each(VERSIONS)("ai %i", (_, ai) => {
  const Ai = ai as unknown as { DefaultChatTransport: new (options: { api: string }) => Transport };

  async function start(breakAfter: () => number) {
    let goOn!: () => void;
    const rest = new Promise<void>((resolve) => (goOn = resolve));
    const { store, entries } = recorder("chat-1", rest);
    const served = await serve(async (request) => {
      const encode = () => encodeAiSdkUi({ messageId: "m1" });
      const [, , id, path] = request.url.pathname.split("/");
      if (request.method === "POST") return sseResponse(entries(), { encode, format: aiSdkUi });
      if (path !== "stream") return new Response(null, { status: 404 });
      const { state } = await status({ id: id!, store });
      if (state !== "live") return new Response(null, { status: 204 });
      return sseResponse(replay.entries<Part>({ id: id!, store }), { encode, format: aiSdkUi });
    }, breakAfter);
    const transport = new Ai.DefaultChatTransport({ api: `${served.url}/chat` });
    return { ...served, store, transport, goOn };
  }

  test("A chat that was cut off is taken up again", async () => {
    let visit = 0;
    const { transport, goOn } = await start(() => (visit++ === 0 ? 900 : Infinity));
    const first = await transport.sendMessages({
      trigger: "submit-message",
      chatId: "chat-1",
      messages: [],
    });
    const { chunks, error } = await read(first);
    expect(error).toBeDefined();
    expect(STORY.startsWith(textOf(chunks))).toBe(true);
    expect(textOf(chunks)).not.toBe(STORY);

    const again = await transport.reconnectToStream({ chatId: "chat-1" });
    goOn();
    const rest = await read(again!);
    expect(rest.error).toBeUndefined();
    expect(rest.chunks[0]).toMatchObject({ type: "start", messageId: "m1" });
    expect(textOf(rest.chunks)).toBe(STORY);
    expect(rest.chunks.at(-1)).toMatchObject({ type: "finish" });
    expect(await transport.reconnectToStream({ chatId: "chat-1" })).toBe(null);
  });

  test("A chat that nobody has begun has nothing to take up", async () => {
    const { transport } = await start(() => Infinity);
    expect(await transport.reconnectToStream({ chatId: "chat-2" })).toBe(null);
  });

  test("A chat that is stopped ends for who has taken it up", async () => {
    const { transport, store, goOn } = await start(() => Infinity);
    const message = { trigger: "submit-message", chatId: "chat-1", messages: [] };
    const mine = read(await transport.sendMessages(message));
    const theirs = read((await transport.reconnectToStream({ chatId: "chat-1" }))!);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await stop({ id: "chat-1", store })).toBe(true);
    goOn();
    for (const { chunks } of [await mine, await theirs]) {
      expect(textOf(chunks)).not.toBe(STORY);
      const types = chunks.map(({ type }) => type);
      expect(types).toContain("abort");
      expect(types.at(-1)).toBe("finish");
    }
    expect(await status({ id: "chat-1", store })).toMatchObject({ state: "cancelled" });
  });
});

async function read(stream: ReadableStream<Chunk>): Promise<{ chunks: Chunk[]; error?: unknown }> {
  const chunks: Chunk[] = [];
  try {
    for await (const chunk of stream) chunks.push(chunk);
    return { chunks };
  } catch (error) {
    return { chunks, error };
  }
}

function textOf(chunks: Chunk[]): string {
  return chunks.map(({ type, delta }) => (type === "text-delta" ? delta : "")).join("");
}

describe("@tanstack/ai-client", () => {
  async function start(breakAfter: () => number) {
    const stores = memoryStore();
    let begun = 0;
    const served = await serve((request) => {
      const asked = request.url.searchParams;
      const id = request.headers.get("x-run-id") ?? asked.get("runId") ?? "";
      const encode = () => encodeAgUi({ threadId: "t", runId: id });
      const options = { request, encode, format: agUi };
      // The one that comes first begins the run; when it comes again, it goes on.
      if (request.method === "POST") {
        const source = () => {
          begun++;
          return story();
        };
        const entries = () => record.entries<Part>(source, { id, store: stores });
        return sseResponse(entries, options);
      }
      return sseResponse(replay.entries<Part>({ id, store: stores }), options);
    }, breakAfter);
    return { ...served, begun: () => begun };
  }

  test("A run that is cut off again and again is read to its end, once", async () => {
    // Not behind RUN_FINISHED: a run that has come whole this client gives up as incomplete if the
    // connection breaks off before the response has ended.
    const breaks = [900, 1_111, 1_322];
    const { url, seen, begun } = await start(() => breaks.shift() ?? Infinity);
    const client = new ChatClient({
      connection: fetchServerSentEvents(url, { reconnect: { delayMs: 5 } }),
    });
    await client.sendMessage("Well?");
    const [, answer] = client.getMessages();
    expect(answer?.parts).toMatchObject([{ type: "text", content: STORY }]);
    expect(begun()).toBe(1);
    expect(seen.length).toBeGreaterThan(3);
    expect(seen.slice(1).every(({ lastEventId }) => /^\d+$/.test(lastEventId ?? ""))).toBe(true);
  });

  test("A run is joined from its beginning, by who knows its id", async () => {
    let visit = 0;
    const { url } = await start(() => (visit++ === 0 ? Infinity : 1_500));
    const connection = fetchServerSentEvents(url, { reconnect: { delayMs: 5 } });
    const first = collect(
      connection.connect([{ role: "user", content: "Well?" }], undefined, undefined, {
        threadId: "t",
        runId: "run-7",
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, 60));
    const joined = collect(connection.joinRun("run-7"));
    expect(await first).toBe(STORY);
    expect(await joined).toBe(STORY);
    expect(await collect(connection.joinRun("run-7"))).toBe(STORY);
  });

  async function collect(chunks: AsyncIterable<{ type: string }>): Promise<string> {
    let whole = "";
    for await (const chunk of chunks) {
      if (chunk.type === "TEXT_MESSAGE_CONTENT") whole += (chunk as unknown as Chunk).delta ?? "";
    }
    return whole;
  }
});
