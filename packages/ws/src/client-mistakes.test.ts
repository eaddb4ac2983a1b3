// What the application of a client does wrong must never cost it its other streams, or the process.
import { inspect } from "node:util";
import { expect, onTestFinished, test, vi } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { outcomeOf } from "../../core/src/outcome-of.fixture.ts";
import { connectSocket } from "./connect-socket.ts";
import { hookedSocket } from "./hooked-socket.ts";
import type { Socket, SocketConstructor } from "./socket.ts";
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

test("Credentials that come after all was closed open no connection", async () => {
  const server = await startServer(() => [1]);
  for (const settle of ["resolve", "reject"] as const) {
    let answer!: () => void;
    const auth = () =>
      new Promise<unknown>((resolve, reject) => {
        answer = () => {
          if (settle === "resolve") resolve("key");
          else reject(new Error("no key"));
        };
      });
    const socket = connect(server, { auth });
    const outcome = outcomeOf(socket.request(1));
    await vi.waitUntil(() => answer as unknown);
    socket.close();
    answer();
    expect((await outcome).error).toMatchObject({ code: "closed" });
  }
  expect(server.sockets).toHaveLength(0);
});

test.each([
  ["an error", new Error("no key")],
  ["anything else", "no key"],
])("Credentials that fail by %s fail all that waits, with what it says", async (_, thrown) => {
  const server = await startServer(() => [1]);
  const socket = connect(server, {
    auth: () => {
      // oxlint-disable-next-line typescript/only-throw-error -- an application may
      throw thrown;
    },
  });
  const { error } = await outcomeOf(socket.request(1));
  expect(error).toMatchObject({ code: "closed", cause: thrown });
  expect(String(error)).toContain("no key");
});

test("A runtime with sockets of its own needs no other, and one without says what is missing", async () => {
  const server = await startServer((payload) => [payload]);
  try {
    vi.stubGlobal("WebSocket", WebSocket);
    const socket = connectSocket(server.url);
    onTestFinished(socket.close);
    expect(await outcomeOf(socket.request(3))).toEqual({ items: [3] });
    vi.stubGlobal("WebSocket", undefined);
    const none = await outcomeOf(connectSocket(server.url).request(3));
    expect(String(none.error)).toContain("{ WebSocket }");
    vi.stubGlobal("WebSocket", throwsText);
    const broken = await outcomeOf(connectSocket(server.url).request(3));
    expect(broken.error).toMatchObject({ code: "closed", retryable: false });
  } finally {
    vi.unstubAllGlobals();
  }
});

function throwsText(): never {
  // oxlint-disable-next-line typescript/only-throw-error -- a runtime may
  throw "no sockets here";
}

test("A server that does not read is left, and what was asked of it fails", async () => {
  const closes: unknown[] = [];
  const socket = connect({ url: "ws://mill.example" }, { WebSocket: standstill(closes) });
  const outcomes = Array.from({ length: 4_200 }, (_, index) => outcomeOf(socket.request(index)));
  expect((await outcomes[0])!.error).toMatchObject({ code: "lost" });
  expect(closes[0]).toBe(4509);
});

/** A server that says welcome, and a network that takes nothing. */
function standstill(closes: unknown[]): SocketConstructor {
  function make(): Socket {
    const { socket, onMessage } = hookedSocket({
      send: () => undefined,
      close: (code) => void closes.push(code),
      bufferedAmount: () => 2_000_000,
    });
    const opens: (() => void)[] = [];
    queueMicrotask(() => {
      for (const open of opens) open();
      const limits = { heartbeat: 0, maxFrameBytes: 10_000, maxStreams: 10_000 };
      onMessage(JSON.stringify({ type: "welcome", v: 1, session: "s", durable: false, ...limits }));
    });
    return {
      get readyState() {
        return socket.readyState;
      },
      get bufferedAmount() {
        return socket.bufferedAmount;
      },
      send: (data) => socket.send(data),
      close: (code, reason) => socket.close(code, reason),
      removeEventListener: (type, listener) => socket.removeEventListener(type, listener),
      addEventListener(type, listener) {
        if (type === "open") opens.push(() => listener({ type }));
        else socket.addEventListener(type, listener);
      },
    };
  }
  return make as unknown as SocketConstructor; // `new` gives what it returns
}

test("A reason to cancel that is an error is told by its message", async () => {
  const reasons: unknown[] = [];
  const server = await startServer((_, { signal }) => {
    signal.addEventListener("abort", () => reasons.push(String(signal.reason)));
    return new ReadableStream<number>({ start: (controller) => controller.enqueue(1) });
  });
  const reader = connect(server).request("x").getReader();
  await reader.read();
  await reader.cancel(new Error("enough of it"));
  await vi.waitUntil(() => reasons.length === 1);
  expect(reasons).toEqual(["AbortError: The client has cancelled: enough of it"]);
});

test("A stream that a signal has ended may still be cancelled by its reader", async () => {
  let aborts = 0;
  const server = await startServer((_, { signal }) => {
    signal.addEventListener("abort", () => aborts++);
    return new ReadableStream<number>({
      start(controller) {
        for (const item of [1, 2, 3]) controller.enqueue(item);
      },
    });
  });
  const socket = connect(server);
  const controller = new AbortController();
  const reader = socket.request("x", { signal: controller.signal }).getReader();
  await reader.read(); // the others may wait to be read
  await new Promise((resolve) => setTimeout(resolve, 50));
  controller.abort("stop");
  await reader.cancel("enough");
  await vi.waitUntil(() => aborts === 1);
  expect(server.sockets).toHaveLength(1);
});
