// What the application of a server does wrong must never cost a client its other streams.
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { aiSdkChat } from "./protocols/ai-sdk-chat.ts";
import { outcomeOf } from "../../core/src/outcome-of.fixture.ts";
import { connect, openRaw, startServer } from "./server.fixture.ts";
import { hookedSocket } from "./hooked-socket.ts";
import { serveSocket, type ServeSocketOptions, type SocketEntry } from "./serve-socket.ts";
import { openLog } from "./log.fixture.ts";

const HELLO = { type: "hello", v: 1 };
const nested = (levels: number) => {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
};

/** Collects what would end the process, instead of what the test runner does. */
function collect(type: "unhandledRejection" | "uncaughtException"): unknown[] {
  const found: unknown[] = [];
  const theirs = process.listeners(type as "uncaughtException");
  const note = (error: unknown) => found.push(error);
  process.removeAllListeners(type).on(type, note);
  onTestFinished(() => {
    process.off(type, note);
    for (const listener of theirs) process.on(type as "uncaughtException", listener);
  });
  return found;
}

test.each([
  ["a code of another type", { code: 429 }],
  ["fields that are not there", { code: undefined, message: undefined, retryable: undefined }],
  ["a message that is no text", { message: { toString: 1 } }],
  ["what is true, as another type", { retryable: "yes" }],
  ["a null", null],
  ["a message without an end", { message: "x".repeat(20_000) }],
])("An `onError` that gives %s costs no other stream", async (_, said) => {
  const server = await startServer(
    (payload) => {
      if (payload === "fail") throw new Error("it failed");
      return [payload];
    },
    { onError: (() => said) as unknown as NonNullable<ServeSocketOptions["onError"]> },
  );
  const socket = connect(server, { maxFrameBytes: 8_192 });
  const { error } = await outcomeOf(socket.request("fail"));
  expect(error).toMatchObject({ retryable: false });
  expect((error as { code: unknown }).code).toBe("failed");
  expect(await outcomeOf(socket.request(3))).toEqual({ items: [3] });
  expect(server.sockets).toHaveLength(1);
});

test.each([-1, 0.5, "7"])("An oldest number that is none (%s) is left out", async (oldest) => {
  const server = await startServer(() => [], {
    attach() {
      throw Object.assign(new Error("gone"), { code: "gone", oldest });
    },
  });
  const socket = connect(server);
  expect((await outcomeOf(socket.attach("s"))).error).toMatchObject({ code: "gone" });
  expect(server.sockets).toHaveLength(1);
});

test("A log that gives null has no such stream", async () => {
  const server = await startServer((payload) => [payload], {
    attach: (() => null) as unknown as NonNullable<ServeSocketOptions["attach"]>,
  });
  const socket = connect(server);
  expect((await outcomeOf(socket.attach("s"))).error).toMatchObject({ code: "gone" });
  expect(await outcomeOf(socket.request(3))).toEqual({ items: [3] });
});

test("A log that throws that a stream is missing has no such stream", async () => {
  const missing = Object.assign(new Error("no such stream"), { code: "missing" });
  const server = await startServer((payload) => [payload], {
    attach: () => Promise.reject(missing),
  });
  const socket = connect(server);
  expect((await outcomeOf(socket.attach("s"))).error).toMatchObject({ code: "gone" });
  expect(await outcomeOf(socket.request(3))).toEqual({ items: [3] });
});

test("A log that is found to be missing when it is read is gone", async () => {
  const missing = Object.assign(new Error("no such stream"), { code: "missing" });
  async function* log(): AsyncGenerator<SocketEntry> {
    yield await Promise.resolve({ seq: 1, value: 1 });
    throw missing;
  }
  const server = await startServer(() => [], { attach: log });
  const { items, error } = await outcomeOf(connect(server).attach("s"));
  expect(items).toEqual([1]);
  expect(error).toMatchObject({ code: "gone" });
});

test("`onError` hears of a handler that misses something", async () => {
  const missing = Object.assign(new Error("no such key"), { code: "missing" });
  const heard: unknown[] = [];
  const server = await startServer(() => Promise.reject(missing), {
    onError: (error) => void heard.push(error),
  });
  expect((await outcomeOf(connect(server).request(1))).error).toMatchObject({ code: "gone" });
  expect(heard).toEqual([missing]);
});

test("An item that is deeper than the client takes fails its stream, not the connection", async () => {
  const server = await startServer((payload: unknown) =>
    payload === "deep" ? [nested(600)] : [payload],
  );
  const socket = connect(server);
  expect((await outcomeOf(socket.request("deep"))).error).toMatchObject({ code: "failed" });
  expect(await outcomeOf(socket.request(3))).toEqual({ items: [3] });
  expect(server.sockets).toHaveLength(1);
});

test.each([
  ["null", () => null],
  ["false", () => false],
  ["a promise of null", () => Promise.resolve(null)],
])("An `authenticate` that gives %s has not recognised anybody", async (_, authenticate) => {
  const server = await startServer(() => [1], { authenticate });
  const { error } = await outcomeOf(connect(server).request(1));
  expect(error).toMatchObject({ code: "closed", closeCode: 4401 });
});

test("An `onError` that throws does not leave a client standing at the door", async () => {
  const rejections = collect("unhandledRejection");
  const server = await startServer(() => [1], {
    authenticate() {
      throw new Error("one");
    },
    onError() {
      throw new Error("two");
    },
  });
  const raw = await openRaw(server);
  raw.send(HELLO);
  expect((await raw.closed).code).toBe(4500);
  expect(rejections.map(String)).toEqual(["Error: two"]);
});

test("An `onError` that throws, again and again, leaves room for the streams that follow", async () => {
  const rejections = collect("unhandledRejection");
  const server = await startServer(
    (payload) => {
      if (payload === "fail") throw new Error("one");
      return [payload];
    },
    {
      maxStreams: 1,
      onError() {
        throw new Error("two");
      },
    },
  );
  const socket = connect(server);
  for (let times = 0; times < 3; times++) {
    const { error } = await outcomeOf(socket.request("fail"));
    expect(error).toMatchObject({ code: "failed" });
  }
  expect(await outcomeOf(socket.request(1))).toEqual({ items: [1] });
  expect(rejections.map(String)).toEqual(Array(3).fill("Error: two"));
});

test("What a cancel stops, it stops also when a drain ends with it", async () => {
  const log = openLog();
  let signal: AbortSignal | undefined;
  const server = await startServer(
    (_, context) => {
      ({ signal } = context);
      return log.record(
        context.stream!,
        (async function* () {
          yield 1;
          await new Promise(() => undefined);
        })(),
      );
    },
    { attach: log.attach },
  );
  const reader = connect(server).request(1).getReader();
  await reader.read();
  server.served[0]!.drain();
  await sleep(20);
  await reader.cancel("enough");
  await server.served[0]!.closed;
  expect(signal?.aborted).toBe(true);
});

test("The same holds where the protocol is the AI SDK's", async () => {
  let signal: AbortSignal | undefined;
  const server = await startServer(
    (_, context) => {
      ({ signal } = context);
      return new ReadableStream();
    },
    { protocol: aiSdkChat(), attach: () => undefined },
  );
  const raw = await openRaw(server);
  raw.send({
    ...{ type: "send", requestId: "r", id: "chat", trigger: "submit-message" },
    ...{ messages: [], headers: {}, body: {} },
  });
  await raw.next();
  server.served[0]!.drain();
  raw.send({ type: "abort", requestId: "r" });
  await server.served[0]!.closed;
  expect(signal?.aborted).toBe(true);
});

test("A drain that is given nothing keeps to what it does without", async () => {
  const server = await startServer(() => new ReadableStream());
  const raw = await openRaw(server);
  raw.send(HELLO);
  await raw.next();
  raw.send({ type: "open", id: "1", stream: "s", credit: 1 });
  await raw.next();
  server.served[0]!.drain({ retryAfter: undefined, grace: undefined } as never);
  expect(await raw.next()).toEqual({ type: "goaway", retryAfter: 1_000 });
  expect(() => server.served[0]!.drain({ grace: NaN })).toThrow(RangeError);
  expect(() => server.served[0]!.drain({ retryAfter: Infinity })).toThrow(RangeError);
});

test("Origins that are given without a request to look at are refused, not taken for checked", () => {
  const { socket } = hookedSocket({ send: () => undefined, close: () => undefined });
  const serve = (options: ServeSocketOptions) => serveSocket(socket, () => [1], options);
  expect(() => serve({ allowedOrigins: ["https://mill.example"] })).toThrow(TypeError);
  serve({ allowedOrigins: "any" }).close();
});

test.each([
  ["no entry at all", 7],
  ["a number that is none", { seq: 0, value: 1 }],
  ["no value", { seq: 1 }],
])("A log that gives %s fails its stream, and the server hears why", async (_, entry) => {
  const errors: unknown[] = [];
  const server = await startServer((payload) => [payload], {
    attach: () => [entry] as never,
    onError: (error) => void errors.push(error),
  });
  const socket = connect(server);
  expect((await outcomeOf(socket.attach("s"))).error).toMatchObject({ code: "failed" });
  expect(errors.map(String)).toEqual([
    "TypeError: Cannot send: an entry must be { seq, value }, its seq a number from 1",
  ]);
  expect(server.sockets).toHaveLength(1);
});

test("A stream that was begun and is in no log is not begun once more: who asks again hears of it", async () => {
  const errors: unknown[] = [];
  let begun = 0;
  const server = await startServer(
    () => {
      begun++;
      return new ReadableStream();
    },
    { attach: () => undefined, onError: (error) => void errors.push(error) },
  );
  const first = await openRaw(server);
  first.send(HELLO);
  first.send({ type: "open", id: "1", stream: "s", credit: 1 });
  await first.next();
  await first.next();
  expect((await outcomeOf(connect(server).request(1, { stream: "s" }))).error).toMatchObject({
    code: "failed",
  });
  expect(errors.map(String)).toEqual([
    "Error: Cannot begin s: it was begun, and cannot be attached to",
  ]);
  expect(begun).toBe(1);
});

test("Who asks again while a first try is under way begins it, if that one fails", async () => {
  let fail!: (error: unknown) => void;
  let calls = 0;
  const server = await startServer(
    () => {
      if (++calls > 1) return [calls];
      return new Promise<never>((_, reject) => (fail = reject));
    },
    { attach: () => undefined },
  );
  const first = outcomeOf(connect(server).request(1, { stream: "s" }));
  while (calls === 0) await sleep(1);
  const second = outcomeOf(connect(server).request(1, { stream: "s" }));
  while (server.sockets.length < 2) await sleep(1);
  await sleep(50); // until it has asked
  fail(new Error("the first one fails"));
  expect((await first).error).toMatchObject({ code: "failed" });
  expect(await second).toEqual({ items: [2] });
});

test("A `cancel` of the application that fails is told to it, and costs no other stream", async () => {
  const errors: unknown[] = [];
  const server = await startServer((payload) => [payload], {
    attach: () => undefined,
    cancel: () => Promise.reject(new Error("no database")),
    onError: (error, { stream }) => void errors.push([String(error), stream]),
  });
  const raw = await openRaw(server);
  raw.send(HELLO);
  await raw.next();
  raw.send({ type: "cancel", id: "1", stream: "s" });
  expect(await raw.next()).toEqual({ type: "cancelled", id: "1", seq: 0 });
  while (errors.length === 0) await sleep(1);
  expect(errors).toEqual([["Error: no database", "s"]]);
  raw.send({ type: "open", id: "2", stream: "t", credit: 100, payload: 3 });
  expect(await raw.next()).toMatchObject({ type: "opened" });
});

test("Names that were cancelled before they began are remembered, the newest of them", async () => {
  const server = await startServer((payload) => [payload], {
    ...{ attach: () => undefined, maxFramesPerSecond: 10_000 },
  });
  const raw = await openRaw(server);
  raw.send(HELLO);
  await raw.next();
  for (let name = 0; name <= 1_024; name++) {
    raw.send({ type: "cancel", id: "1", stream: String(name) });
    await raw.next();
  }
  raw.send({ type: "open", id: "old", stream: "0", credit: 100, payload: "begun" });
  expect(await raw.next()).toMatchObject({ type: "opened", id: "old" });
  expect(await raw.next()).toMatchObject({ type: "part", data: "begun" });
  expect(await raw.next()).toMatchObject({ type: "end" });
  raw.send({ type: "open", id: "new", stream: "1024", credit: 100 });
  expect(await raw.next()).toMatchObject({ type: "error", id: "new", code: "cancelled" });
});

test("A drain of a socket on which nothing runs closes it at once", async () => {
  const server = await startServer(() => [1]);
  const raw = await openRaw(server);
  raw.send(HELLO);
  await raw.next();
  server.served[0]!.drain();
  expect(await server.served[0]!.closed).toEqual({ code: 4503, reason: "going away" });
  server.served[0]!.drain();
  server.served[0]!.close();
  expect(await raw.next()).toMatchObject({ type: "goaway" });
  expect((await raw.closed).code).toBe(4503);
});

test("A stream that is cancelled while it waits for credit, or all at once, reads no more", async () => {
  let made = 0;
  let freed = 0;
  const server = await startServer(function* () {
    try {
      for (;;) yield ++made;
    } finally {
      freed++;
    }
  });
  const raw = await openRaw(server);
  raw.send(HELLO);
  await raw.next();
  raw.send({ type: "open", id: "waits", stream: "a", credit: 1 });
  for (let frames = 0; frames < 2; frames++) await raw.next();
  await sleep(20);
  const before = made;
  raw.send({ type: "cancel", id: "waits" });
  expect(await raw.next()).toMatchObject({ type: "cancelled" });
  await sleep(20);
  expect([made, freed]).toEqual([before, 1]);
  raw.send({ type: "open", id: "runs", stream: "b", credit: 1_000_000 });
  for (let frames = 0; frames < 2; frames++) await raw.next();
  raw.send({ type: "cancel", id: "runs" });
  let frame;
  do frame = await raw.next();
  while (frame["type"] === "part");
  expect(frame["type"]).toBe("cancelled");
  while (freed < 2) await sleep(1);
  const after = made;
  await sleep(20);
  expect(made).toBe(after);
});
