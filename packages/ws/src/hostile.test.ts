import { once } from "node:events";
import type { AddressInfo } from "node:net";
import * as fc from "fast-check";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { connectSocket } from "./connect-socket.ts";
import { simpleFrames } from "./protocols/simple-frames.ts";
import { outcomeOf } from "../../core/src/outcome-of.fixture.ts";
import { connect, openRaw, startServer, type TestServer } from "./server.fixture.ts";

const HELLO = { type: "hello", v: 1 };
const deep = (levels: number) => "[".repeat(levels) + "]".repeat(levels);

/** What a hostile client sends, and by which code it is closed; `undefined` if it goes on. */
const HOSTILE: [
  name: string,
  frames: (object | string | Uint8Array)[],
  code: number | undefined,
][] = [
  ["garbage", ["\0\x01{"], 4400],
  ["half a frame", ['{"type":"hello"'], 4400],
  ["JSON that is no object", ["null"], 4400],
  ["an array", ["[]"], 4400],
  ["an object without a type", ["{}"], 4400],
  ["a type that is no string", ['{"type":{"toString":1}}'], 4400],
  ["a type of the prototype", ['{"type":"__proto__"}'], 4400],
  ["a type of an object", ['{"type":"constructor"}'], 4400],
  ["a prototype", [HELLO, '{"type":"open","__proto__":{"id":"1","stream":"s","credit":1}}'], 4400],
  ["an unknown type", [HELLO, { type: "drop tables" }], 4400],
  ["a second hello", [HELLO, HELLO], 4400],
  ["an id that is no string", [HELLO, { type: "detach", id: 1 }], 4400],
  ["an empty id", [HELLO, { type: "detach", id: "" }], 4400],
  ["an id that is too long", [HELLO, { type: "detach", id: "x".repeat(129) }], 4400],
  ["no stream", [HELLO, { type: "open", id: "1", credit: 1 }], 4400],
  ["credit below nothing", [HELLO, { type: "open", id: "1", stream: "s", credit: -1 }], 4400],
  ["half a credit", [HELLO, { type: "open", id: "1", stream: "s", credit: 0.5 }], 4400],
  ["too much credit", [HELLO, { type: "open", id: "1", stream: "s", credit: 2 ** 31 }], 4400],
  [
    "a number beyond all",
    [HELLO, '{"type":"attach","id":"1","stream":"s","after":1e999,"credit":1}'],
    4400,
  ],
  [
    "deep JSON",
    [HELLO, `{"type":"open","id":"1","stream":"s","credit":1,"payload":${deep(600)}}`],
    4400,
  ],
  ["JSON so deep that it takes all memory", [deep(8_000_000)], 4400],
  ["a huge frame", [`{"type":"hello","v":1,"auth":"${"x".repeat(17_000_000)}"}`], 4413],
  [
    "a huge frame of few characters",
    [`{"type":"hello","v":1,"auth":"${"🌊".repeat(4_200_000)}"}`],
    4413,
  ],
  ["binary", [HELLO, new Uint8Array(1_000)], 4415],
  ["a frame before the greeting", [{ type: "ping" }], 4401],
  [
    "credit that adds up to too much",
    [
      HELLO,
      { type: "open", id: "1", stream: "s", credit: 2 ** 31 - 1 },
      { type: "credit", id: "1", add: 2 ** 31 - 1 },
    ],
    4400,
  ],
  [
    "unknown ids",
    [
      HELLO,
      { type: "credit", id: "nobody", add: 1 },
      { type: "cancel", id: "__proto__" },
      { type: "detach", id: "constructor" },
    ],
    undefined,
  ],
  [
    "a prototype as an id",
    [HELLO, { type: "open", id: "__proto__", stream: "__proto__", credit: 1 }],
    undefined,
  ],
];

async function isHealthy(server: TestServer): Promise<void> {
  expect(await outcomeOf(connect(server).request(3))).toEqual({ items: [3] });
}

test.each(HOSTILE)("A server stands %s", async (_, frames, code) => {
  const server = await startServer((payload) => [payload]);
  const raw = await openRaw(server);
  for (const frame of frames) raw.send(frame);
  if (code === undefined) {
    raw.send({ type: "ping" });
    let frame;
    do frame = await raw.next();
    while (frame["type"] !== "pong");
  } else expect((await raw.closed).code).toBe(code);
  await isHealthy(server);
});

test("A server stands whatever frames come in whatever order", async () => {
  const server = await startServer((payload) => [payload], { maxFramesPerSecond: 1e9 });
  const id = fc.constantFrom("1", "2", "__proto__", "");
  const odd = fc.oneof(fc.integer({ min: -2, max: 300 }), fc.jsonValue());
  const frame = fc.oneof(
    fc.record(
      {
        type: fc.constantFrom("hello", "open", "attach", "credit", "cancel", "detach", "ping"),
        ...{ v: fc.constant(1), id, stream: id, credit: odd, add: odd, after: odd, payload: odd },
      },
      { requiredKeys: ["type"] },
    ),
    fc.string(),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(frame, { maxLength: 12 }), async (frames) => {
      const raw = await openRaw(server);
      raw.send(HELLO);
      for (const one of frames) raw.send(one);
      raw.socket.close();
      await raw.closed;
    }),
    { numRuns: 150 },
  );
  await isHealthy(server);
});

test("A flood of requests gets so many streams and no more, each of them an answer", async () => {
  const server = await startServer(() => new Promise<never>(() => undefined), { maxStreams: 5 });
  const raw = await openRaw(server);
  raw.send(HELLO);
  await raw.next();
  for (let id = 1; id <= 20; id++) {
    raw.send({ type: "open", id: String(id), stream: `s${id}`, credit: 100 });
  }
  for (let id = 6; id <= 20; id++) {
    expect(await raw.next()).toMatchObject({
      ...{ type: "error", id: String(id), code: "too-many-streams", retryable: true },
    });
  }
});

test("A request that is too large is refused by itself", async () => {
  const server = await startServer((payload) => [payload], { maxPayloadBytes: 1_000 });
  const socket = connect(server);
  const { error } = await outcomeOf(socket.request("x".repeat(2_000)));
  expect(error).toMatchObject({ code: "too-large", retryable: false });
  expect(await outcomeOf(socket.request(3))).toEqual({ items: [3] });
});

test("An item that the client would not take fails its stream, not the connection", async () => {
  const server = await startServer((payload: number) => ["x".repeat(payload)]);
  const socket = connect(server, { maxFrameBytes: 1_000 });
  expect((await outcomeOf(socket.request(5_000))).error).toMatchObject({ code: "failed" });
  expect((await outcomeOf(socket.request(3))).items).toEqual(["xxx"]);
  expect(server.sockets).toHaveLength(1);
});

/** A server by hand, which says to each client what a test has it say. */
async function startScripted(frames: (object | string | Uint8Array)[]): Promise<{ url: string }> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  server.on("connection", (socket) => {
    for (const frame of frames) {
      const isRaw = typeof frame === "string" || frame instanceof Uint8Array;
      socket.send(isRaw ? frame : JSON.stringify(frame));
    }
  });
  onTestFinished(() => {
    for (const one of server.clients) one.terminate();
    server.close();
  });
  await once(server, "listening");
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const WELCOME = {
  ...{ type: "welcome", v: 1, session: "s", durable: false, heartbeat: 0 },
  ...{ maxFrameBytes: 10_000, maxStreams: 10 },
};
const PART = { type: "part", id: "1", seq: 1, data: "mill" };

test.each([
  ["garbage", ["<html>"], 4400],
  ["binary", [new Uint8Array(3)], 4415],
  ["no welcome", [PART], 4400],
  ["two of them", [WELCOME, WELCOME], 4400],
  ["another version", [{ ...WELCOME, v: 2 }], 4406],
  ["a welcome for nobody", [{ ...WELCOME, maxStreams: 0 }], 4400],
  ["a welcome for nothing", [{ ...WELCOME, maxFrameBytes: 0 }], 4400],
  ["an unknown type", [WELCOME, { type: "surprise" }], 4400],
  ["a part that names nothing", [WELCOME, { type: "part", seq: 1 }], 4400],
  ["no items", [WELCOME, { type: "parts", id: "1", seq: 1, items: [] }], 4400],
  ["deep JSON", [WELCOME, `{"type":"part","id":"1","seq":1,"data":${deep(600)}}`], 4400],
] as [string, (object | string | Uint8Array)[], number][])(
  "A client that is sent %s gives up, and says why",
  async (_, frames, closeCode) => {
    const { url } = await startScripted(frames);
    const socket = connectSocket(url, { WebSocket });
    const { error } = await outcomeOf(socket.request(1));
    expect(error).toMatchObject({ code: "closed", closeCode, retryable: false });
    socket.close();
  },
);

test.each([
  [
    "ids that are not in use",
    [
      { ...PART, id: "9" },
      { type: "end", id: "toString", seq: 0 },
    ],
  ],
  ["items again that it has", [PART, PART, { type: "parts", id: "1", seq: 1, items: ["mill"] }]],
  ["frames behind the end", [{ type: "end", id: "9", seq: 0 }, PART]],
] as [string, object[]][])("A client that is sent %s does not mind", async (_, frames) => {
  const { url } = await startScripted([
    ...[WELCOME, ...frames, { ...PART, seq: frames.includes(PART) ? 2 : 1 }],
    ...[{ type: "end", id: "1", seq: frames.includes(PART) ? 2 : 1 }, PART],
  ]);
  const socket = connectSocket(url, { WebSocket });
  const { items, error } = await outcomeOf(socket.request(1));
  expect(error).toBeUndefined();
  expect(items).toEqual(frames.includes(PART) ? ["mill", "mill"] : ["mill"]);
  socket.close();
});

test.each([
  ["items are missing", [{ ...PART, seq: 3 }]],
  ["the end is too far", [PART, { type: "end", id: "1", seq: 2 }]],
] as [string, object[]][])("A client fails a stream of which %s", async (_, frames) => {
  const { url } = await startScripted([WELCOME, ...frames]);
  const socket = connectSocket(url, { WebSocket });
  const { error } = await outcomeOf(socket.request(1));
  expect(error).toMatchObject({ code: "gap" });
  socket.close();
});

test("A server that accepts, welcomes and falls over is not called in a busy loop", async () => {
  let connections = 0;
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  server.on("connection", (socket) => {
    connections++;
    socket.send(JSON.stringify({ ...WELCOME, durable: true }));
    setTimeout(() => socket.terminate(), 5);
  });
  onTestFinished(() => {
    server.close();
  });
  await once(server, "listening");
  const delays: (number | undefined)[] = [];
  const socket = connectSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, {
    ...{ WebSocket, retryDelay: 10, random: () => 1, maxAttempts: 5 },
    onDisconnect: (_, delay) => delays.push(delay),
  });
  expect((await outcomeOf(socket.request(1))).error).toMatchObject({ code: "unreachable" });
  expect(delays).toEqual([10, 20, 40, 80, undefined]);
  await sleep(50);
  expect(connections).toBe(5);
  socket.close();
});

test("An `onError` that throws does not keep the end from the client", async () => {
  const rejections: unknown[] = [];
  const note = (reason: unknown) => rejections.push(reason);
  const theirs = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection").on("unhandledRejection", note);
  const server = await startServer(
    () => {
      throw new Error("one");
    },
    {
      onError() {
        throw new Error("two");
      },
    },
  );
  const { error } = await outcomeOf(connect(server).request(1));
  await sleep(10);
  process.off("unhandledRejection", note);
  for (const listener of theirs) process.on("unhandledRejection", listener);
  expect(error).toMatchObject({ code: "failed" });
  expect(rejections.map(String)).toEqual(["Error: two"]); // whoever wrote it is told
});

test("Limits may be infinite", async () => {
  const server = await startServer((payload) => [payload], {
    ...{ heartbeat: Infinity, maxFrameBytes: Infinity, maxStreams: Infinity },
    ...{ maxFramesPerSecond: Infinity, maxPayloadBytes: Infinity, maxDepth: Infinity },
  });
  expect(await outcomeOf(connect(server).request(3))).toEqual({ items: [3] });
});

test("A payload that is no JSON is thrown, and nothing is left of it", async () => {
  const server = await startServer((payload) => [payload]);
  const socket = connect(server);
  const controller = new AbortController();
  expect(() => socket.request(1n, { signal: controller.signal })).toThrow(TypeError);
  controller.abort();
  expect(await outcomeOf(socket.request(3))).toEqual({ items: [3] });
});

test("Credentials that never come are given up in time", async () => {
  const socket = connectSocket("ws://127.0.0.1:1/", {
    ...{ WebSocket, maxAttempts: 1, welcomeTimeout: 50 },
    auth: () => new Promise(() => undefined),
  });
  const { error } = await outcomeOf(socket.request(1));
  expect(error).toMatchObject({ code: "unreachable", closeCode: 4408 });
});

test("Many short requests, one behind the other, are no flood", async () => {
  const server = await startServer((payload) => [payload]);
  const socket = connect(server);
  const outcomes = await Promise.all(
    Array.from({ length: 3_000 }, (_, n) => outcomeOf(socket.request(n))),
  );
  expect(outcomes.filter(({ error }) => error !== undefined)).toEqual([]);
});

test("A source that has everything at hand leaves room for others", async () => {
  let stopped = false;
  const server = await startServer(
    function* () {
      while (!stopped) yield "x";
    },
    { protocol: simpleFrames() },
  );
  const raw = await openRaw(server);
  raw.socket.removeAllListeners("message"); // reads, and keeps nothing
  raw.send({ type: "complete", data: { messages: [] } });
  await sleep(100); // else the test would not get here
  stopped = true;
});

test("Who cancels by name, over and over, makes no more calls than may be", async () => {
  let calls = 0;
  const server = await startServer(() => [], {
    attach: () => undefined,
    cancel() {
      calls++;
      return new Promise(() => undefined); // a store that hangs
    },
  });
  const raw = await openRaw(server);
  raw.send(HELLO);
  for (let id = 1; id <= 2_000; id++) {
    raw.send({ type: "cancel", id: String(id), stream: `s${id}` });
  }
  expect(await raw.closed).toMatchObject({ code: 4429 });
  expect(calls).toBe(1_024);
});

test.each([
  ["answers by and by", (): unknown => work.promise.then(() => [1])],
  [
    "is a generator",
    async function* (): AsyncGenerator {
      await work.promise;
      yield 1;
    },
  ],
])(
  "Who asks and cancels, over and over, gets no more work than may be: a handler that %s",
  async (...[, handler]) => {
    let resolve!: (value: unknown) => void;
    const promise = new Promise((settle) => (resolve = settle));
    work = { promise, resolve };
    let begun = 0;
    const server = await startServer(
      () => {
        begun++;
        return handler() as AsyncIterable<unknown>; // which is deaf to its signal
      },
      { maxStreams: 5 },
    );
    const raw = await openRaw(server);
    raw.send(HELLO);
    await raw.next();
    const answers: unknown[] = [];
    const hear = async () => {
      raw.send({ type: "ping" });
      for (;;) {
        const { type, code } = await raw.next();
        if (type === "pong") return;
        answers.push(code ?? type);
      }
    };
    for (let id = 1; id <= 50; id++) {
      raw.send({ type: "open", id: String(id), stream: `s${id}`, credit: 1_000 });
      await hear();
      raw.send({ type: "cancel", id: String(id) });
    }
    await hear();
    expect(begun).toBe(10);
    expect(answers.filter((answer) => answer === "cancelled")).toHaveLength(10);
    expect(answers.filter((answer) => answer === "too-many-streams")).toHaveLength(40);
    work.resolve(undefined);
    await sleep(20);
    raw.send({ type: "open", id: "51", stream: "s51", credit: 1_000 });
    let end;
    do end = await raw.next();
    while (end["type"] !== "end");
    expect(begun).toBe(11);
  },
);
let work: { promise: Promise<unknown>; resolve: (value: unknown) => void };
