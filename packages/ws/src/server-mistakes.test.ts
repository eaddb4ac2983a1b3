// What the application of a server does wrong must never cost a client its other streams.
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { aiSdkChat } from "./protocols/ai-sdk-chat.ts";
import { outcomeOf } from "../../core/src/outcome-of.fixture.ts";
import { connect, openRaw, startServer } from "./server.fixture.ts";
import { hookedSocket } from "./hooked-socket.ts";
import { serveSocket, type ServeSocketOptions } from "./serve-socket.ts";
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
