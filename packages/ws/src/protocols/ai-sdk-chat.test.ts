import { expect, test, vi } from "vitest";
import { openLog } from "../log.fixture.ts";
import { openRaw, startServer, type RawClient } from "../server.fixture.ts";
import type { SocketContext, SocketEntry } from "../serve-socket.ts";
import { aiSdkChat, type AiSdkChatPayload } from "./ai-sdk-chat.ts";

const send = (requestId: string, more: object = {}) => ({
  ...{ type: "send", requestId, id: "chat", trigger: "submit-message", messages: [] },
  ...{ headers: {}, body: {}, ...more },
});
const resume = (requestId: string, more: object = {}) => ({
  ...{ type: "resume", requestId, id: "chat", headers: {}, body: {}, ...more },
});
const chunk = (requestId: string, sequence: number, chunk: unknown) => ({
  ...{ type: "chunk", requestId, sequence, chunk },
});

/** Frames up to the one that ends the request. */
async function answerOf({ next }: RawClient): Promise<Record<string, unknown>[]> {
  const frames = [];
  do frames.push(await next());
  while (frames.at(-1)!["type"] === "start" || frames.at(-1)!["type"] === "chunk");
  return frames;
}

test("A request is answered by its chunks, objects or JSON, without the mark of the last", async () => {
  const asked: AiSdkChatPayload[] = [];
  const server = await startServer(
    (payload: AiSdkChatPayload) => {
      asked.push(payload);
      return [{ type: "start" }, '{"type":"finish"}', "[DONE]"];
    },
    { protocol: aiSdkChat() },
  );
  const raw = await openRaw(server);
  const given = { headers: { a: "b" }, body: { c: 1 }, metadata: 2, messageId: "m" };
  raw.send(send("r", given));
  expect(await answerOf(raw)).toEqual([
    { type: "start", requestId: "r" },
    chunk("r", 0, { type: "start" }),
    chunk("r", 1, { type: "finish" }),
    { type: "end", requestId: "r" },
  ]);
  expect(asked).toEqual([{ id: "chat", trigger: "submit-message", messages: [], ...given }]);
});

test("Requests run side by side, and an abort stops one without a word", async () => {
  const contexts: SocketContext[] = [];
  const server = await startServer(
    (_: AiSdkChatPayload, context) => {
      contexts.push(context);
      return contexts.length === 1 ? new ReadableStream() : [1];
    },
    { protocol: aiSdkChat() },
  );
  const raw = await openRaw(server);
  raw.send(send("endless"));
  expect(await raw.next()).toEqual({ type: "start", requestId: "endless" });
  raw.send({ type: "abort", requestId: "endless" });
  raw.send({ type: "abort", requestId: "unknown" });
  raw.send(send("short"));
  expect(await answerOf(raw)).toEqual([
    { type: "start", requestId: "short" },
    chunk("short", 0, 1),
    { type: "end", requestId: "short" },
  ]);
  expect(contexts[0]!.signal.aborted).toBe(true);
});

test("A stream goes on behind the last chunk that came, or begins anew", async () => {
  const log = openLog();
  const record = log.record(
    "chat",
    (async function* () {
      yield* await Promise.resolve(["a", "b", "c"].map((text) => JSON.stringify({ text })));
    })(),
  );
  const server = await startServer(() => record, { protocol: aiSdkChat(), attach: log.attach });
  const raw = await openRaw(server);
  raw.send(resume("all"));
  expect(await answerOf(raw)).toEqual([
    { type: "start", requestId: "all" },
    ...["a", "b", "c"].map((text, at) => chunk("all", at, { text })),
    { type: "end", requestId: "all" },
  ]);
  raw.send(resume("rest", { lastSequence: 1 }));
  expect(await answerOf(raw)).toEqual([
    { type: "start", requestId: "rest" },
    chunk("rest", 2, { text: "c" }),
    { type: "end", requestId: "rest" },
  ]);
  raw.send(resume("none", { id: "other" }));
  expect(await answerOf(raw)).toEqual([{ type: "no-active", requestId: "none" }]);
});

test("An error is told in its request, and so is an item that no frame can carry", async () => {
  const errors: unknown[] = [];
  const server = await startServer(
    ({ id }: AiSdkChatPayload) => {
      if (id === "large") return [{ text: "ä".repeat(600) }];
      throw new Error("the secret");
    },
    {
      ...{ protocol: aiSdkChat(), maxFrameBytes: 1_000 },
      onError: (error) => void errors.push(error),
    },
  );
  const raw = await openRaw(server);
  for (const id of ["chat", "large"]) {
    raw.send(send("r", { id }));
    expect((await answerOf(raw)).at(-1)).toEqual({
      ...{ type: "error", requestId: "r", errorText: "The stream failed." },
    });
  }
  expect(errors).toMatchObject([
    { message: "the secret" },
    { code: "limit", stage: "serveSocket" },
  ]);
  raw.send(send("", { id: "chat" }));
  expect((await raw.closed).code).toBe(4400);
});

test("Only who looks for a stream hears that there is none: what has begun fails", async () => {
  async function* forgotten(): AsyncGenerator<SocketEntry> {
    yield await Promise.resolve({ seq: 1, value: 1 });
    throw Object.assign(new Error("forgotten"), { code: "gone" });
  }
  const server = await startServer(
    () => {
      throw Object.assign(new Error("no such log"), { code: "missing" });
    },
    { protocol: aiSdkChat(), attach: forgotten },
  );
  const raw = await openRaw(server);
  const failed = { type: "error", requestId: "r", errorText: "The stream is gone." };
  raw.send(send("r"));
  expect(await raw.next()).toEqual(failed);
  raw.send(resume("r"));
  expect(await raw.next()).toEqual({ type: "start", requestId: "r" });
  expect(await raw.next()).toEqual(chunk("r", 0, 1));
  expect(await raw.next()).toEqual(failed);
});

test("What a server has no room for is refused, and the rest goes on", async () => {
  let finish!: () => void;
  const server = await startServer(
    async function* () {
      await new Promise<void>((resolve) => (finish = resolve));
      yield 1;
    },
    { protocol: aiSdkChat(), maxStreams: 1, maxPayloadBytes: 300 },
  );
  const raw = await openRaw(server);
  const refused = async () => {
    const { type, errorText } = await raw.next();
    return type === "error" && errorText;
  };
  raw.send(send("large", { body: { text: "x".repeat(300) } }));
  expect(await refused()).toBe("The request is too large.");
  raw.send(send("one"));
  expect(await raw.next()).toEqual({ type: "start", requestId: "one" });
  for (const frame of [send("two"), resume("three")]) {
    raw.send(frame);
    expect(await refused()).toBe("There are too many streams on this connection.");
  }
  server.served[0]!.drain();
  server.served[0]!.drain({ grace: 0 }); // the first one counts
  raw.send(send("four"));
  expect(await refused()).toBe("The server is going away.");
  finish();
  expect(await answerOf(raw)).toEqual([chunk("one", 0, 1), { type: "end", requestId: "one" }]);
  expect((await raw.closed).code).toBe(4503);
});

test("A drain waits no longer than it says", async () => {
  const server = await startServer(() => new ReadableStream(), { protocol: aiSdkChat() });
  const raw = await openRaw(server);
  raw.send(send("r"));
  await raw.next();
  server.served[0]!.drain({ grace: 20 });
  expect((await raw.closed).code).toBe(4503);
});

test("An application that does not say who it is closes the socket in time", async () => {
  let accept!: (user: string) => void;
  const server = await startServer(() => [], {
    ...{ protocol: aiSdkChat(), helloTimeout: 20 },
    authenticate: () => new Promise<string>((resolve) => (accept = resolve)),
  });
  const raw = await openRaw(server);
  expect((await raw.closed).code).toBe(4500);
  accept("Ada"); // too late: it must not open what is closed
  await server.served[0]!.closed;
});

test("What comes early is answered once it is known who it is, up to what closes the socket", async () => {
  let accept!: (user: string) => void;
  const asked: string[] = [];
  const server = await startServer(
    ({ id }: AiSdkChatPayload) => {
      asked.push(id);
      return [];
    },
    {
      protocol: aiSdkChat(),
      authenticate: () => new Promise<string>((resolve) => (accept = resolve)),
    },
  );
  const raw = await openRaw(server);
  await vi.waitUntil(() => accept as unknown);
  raw.send(send("a", { id: "first" }));
  raw.send("garbage");
  raw.send(send("b", { id: "second" }));
  await new Promise((resolve) => setTimeout(resolve, 50)); // until all is there
  accept("Ada");
  expect((await raw.closed).code).toBe(4400);
  expect(asked).not.toContain("second");

  const binary = await openRaw(server);
  binary.send(new Uint8Array(3));
  expect((await binary.closed).code).toBe(4415);
});

test("More frames than may come close the socket", async () => {
  const server = await startServer(() => [], { protocol: aiSdkChat(), maxFramesPerSecond: 5 });
  const raw = await openRaw(server);
  for (let sent = 0; sent < 30; sent++) raw.send({ type: "abort", requestId: "r" });
  expect((await raw.closed).code).toBe(4429);
});

test.each([
  ["no request", { ...send("r"), requestId: 1 }],
  ["no chat", send("r", { id: "" })],
  ["headers that are no record", send("r", { headers: [] })],
  ["a header that is no text", send("r", { headers: { a: 1 } })],
  ["no body", send("r", { body: null })],
  ["another type", { ...send("r"), type: "say" }],
  ["another trigger", send("r", { trigger: "click" })],
  ["a message without a name", send("r", { messageId: 1 })],
  ["no messages", send("r", { messages: {} })],
  ["a cursor that is no number", resume("r", { lastSequence: "1" })],
  ["a cursor below all", resume("r", { lastSequence: -1 })],
  ["a request of an endless name", send("r".repeat(129))],
])("A frame that is none closes the socket: %s", async (_, frame) => {
  const server = await startServer(() => [], { protocol: aiSdkChat() });
  const raw = await openRaw(server);
  raw.send(frame);
  expect((await raw.closed).code).toBe(4400);
});
