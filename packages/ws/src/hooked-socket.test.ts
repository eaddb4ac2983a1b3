import { expect, test } from "vitest";
import { hookedSocket, type HookedSocket } from "./hooked-socket.ts";
import { serveSocket } from "./serve-socket.ts";
import { simpleFrames } from "./protocols/simple-frames.ts";
import { socketStreams } from "./socket-streams.ts";

/** Two sockets that are each other's network. */
function join(): [HookedSocket, HookedSocket] {
  const pair: HookedSocket[] = [];
  const end = (other: number) =>
    hookedSocket({
      send(data) {
        queueMicrotask(() => pair[other]!.onMessage(data));
      },
      close(code, reason) {
        queueMicrotask(() => {
          for (const one of pair) one.onClose(code, reason);
        });
      },
    });
  pair.push(end(1), end(0));
  return pair as [HookedSocket, HookedSocket];
}

test("What is sent at one end comes at the other, and so does the close", async () => {
  const [one, other] = join();
  const here = socketStreams(one.socket);
  const there = socketStreams(other.socket);
  const writer = here.writable.getWriter();
  await writer.write("mill");
  await writer.write(new Uint8Array([1]));
  const reader = there.readable.getReader();
  expect((await reader.read()).value).toBe("mill");
  expect((await reader.read()).value).toEqual(new Uint8Array([1]));
  await writer.close();
  expect((await reader.read()).done).toBe(true);
  expect(await there.closed).toEqual({ code: 1000, reason: "" });
});

test("It is served like any other", async () => {
  const [one, other] = join();
  const served = serveSocket(one.socket, (payload) => [payload]);
  const { readable, writable } = socketStreams(other.socket);
  const writer = writable.getWriter();
  const reader = readable.getReader();
  const next = async () => JSON.parse(String((await reader.read()).value)) as unknown;
  await writer.write('{"type":"hello","v":1}');
  expect(await next()).toMatchObject({ type: "welcome" });
  await writer.write('{"type":"open","id":"1","stream":"s","credit":1000,"payload":"mill"}');
  expect(await next()).toEqual({ type: "opened", id: "1", seq: 0 });
  expect(await next()).toEqual({ type: "part", id: "1", seq: 1, data: "mill" });
  await writer.write("garbage");
  expect((await served.closed).code).toBe(4400);
});

test("A network that is slow is waited for", async () => {
  let waiting = 0;
  let made = 0;
  const { socket, onMessage } = hookedSocket({
    send: (data) => (waiting += (data as string).length),
    close: () => undefined,
    bufferedAmount: () => waiting,
  });
  const served = serveSocket(
    socket,
    function* () {
      for (;;) yield `${made++} ${"x".repeat(100)}`;
    },
    { highWaterMark: 1_000 },
  );
  onMessage('{"type":"hello","v":1}');
  onMessage('{"type":"open","id":"1","stream":"s","credit":1000000}');
  const settled = () => new Promise((resolve) => setTimeout(resolve, 80));
  await settled();
  const before = made;
  expect(before).toBeLessThan(20);
  waiting = 0; // all has left, which it looks for now and then
  await settled();
  expect(made).toBeGreaterThan(before);
  served.close();
});

test("It is closed once, and hears nothing more", () => {
  const closes: unknown[] = [];
  const { socket, onMessage, onClose } = hookedSocket({
    send: () => undefined,
    close: (code) => void closes.push(code),
  });
  const events: string[] = [];
  for (const type of ["message", "close"] as const) {
    socket.addEventListener(type, () => events.push(type));
  }
  socket.close(4000);
  socket.close(4001);
  onMessage("late");
  onClose(4000);
  onClose(4000);
  expect(closes).toEqual([4000]);
  expect(events).toEqual(["close"]);
});

test("A runtime that refuses the code closes it all the same", async () => {
  const closes: unknown[] = [];
  const { socket } = hookedSocket({
    send: () => undefined,
    close(code) {
      closes.push(code);
      if (code !== undefined) throw new RangeError("no such code");
    },
  });
  const served = serveSocket(socket, () => []);
  served.close(1005, "mill");
  expect(closes).toEqual([1005, undefined]);
  expect(await served.closed).toEqual({ code: 1005, reason: "mill" });
});

test("A reason that is too long for a close frame is cut between characters", () => {
  const reasons: unknown[] = [];
  const { socket } = hookedSocket({
    send: () => undefined,
    close: (_, reason) => void reasons.push(reason),
  });
  serveSocket(socket, () => []).close(4000, "ä".repeat(100));
  expect(reasons).toEqual(["ä".repeat(61)]);
});

test("A socket that throws at what is sent is not served any longer than it is there", async () => {
  let over = false;
  const { socket, onMessage, onClose } = hookedSocket({
    send() {
      if (over) throw new Error("it is closing");
    },
    close: () => undefined,
  });
  const signals: AbortSignal[] = [];
  const served = serveSocket(socket, (_, { signal }) => {
    signals.push(signal);
    return new ReadableStream();
  });
  onMessage('{"type":"hello","v":1}');
  onMessage('{"type":"open","id":"1","stream":"s","credit":1000}');
  over = true;
  onMessage('{"type":"ping"}');
  onClose(1001);
  expect(await served.closed).toEqual({ code: 1001, reason: "" });
  expect(signals[0]!.aborted).toBe(true);
});

test.each([
  ["millrace.v1", undefined],
  ["simple frames", simpleFrames()],
])(
  "One that was closed before it is served is over, and nobody is asked (%s)",
  async (_, protocol) => {
    const asked: unknown[] = [];
    const { socket, onClose } = hookedSocket({ send: () => undefined, close: () => undefined });
    onClose(1001, "gone");
    const served = serveSocket(socket, () => [], {
      ...(protocol !== undefined && { protocol }),
      authenticate: (auth) => asked.push(auth),
    });
    expect(await served.closed).toEqual({ code: 1006, reason: "" });
    expect(asked).toEqual([]);
  },
);
