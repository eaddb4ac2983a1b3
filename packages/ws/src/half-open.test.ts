import { fakeClock } from "@millrace/testing";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { openLog } from "./log.fixture.ts";
import { startProxy } from "./proxy.fixture.ts";
import { outcomeOf } from "../../core/src/outcome-of.fixture.ts";
import { connect, startServer } from "./server.fixture.ts";
import type { SocketClose } from "./socket.ts";

async function* numbers(): AsyncGenerator<number> {
  for (let number = 1; number <= 60; number++) {
    await sleep(2);
    yield number;
  }
}
const ALL = Array.from({ length: 60 }, (_, index) => index + 1);

test("A client whose connection has fallen silent goes on by another one", async () => {
  const log = openLog();
  const server = await startServer((_: unknown, { stream }) => log.record(stream!, numbers()), {
    ...{ attach: log.attach, heartbeat: 500 },
  });
  const proxy = await startProxy(server.url);
  const closes: SocketClose[] = [];
  const socket = connect(proxy, { onDisconnect: (how) => closes.push(how) });
  const items: unknown[] = [];
  for await (const item of socket.request("x")) {
    items.push(item);
    if (items.length === 20) proxy.freeze();
  }
  expect(items).toEqual(ALL);
  expect(proxy.connections).toBe(2);
  expect(closes).toEqual([{ code: 4504, reason: "nothing came for too long" }]);
  // And so does the server notice, which has heard nothing of it either.
  expect((await server.served[0]!.closed).code).toBe(4504);
});

test("A server stops what it does for a client that has fallen silent", async () => {
  const signals: AbortSignal[] = [];
  const server = await startServer(
    (_: unknown, { signal }) => {
      signals.push(signal);
      return new Promise<never>(() => undefined);
    },
    { heartbeat: 500 },
  );
  const proxy = await startProxy(server.url);
  const outcome = outcomeOf(connect(proxy).request("x"));
  await vi.waitUntil(() => signals.length === 1);
  proxy.freeze();
  await vi.waitUntil(() => signals[0]!.aborted);
  expect((await outcome).error).toMatchObject({ code: "lost" });
});

test("A quiet stream is not taken for a dead one", async () => {
  const server = await startServer(
    async function* () {
      await sleep(1_500);
      yield 1;
    },
    { heartbeat: 600 },
  );
  expect(await outcomeOf(connect(server).request("x"))).toEqual({ items: [1] });
  expect(server.sockets).toHaveLength(1);
});

test("A server that takes the connection and says nothing is given up in time", async () => {
  const clock = fakeClock();
  const server = await startServer(() => [1], {
    authenticate: () => new Promise<never>(() => undefined),
  });
  const closes: SocketClose[] = [];
  const socket = connect(server, {
    ...{ clock, maxAttempts: 1, onDisconnect: (how: SocketClose) => closes.push(how) },
  });
  const outcome = outcomeOf(socket.request("x"));
  await vi.waitUntil(() => server.sockets.length === 1);
  await sleep(20);
  await clock.advance(10_000);
  expect((await outcome).error).toMatchObject({ code: "unreachable", closeCode: 4408 });
  expect(closes).toHaveLength(1);
  expect(clock.running).toBe(0);
});
