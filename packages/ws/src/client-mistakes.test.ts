// What the application of a client does wrong must never cost it its other streams, or the process.
import { inspect } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { WebSocketServer } from "ws";
import { outcomeOf } from "../../core/src/outcome-of.fixture.ts";
import { connect, startServer } from "./server.fixture.ts";

const nested = (levels: number) => {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
};

function collectExceptions(): unknown[] {
  const found: unknown[] = [];
  const theirs = process.listeners("uncaughtException");
  const note = (error: unknown) => found.push(error);
  process.removeAllListeners("uncaughtException").on("uncaughtException", note);
  onTestFinished(() => {
    process.off("uncaughtException", note);
    for (const listener of theirs) process.on("uncaughtException", listener);
  });
  return found;
}

test.each(["", "x".repeat(129)])("A name that is none (%#) is refused at once", async (stream) => {
  const server = await startServer((payload) => [payload]);
  const socket = connect(server);
  const first = outcomeOf(socket.request(3));
  expect(() => socket.request(1, { stream })).toThrow(RangeError);
  expect(() => socket.attach(stream)).toThrow(RangeError);
  expect(await first).toEqual({ items: [3] });
});

test.each([-1, 0.5, NaN, Infinity])(
  "A number that is none (%s) is refused at once",
  async (after) => {
    const server = await startServer((payload) => [payload]);
    const socket = connect(server);
    expect(() => socket.attach("s", { after })).toThrow(RangeError);
    expect(await outcomeOf(socket.request(3))).toEqual({ items: [3] });
  },
);

test("A payload that is deeper than servers take fails alone", async () => {
  const server = await startServer((payload) => [payload]);
  const socket = connect(server);
  const first = outcomeOf(socket.request(3));
  const { error } = await outcomeOf(socket.request(nested(600)));
  expect(error).toMatchObject({ code: "too-large", retryable: false });
  expect(await first).toEqual({ items: [3] });
  expect(server.sockets).toHaveLength(1);
});

test("A URL that is none fails all that waits, and no key of it gets into a log", async () => {
  const socket = connect({ url: "ws://mill.example:99999/?token=secret" });
  const { error } = await outcomeOf(socket.request(1));
  expect(error).toMatchObject({ code: "closed", retryable: false });
  expect(inspect(error)).not.toContain("secret");
});

test("A reason to cancel is as long as it likes", async () => {
  let reason: unknown;
  const server = await startServer(
    (payload, { signal }) => {
      if (payload === 3) return [3];
      signal.addEventListener("abort", () => (reason = signal.reason as unknown));
      return new ReadableStream<number>({ start: (controller) => controller.enqueue(1) });
    },
    { maxFrameBytes: 2_000 },
  );
  const socket = connect(server);
  const reader = socket.request("long").getReader();
  await reader.read();
  await reader.cancel("🌊".repeat(5_000));
  expect(await outcomeOf(socket.request(3))).toEqual({ items: [3] });
  expect(server.sockets).toHaveLength(1);
  expect(String(reason)).toContain("🌊");
});

test("Limits of a client may be infinite", async () => {
  const server = await startServer(() => ["mill", "x".repeat(200_000), "race"]);
  const socket = connect(server, {
    ...{ window: Infinity, maxFrameBytes: Infinity, maxOutboxBytes: Infinity },
    ...{ maxDepth: Infinity, maxAttempts: Infinity, welcomeTimeout: Infinity },
  });
  expect((await outcomeOf(socket.request(1))).items).toHaveLength(3);
});

test("Limits may be half a byte off", async () => {
  const half = { maxFrameBytes: 70_000.5, maxStreams: 3.5 };
  const server = await startServer(() => ["mill"], half);
  const socket = connect(server, { window: 1_000.5, maxFrameBytes: 70_000.5 });
  expect(await outcomeOf(socket.request(1))).toEqual({ items: ["mill"] });
});

test("Credentials that are no JSON fail all that waits, and end no process", async () => {
  const exceptions = collectExceptions();
  const server = await startServer(() => [1]);
  const socket = connect(server, { auth: 1n });
  const { error } = await outcomeOf(socket.request(1));
  expect(error).toMatchObject({ code: "closed", retryable: false });
  expect(exceptions).toEqual([]);
});

test("An `onConnect` that throws keeps no request from the server", async () => {
  const exceptions = collectExceptions();
  const server = await startServer(() => [1]);
  const socket = connect(server, {
    onConnect() {
      throw new Error("mine");
    },
  });
  expect(await outcomeOf(socket.request(1))).toEqual({ items: [1] });
  expect(exceptions.map(String)).toEqual(["Error: mine"]);
});

test("An `onDisconnect` that throws keeps no end from a stream", async () => {
  const exceptions = collectExceptions();
  const server = await startServer(() => [1]);
  await server.stop();
  const socket = connect(server, {
    maxAttempts: 2,
    onDisconnect() {
      throw new Error("mine");
    },
  });
  const { error } = await outcomeOf(socket.request(1));
  expect(error).toMatchObject({ code: "unreachable" });
  expect(exceptions).toHaveLength(2);
});

test("A server that always goes away is not called for ever", async () => {
  const away = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  onTestFinished(() => {
    for (const one of away.clients) one.terminate();
    away.close();
  });
  let connections = 0;
  away.on("connection", (one) => {
    connections++;
    one.send(
      JSON.stringify({
        ...{ type: "welcome", v: 1, session: "s", durable: true, heartbeat: 0 },
        ...{ maxFrameBytes: 10_000, maxStreams: 10 },
      }),
    );
    one.send('{"type":"goaway","retryAfter":0}');
    one.close(4503);
  });
  await new Promise((resolve) => away.on("listening", resolve));
  const { port } = away.address() as { port: number };
  const socket = connect({ url: `ws://127.0.0.1:${port}` }, { retryDelay: 1, maxAttempts: 5 });
  expect((await outcomeOf(socket.request(1))).error).toMatchObject({ code: "unreachable" });
  expect(connections).toBe(5);
});
