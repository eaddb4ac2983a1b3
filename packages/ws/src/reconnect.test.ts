import { once } from "node:events";
import * as fc from "fast-check";
import { setTimeout as sleep } from "node:timers/promises";
import { pipe } from "@millrace/core";
import { expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { connectSocket } from "./connect-socket.ts";
import { openLog, type Log } from "./log.fixture.ts";
import { outcomeOf } from "../../core/src/outcome-of.fixture.ts";
import { connect, openRaw, startServer, type TestServer } from "./server.fixture.ts";
import type { SocketClose } from "./socket.ts";

const COUNT = 200;
const ALL = Array.from({ length: COUNT }, (_, index) => index + 1);

async function* numbers(signal?: AbortSignal): AsyncGenerator<number> {
  for (const number of ALL) {
    if (number % 10 === 0) await sleep(1);
    if (signal?.aborted === true) return;
    yield number;
  }
}

function startDurable(log: Log, options = {}): Promise<TestServer> {
  return startServer((_: unknown, { stream }) => log.record(stream!, numbers()), {
    attach: log.attach,
    ...options,
  });
}

test("A durable stream goes on where it was, whenever the connection is cut", async () => {
  const log = openLog();
  const server = await startDurable(log);
  const socket = connect(server, { stableAfter: 0, window: 500 });
  const items: unknown[] = [];
  for await (const item of socket.request("x")) {
    items.push(item);
    if (items.length % 40 === 0) server.cut();
  }
  expect(items).toEqual(ALL);
  expect(server.sockets.length).toBeGreaterThan(2);
  expect([...log.recorded.values()]).toEqual([1]);
});

test("The same holds for many streams, and for connections cut at random", async () => {
  const cutting = fc.array(fc.nat(30), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(cutting, async (gaps) => {
      const log = openLog();
      const server = await startDurable(log);
      const socket = connectSocket(server.url, {
        ...{ WebSocket, retryDelay: 5, stableAfter: 0, window: 300, maxAttempts: 50 },
      });
      const outcomes = Promise.all([1, 2, 3, 4, 5].map((n) => outcomeOf(socket.request(n))));
      for (const gap of gaps) {
        await sleep(gap);
        server.cut();
      }
      for (const outcome of await outcomes) expect(outcome).toEqual({ items: ALL });
      expect([...log.recorded.values()]).toEqual([1, 1, 1, 1, 1]);
      socket.close();
      await server.stop();
    }),
    { numRuns: 12 },
  );
});

test("A server that is gone for a while, and comes back, goes on", async () => {
  const log = openLog();
  const server = await startDurable(log);
  const socket = connect(server, { window: 300 });
  const items: unknown[] = [];
  for await (const item of socket.request("x")) {
    items.push(item);
    if (items.length !== 50) continue;
    await server.stop();
    await sleep(100);
    await server.start();
  }
  expect(items).toEqual(ALL);
});

test("A stream that is not kept fails when its connection is lost, behind what has come", async () => {
  let calls = 0;
  const server = await startServer(async function* () {
    calls++;
    yield 1;
    await new Promise(() => undefined);
  });
  const socket = connect(server);
  const reader = socket.request("x", { stream: "s" }).getReader();
  expect((await reader.read()).value).toBe(1);
  server.cut();
  await expect(reader.read()).rejects.toMatchObject({ code: "lost", stream: "s" });
  await sleep(100);
  expect(calls).toBe(1);
});

test("A request that may have arrived is not made again of a server that keeps nothing", async () => {
  let calls = 0;
  const server = await startServer(() => {
    calls++;
    server.cut();
    return new Promise<never>(() => undefined);
  });
  const { error } = await outcomeOf(connect(server).request("x"));
  expect(error).toMatchObject({ code: "lost", retryable: false });
  await sleep(100);
  expect(calls).toBe(1);
});

test("A request that may have arrived is made once by a server that keeps streams", async () => {
  const log = openLog();
  let calls = 0;
  const server = await startServer(
    async (_: unknown, { stream }) => {
      calls++;
      if (calls === 1) server.cut(); // the client cannot know that it has arrived
      await sleep(60); // it comes back while the handler is at work
      return log.record(stream!, numbers());
    },
    { attach: log.attach },
  );
  const outcome = await outcomeOf(connect(server, { retryDelay: 1 }).request("x"));
  expect(outcome).toEqual({ items: ALL });
  expect(server.sockets.length).toBeGreaterThan(1);
  expect(calls).toBe(1);
});

test("A stream can be attached to from elsewhere, in the middle and behind its end", async () => {
  const log = openLog();
  const server = await startDurable(log);
  const first = connect(server);
  const reader = first.request("x", { stream: "shared" }).getReader();
  await reader.read();
  const second = connect(server);
  expect(await outcomeOf(second.attach("shared", { after: 150 }))).toEqual({
    items: ALL.slice(150),
  });
  expect(await outcomeOf(second.attach("shared"))).toEqual({ items: ALL });
  expect((await outcomeOf(second.attach("nothing"))).error).toMatchObject({ code: "gone" });
});

test("What was thrown away is said to be gone, never left out", async () => {
  const server = await startServer(() => [], {
    attach() {
      throw Object.assign(new Error("trimmed"), { code: "gone", oldest: 80 });
    },
  });
  const { error } = await outcomeOf(connect(server).attach("s", { after: 3 }));
  expect(error).toMatchObject({ code: "gone", oldest: 80 });
});

test("A number that the log has never given shows as such", async () => {
  const server = await startServer(() => [], {
    attach() {
      throw Object.assign(new Error("secret: 4 is beyond 2"), { code: "cursor" });
    },
  });
  const { error } = await outcomeOf(connect(server).attach("s", { after: 4 }));
  expect(error).toMatchObject({ code: "cursor", retryable: false });
  expect((error as Error).message).toMatch(/has no entry of that number\.$/);
});

test("A writer that was interrupted shows as such", async () => {
  const log = openLog();
  async function* broken(): AsyncGenerator<number> {
    yield 1;
    await Promise.resolve();
    throw Object.assign(new Error("its lease is over"), { code: "interrupted" });
  }
  const server = await startServer((_: unknown, { stream }) => log.record(stream!, broken()), {
    attach: log.attach,
  });
  const { items, error } = await outcomeOf(connect(server).request("x"));
  expect(items).toEqual([1]);
  expect(error).toMatchObject({ code: "interrupted", retryable: true });
});

test("Leaving an attached stream lets go of it alone; cancelling a request stops it", async () => {
  const log = openLog();
  const cancelled: string[] = [];
  const server = await startDurable(log, {
    cancel: (stream: string) => void cancelled.push(stream),
  });
  const owner = connect(server);
  const owned = owner.request("x", { stream: "s" }).getReader();
  await owned.read();
  const reader = connect(server).attach("s").getReader();
  await reader.read();
  await reader.cancel();
  await owned.cancel("enough");
  await vi.waitUntil(() => cancelled.length > 0);
  await sleep(50);
  expect(cancelled).toEqual(["s"]);
});

test("A cancel reaches the server though the connection was lost before", async () => {
  const log = openLog();
  const cancelled: string[] = [];
  const server = await startDurable(log, {
    cancel: (stream: string) => void cancelled.push(stream),
  });
  const reader = connect(server).request("x", { stream: "s" }).getReader();
  await reader.read();
  server.cut();
  await reader.cancel();
  await vi.waitUntil(() => cancelled.length > 0);
  expect(cancelled).toEqual(["s"]);
});

test("Nobody at home: all that waits fails in the end, and what is asked later may succeed", async () => {
  const server = await startServer(() => [1]);
  await server.stop();
  const heard: (number | undefined)[] = [];
  const socket = connect(server, {
    ...{ maxAttempts: 3, retryDelay: 10 },
    onDisconnect: (_, delay) => heard.push(delay),
  });
  const outcomes = await Promise.all([1, 2].map((n) => outcomeOf(socket.request(n))));
  for (const { error } of outcomes) {
    expect(error).toMatchObject({ code: "unreachable", retryable: true, closeCode: 1006 });
  }
  expect(heard).toHaveLength(3);
  expect(heard[2]).toBeUndefined();
  await server.start();
  expect(await outcomeOf(socket.request(1))).toEqual({ items: [1] });
});

test("Times between attempts are random up to a limit that doubles", async () => {
  const server = await startServer(() => [1]);
  await server.stop();
  const delays: (number | undefined)[] = [];
  const socket = connect(server, {
    ...{ maxAttempts: 6, retryDelay: 4, maxDelay: 20, random: () => 0.5 },
    onDisconnect: (_, delay) => delays.push(delay),
  });
  await outcomeOf(socket.request(1));
  expect(delays).toEqual([2, 4, 8, 10, 10, undefined]);
});

test("A server that drains ends what runs, takes nothing new, and is called again later", async () => {
  const log = openLog();
  const server = await startDurable(log);
  const closes: SocketClose[] = [];
  const socket = connect(server, { onDisconnect: (how) => closes.push(how) });
  const running = outcomeOf(socket.request(1));
  await vi.waitUntil(() => log.recorded.size === 1);
  server.served[0]!.drain({ retryAfter: 10, grace: 5_000 });
  const later = outcomeOf(socket.request(2));
  expect(await running).toEqual({ items: ALL });
  expect(await later).toEqual({ items: ALL });
  expect(server.sockets).toHaveLength(2);
  expect([1000, 4503]).toContain(closes[0]!.code);
});

test("A drain that takes too long closes by 4503, and durable streams go on elsewhere", async () => {
  const log = openLog();
  const server = await startDurable(log);
  const socket = connect(server, { window: 200 });
  const reader = socket.request(1).getReader();
  await reader.read();
  server.served[0]!.drain({ retryAfter: 0, grace: 1 });
  expect((await server.served[0]!.closed).code).toBe(4503);
  const rest: unknown[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    rest.push(value);
  }
  expect(rest).toEqual(ALL.slice(1));
});

test("A socket that is closed ends its streams, and takes no more", async () => {
  const server = await startServer(() => new Promise<never>(() => undefined));
  const socket = connect(server);
  const outcome = outcomeOf(socket.request(1));
  await vi.waitUntil(() => server.sockets.length === 1);
  socket.close();
  expect((await outcome).error).toMatchObject({ code: "closed" });
  expect((await outcomeOf(socket.request(1))).error).toMatchObject({ code: "closed" });
  await once(server.sockets[0]!, "close");
  expect((await server.served[0]!.closed).code).toBe(1000);
});

test("More than the outbox holds fails at once, and what it holds is sent", async () => {
  const server = await startServer((payload: string) => [payload.length]);
  await server.stop();
  const socket = connect(server, { maxOutboxBytes: 1_000, retryDelay: 5, maxAttempts: 1_000 });
  const kept = outcomeOf(socket.request("x".repeat(900)));
  const { error } = await outcomeOf(socket.request("x".repeat(200)));
  expect(error).toMatchObject({ code: "outbox", retryable: true });
  await server.start();
  expect(await kept).toEqual({ items: [900] });
});

test("A runtime without WebSocket says so", async () => {
  const { WebSocket: own } = globalThis as { WebSocket?: unknown };
  vi.stubGlobal("WebSocket", undefined);
  const socket = connectSocket("ws://127.0.0.1:1/");
  const { error } = await outcomeOf(socket.request(1));
  vi.stubGlobal("WebSocket", own);
  expect(String(error)).toContain("pass one, as { WebSocket }");
});

test("An `open` that comes behind the cancel of its stream does not begin", async () => {
  const log = openLog();
  const server = await startDurable(log);
  const late = await openRaw(server); // a connection that the client has given up
  const next = await openRaw(server);
  for (const raw of [late, next]) {
    raw.send({ type: "hello", v: 1 });
    await raw.next();
  }
  next.send({ type: "cancel", id: "1", stream: "s" });
  expect(await next.next()).toEqual({ type: "cancelled", id: "1", seq: 0 });
  late.send({ type: "open", id: "1", stream: "s", credit: 100 });
  expect(await late.next()).toMatchObject({ type: "error", id: "1", code: "cancelled" });
  expect(log.recorded.size).toBe(0);
});

test("A cancel that comes before its stream has begun, by the next connection, stops it when it has", async () => {
  const log = openLog();
  let begin: (() => void) | undefined;
  const wasThere: boolean[] = []; // when it was cancelled
  const server = await startServer(
    async (_, { stream }) => {
      await new Promise<void>((resolve) => (begin = resolve));
      return log.record(stream!, pipe(["mill"]));
    },
    {
      attach: log.attach,
      cancel: (stream) => void wasThere.push(log.recorded.has(stream)),
    },
  );
  const first = await openRaw(server);
  first.send({ type: "hello", v: 1 });
  await first.next();
  first.send({ type: "open", id: "1", stream: "s", credit: 1_000 });
  await vi.waitUntil(() => begin);
  server.cut();
  const next = await openRaw(server);
  next.send({ type: "hello", v: 1 });
  await next.next();
  next.send({ type: "cancel", id: "1", stream: "s" });
  expect(await next.next()).toEqual({ type: "cancelled", id: "1", seq: 0 });
  begin!();
  await vi.waitUntil(() => wasThere.length === 2);
  expect(wasThere).toEqual([false, true]);
});
