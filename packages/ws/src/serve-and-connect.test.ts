import { countingSource } from "@millrace/testing";
import { expect, test, vi } from "vitest";
import { outcomeOf } from "../../core/src/outcome-of.fixture.ts";
import { connect, openRaw, startServer } from "./server.fixture.ts";

test("A request is answered by a stream of what its handler gives", async () => {
  const server = await startServer((payload: { n: number }) =>
    Array.from({ length: payload.n }, (_, index) => ({ index, text: "räce 🌊" })),
  );
  const socket = connect(server);
  const { items, error } = await outcomeOf(socket.request({ n: 3 }));
  expect(error).toBeUndefined();
  expect(items).toEqual([0, 1, 2].map((index) => ({ index, text: "räce 🌊" })));
});

test("Many requests share one socket, and each keeps its order", async () => {
  const server = await startServer(async function* (name: string) {
    for (let index = 0; index < 50; index++) {
      await Promise.resolve();
      yield `${name} ${index}`;
    }
  });
  const socket = connect(server);
  const names = Array.from({ length: 40 }, (_, index) => `stream ${index}`);
  const outcomes = await Promise.all(names.map((name) => outcomeOf(socket.request(name))));
  expect(server.sockets).toHaveLength(1);
  for (const [at, { items, error }] of outcomes.entries()) {
    expect(error).toBeUndefined();
    expect(items).toEqual(Array.from({ length: 50 }, (_, index) => `${names[at]} ${index}`));
  }
});

test("Cancelling a stream aborts its signal and cancels its source, and no other one", async () => {
  const source = countingSource(Array.from({ length: 1_000 }, (_, index) => index));
  const signals: AbortSignal[] = [];
  const server = await startServer((payload: string, { signal }) => {
    signals.push(signal);
    return payload === "endless" ? source.readable : [1, 2, 3];
  });
  const socket = connect(server, { window: 200 });
  const reader = socket.request("endless").getReader();
  expect(await reader.read()).toEqual({ done: false, value: 0 });
  await reader.cancel("enough");
  await vi.waitUntil(() => source.cancelled);
  expect(signals[0]!.aborted).toBe(true);
  expect(String(signals[0]!.reason)).toContain("enough");
  expect((await outcomeOf(socket.request("short"))).items).toEqual([1, 2, 3]);
  expect(signals[1]!.aborted).toBe(false);
});

test("A signal cancels, and its stream fails with the reason behind what has come", async () => {
  const source = countingSource([1, 2, 3]);
  const server = await startServer(async function* () {
    yield* [1, 2];
    yield* source.readable;
    await new Promise(() => undefined);
  });
  const socket = connect(server);
  const controller = new AbortController();
  const outcome = outcomeOf(socket.request("x", { signal: controller.signal }));
  await vi.waitUntil(() => source.pulled >= 3);
  controller.abort("stop");
  expect((await outcome).error).toBe("stop");

  const late = await outcomeOf(socket.request("x", { signal: AbortSignal.abort("never") }));
  expect(late).toEqual({ items: [], error: "never" });
});

test("A reader that stops reading stops the source, and no other stream", async () => {
  const items = Array.from({ length: 2_000 }, (_, index) => `${index} ${"x".repeat(100)}`);
  const slow = countingSource(items);
  const server = await startServer((payload) => (payload === "slow" ? slow.readable : items));
  const socket = connect(server, { window: 2_000 });
  const reader = socket.request<string>("slow").getReader();
  await reader.read();
  expect((await outcomeOf(socket.request("fast"))).items).toHaveLength(2_000);
  const { pulled } = slow;
  expect(pulled).toBeLessThan(40);

  const rest: string[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    rest.push(value);
  }
  expect(rest).toEqual(items.slice(1));
});

test("What fails in a handler or a source ends its stream behind all items, and says no more", async () => {
  const errors: unknown[] = [];
  const server = await startServer(
    async function* (payload: string) {
      if (payload === "at once") throw new Error("the secret of the mill");
      yield 1;
      yield 2;
      await Promise.resolve();
      throw new Error("the secret of the race");
    },
    {
      onError(error) {
        errors.push(error);
        return undefined;
      },
    },
  );
  const socket = connect(server);
  const told = { name: "SocketError", code: "failed", retryable: false };
  for (const payload of ["at once", "later"]) {
    const { items, error } = await outcomeOf(socket.request(payload));
    expect(items).toEqual(payload === "later" ? [1, 2] : []);
    expect(error).toMatchObject(told);
    expect(String(error)).not.toContain("secret");
  }
  expect(errors.map(String)).toEqual([
    "Error: the secret of the mill",
    "Error: the secret of the race",
  ]);
});

test("What the server says of a failure is what the client hears", async () => {
  const server = await startServer(
    () => {
      throw new Error("no");
    },
    { onError: () => ({ code: "quota", message: "Come back tomorrow.", retryable: true }) },
  );
  const { error } = await outcomeOf(connect(server).request(1));
  expect(error).toMatchObject({
    code: "quota",
    message: "Cannot stream over the socket: Come back tomorrow.",
    retryable: true,
  });
});

test("An item that is no JSON fails its stream and cancels the source", async () => {
  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;
  const source = countingSource([1, cyclic, 3]);
  const server = await startServer(() => source.readable);
  const { items, error } = await outcomeOf(connect(server).request(1));
  expect(items).toEqual([1]);
  expect(error).toMatchObject({ code: "failed" });
  await vi.waitUntil(() => source.cancelled);
});

test("A client that goes cancels what it has asked for", async () => {
  const source = countingSource(Array.from({ length: 100_000 }, () => "x".repeat(1_000)));
  const signals: AbortSignal[] = [];
  const server = await startServer((_, { signal }) => {
    signals.push(signal);
    return source.readable;
  });
  const reader = connect(server).request(1).getReader();
  await reader.read();
  server.cut();
  await vi.waitUntil(() => source.cancelled);
  expect(signals[0]!.aborted).toBe(true);
});

test("Who a client is, is asked before anything else", async () => {
  const server = await startServer((_, { user }) => [user], {
    authenticate: (auth) => (auth === "key" ? { name: "Ada" } : undefined),
  });
  const welcome = await outcomeOf(
    connect(server, { auth: () => Promise.resolve("key") }).request(1),
  );
  expect(welcome).toEqual({ items: [{ name: "Ada" }] });
  const { error } = await outcomeOf(connect(server, { auth: "wrong" }).request(1));
  expect(error).toMatchObject({ code: "closed", closeCode: 4401, retryable: false });
});

test("The greeting is a hello and a welcome, by the subprotocol", async () => {
  const server = await startServer(() => [1]);
  const raw = await openRaw(server, ["millrace.v1"]);
  raw.send({ type: "hello", v: 1 });
  expect(await raw.next()).toMatchObject({
    type: "welcome",
    v: 1,
    durable: false,
    heartbeat: 30_000,
    maxFrameBytes: 16_777_216,
    maxStreams: 100,
  });
  raw.send({ type: "open", id: "a", stream: "s", credit: 1_000, payload: {} });
  expect(await raw.next()).toEqual({ type: "opened", id: "a", seq: 0 });
  expect(await raw.next()).toEqual({ type: "part", id: "a", seq: 1, data: 1 });
  expect(await raw.next()).toEqual({ type: "end", id: "a", seq: 1 });
});
