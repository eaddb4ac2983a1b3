import { once } from "node:events";
import { createServer, type AddressInfo, type Socket as TcpSocket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { pipe } from "@millrace/core";
import { expect, onTestFinished, test, vi } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { hookedSocket } from "./hooked-socket.ts";
import type { Socket } from "./socket.ts";
import { socketStreams, type SocketStreams, type SocketStreamsOptions } from "./socket-streams.ts";

/** Both ends of a connection. */
async function openPair(
  options: { mine?: SocketStreamsOptions; standard?: boolean } = {},
): Promise<{ mine: SocketStreams; peer: WebSocket; socket: WebSocket }> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  onTestFinished(() => {
    for (const one of server.clients) one.terminate();
    server.close();
  });
  await once(server, "listening");
  const connected = once(server, "connection");
  const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const mine = socketStreams(options.standard === true ? standard(socket) : socket, options.mine);
  const [peer] = (await connected) as [WebSocket];
  await mine.opened;
  return { mine, peer, socket };
}

/** The same socket, with no more than the standard has. */
function standard(socket: WebSocket): Socket {
  return {
    get readyState() {
      return socket.readyState;
    },
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
    get protocol() {
      return socket.protocol;
    },
    set binaryType(type: string) {
      socket.binaryType = type as "arraybuffer";
    },
    send: (data) => socket.send(data),
    close: (code, reason) => socket.close(code, reason),
    addEventListener: (type, listener) => socket.addEventListener(type as "open", listener),
    removeEventListener: (type, listener) => socket.removeEventListener(type as "open", listener),
  };
}

async function readAll(readable: ReadableStream): Promise<{ items: unknown[]; error?: unknown }> {
  const items: unknown[] = [];
  try {
    for await (const item of pipe(readable)) items.push(item);
    return { items };
  } catch (error) {
    return { items, error };
  }
}

test("Text comes as strings, and binary as bytes, in order, both ways", async () => {
  const { mine, peer } = await openPair();
  const heard: [string | Buffer, boolean][] = [];
  peer.on("message", (data: Buffer, isBinary) => {
    heard.push([isBinary ? data : data.toString(), isBinary]);
  });
  const writer = mine.writable.getWriter();
  await writer.write("räce 🌊");
  await writer.write(new Uint8Array([1, 2]));
  await writer.write(new Uint8Array([3]).buffer);
  await vi.waitUntil(() => heard.length === 3);
  expect(heard).toEqual([
    ["räce 🌊", false],
    [Buffer.from([1, 2]), true],
    [Buffer.from([3]), true],
  ]);
  peer.send("");
  peer.send(new Uint8Array([9]));
  peer.close(1000, "done");
  expect(await readAll(mine.readable)).toEqual({ items: ["", new Uint8Array([9])] });
  expect(await mine.closed).toEqual({ code: 1000, reason: "done" });
});

test("Closing the writable closes by 1000, when the other side has answered", async () => {
  const { mine, peer } = await openPair();
  const closed = once(peer, "close");
  await mine.writable.getWriter().close();
  expect((await closed)[0]).toBe(1000);
  expect(await mine.closed).toEqual({ code: 1000, reason: "" });
});

test.each([
  ["the connection is lost", 1006, (peer: WebSocket) => peer.terminate()],
  ["the other side closes by a code of its own", 4000, (peer: WebSocket) => peer.close(4000)],
])("Closing the writable fails if meanwhile %s", async (_, closeCode, act) => {
  const { mine, peer } = await openPair();
  const writer = mine.writable.getWriter();
  await writer.write("mill");
  const closing = writer.close();
  act(peer);
  await expect(closing).rejects.toMatchObject({ code: "closed", closeCode });
});

test.each([
  ["a close without a code ends well", 1005, undefined],
  ["going away is no end", 1001, { code: "closed", closeCode: 1001 }],
  ["a code of an application is no end", 4321, { code: "closed", closeCode: 4321 }],
])("%s", async (_, code, expected) => {
  const { mine, peer } = await openPair();
  peer.send("mill");
  if (code === 1005) peer.close();
  else peer.close(code, "why");
  const { items, error } = await readAll(mine.readable);
  expect(items).toEqual(["mill"]);
  if (expected === undefined) expect(error).toBeUndefined();
  else expect(error).toMatchObject(expected);
  expect((await mine.closed).code).toBe(code);
});

test("An echo ends well when the other side closes", async () => {
  const { mine, peer } = await openPair();
  const echo = mine.readable.pipeTo(mine.writable);
  peer.send("mill");
  expect(String(((await once(peer, "message")) as [Buffer])[0])).toBe("mill");
  peer.close(1000);
  await echo;
});

test("Who writes to a socket that the other side has closed is told at once", async () => {
  const { mine, peer } = await openPair();
  peer.close(1000);
  await expect(mine.writable.getWriter().closed).rejects.toMatchObject({ closeCode: 1000 });
});

test("A connection that breaks off is an error behind what has come", async () => {
  const { mine, peer } = await openPair();
  peer.send("mill", () => peer.terminate());
  const { items, error } = await readAll(mine.readable);
  expect(items).toEqual(["mill"]);
  expect(error).toMatchObject({ name: "SocketError", closeCode: 1006 });
  await expect(mine.writable.getWriter().write("x")).rejects.toMatchObject({ closeCode: 1006 });
});

test("A socket that never opens rejects what waits for it", async () => {
  const server = createServer((socket: TcpSocket) => socket.destroy());
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const streams = socketStreams(new WebSocket(`ws://127.0.0.1:${port}`));
  const written = streams.writable.getWriter().write("x");
  await expect(streams.opened).rejects.toMatchObject({ closeCode: 1006 });
  await expect(written).rejects.toMatchObject({ closeCode: 1006 });
  expect((await streams.closed).code).toBe(1006);
});

test("Cancelling and aborting close, with the code of the reason if there is one", async () => {
  const one = await openPair();
  const oneClosed = once(one.peer, "close");
  await one.mine.readable.cancel({ code: 4001, reason: "enough" });
  expect((await oneClosed).map(String)).toEqual(["4001", "enough"]);
  const two = await openPair();
  const twoClosed = once(two.peer, "close");
  await two.mine.writable.abort(new Error("no"));
  expect((await twoClosed)[0]).toBe(4500);
  expect((await readAll(two.mine.readable)).error).toMatchObject({ message: "no" });
});

test("A reader who has had enough closes without a code", async () => {
  const { mine, peer } = await openPair();
  const closed = once(peer, "close");
  await mine.readable.cancel();
  expect((await closed)[0]).toBe(1005);
});

test.each([
  ["an error", new Error("bang")],
  ["an error that has a code of its own", Object.assign(new Error("bang"), { code: "ECONNRESET" })],
  ["a timeout, whose code is a number", new DOMException("too late", "TimeoutError")],
  ["a code that nobody may send", { code: 1006, reason: "lost" }],
  ["a code that there is not", { code: 10_000 }],
  ["nothing", undefined],
])("What fails on its way by %s looks like no whole to the other side", async (_, reason) => {
  const { mine, peer } = await openPair();
  const other = socketStreams(peer);
  const source = new ReadableStream<string>({
    start(controller) {
      controller.enqueue("mill");
    },
    pull(controller) {
      controller.error(reason);
    },
  });
  await source.pipeTo(mine.writable).catch(() => undefined);
  const { items, error } = await readAll(other.readable);
  expect(items).toEqual(["mill"]);
  expect(error).toMatchObject({ code: "closed", closeCode: 4500 });
});

test.each([[{ a: 1 }], [7], [undefined], [null], [[1, 2]], [new Blob(["mill"])]])(
  "What is neither text nor bytes is not sent, and tells so: %j",
  async (message) => {
    const { mine, peer } = await openPair();
    const heard: unknown[] = [];
    peer.on("message", (data) => heard.push(data));
    const closed = once(peer, "close");
    const writer = mine.writable.getWriter();
    await expect(writer.write(message as never)).rejects.toThrow(TypeError);
    expect((await closed)[0]).toBe(4500);
    expect(heard).toEqual([]);
  },
);

test("A signal closes both streams with its reason", async () => {
  const controller = new AbortController();
  const { mine, peer } = await openPair({ mine: { signal: controller.signal } });
  const closed = once(peer, "close");
  controller.abort("stop");
  expect((await readAll(mine.readable)).error).toBe("stop");
  await expect(mine.writable.getWriter().closed).rejects.toBe("stop");
  await closed;
});

test("A signal ends the wait for another side that does not answer a close", async () => {
  const controller = new AbortController();
  const { mine, peer } = await openPair({ mine: { signal: controller.signal } });
  peer.pause();
  const closing = mine.writable.close();
  await sleep(50);
  controller.abort("stop");
  await expect(closing).rejects.toBe("stop");
  expect((await readAll(mine.readable)).error).toBe("stop");
});

test("A write waits while the other side does not read", async () => {
  const { mine, peer } = await openPair({ mine: { highWaterMark: 100_000 } });
  peer.pause();
  const writer = mine.writable.getWriter();
  const message = "x".repeat(50_000);
  let written = 0;
  const writing = (async () => {
    for (; written < 400; written++) await writer.write(message);
  })();
  let before = -1;
  while (before < written) {
    before = written;
    await sleep(200);
  }
  expect(written).toBeLessThan(400);
  let heard = 0;
  peer.on("message", () => heard++);
  peer.resume();
  await writing;
  await vi.waitUntil(() => heard === 400);
});

test("The other side waits while nobody reads, where the socket can be paused", async () => {
  const { mine, peer } = await openPair({
    mine: { highWaterMark: 100_000, maxReceived: 1_000_000 },
  });
  const COUNT = 600;
  const message = "x".repeat(50_000);
  for (let sent = 0; sent < COUNT; sent++) peer.send(message);
  peer.close(1000);
  await sleep(300);
  expect(peer.bufferedAmount).toBeGreaterThan(0);
  const { items, error } = await readAll(mine.readable);
  expect(error).toBeUndefined();
  expect(items).toHaveLength(COUNT);
});

test("Where it cannot, what is beyond the limit closes by 4509, behind what has come", async () => {
  const { mine, peer } = await openPair({ mine: { maxReceived: 10_000 }, standard: true });
  const closed = once(peer, "close");
  for (let sent = 0; sent < 30; sent++) peer.send("x".repeat(1_000));
  expect((await closed)[0]).toBe(4509);
  const { items, error } = await readAll(mine.readable);
  expect(items).toEqual(Array.from({ length: 9 }, () => "x".repeat(1_000)));
  expect(error).toMatchObject({ code: "overflow" });
});

test("Empty messages are bounded too", async () => {
  const { mine, peer } = await openPair({ mine: { maxReceived: 6_400 }, standard: true });
  const closed = once(peer, "close");
  for (let sent = 0; sent < 200; sent++) peer.send("");
  expect((await closed)[0]).toBe(4509);
  expect((await readAll(mine.readable)).items).toHaveLength(100);
});

test.each([{ highWaterMark: 0 }, { maxReceived: NaN }])(
  "A limit that is none throws",
  (options) => {
    const { socket } = hookedSocket({ send: () => undefined, close: () => undefined });
    expect(() => socketStreams(socket, options)).toThrow(RangeError);
  },
);

test("A message that is neither text nor bytes closes by 4415, behind what has come", async () => {
  const closes: unknown[] = [];
  const { socket, onMessage } = hookedSocket({
    send: () => undefined,
    close: (code) => void closes.push(code),
  });
  const { readable } = socketStreams(socket);
  onMessage("mill");
  onMessage(new Blob(["race"])); // of a runtime that does not heed `binaryType`
  const { items, error } = await readAll(readable);
  expect(items).toEqual(["mill"]);
  expect(error).toMatchObject({ name: "SocketError", retryable: false });
  expect(closes).toEqual([4415]);
});

test("A socket that is closed already is one that never opened", async () => {
  const { socket, onClose } = hookedSocket({ send: () => undefined, close: () => undefined });
  onClose(1000);
  const { opened, closed, readable } = socketStreams(socket);
  await expect(opened).rejects.toMatchObject({ closeCode: 1006 });
  expect(await closed).toEqual({ code: 1006, reason: "" });
  expect(await readAll(readable)).toMatchObject({ items: [], error: { closeCode: 1006 } });
});

test("A signal that has aborted before closes the socket at once", async () => {
  const closes: unknown[] = [];
  const { socket } = hookedSocket({
    send: () => undefined,
    close: (code) => void closes.push(code),
  });
  const { readable, writable } = socketStreams(socket, { signal: AbortSignal.abort("stop") });
  expect(await readAll(readable)).toEqual({ items: [], error: "stop" });
  await expect(writable.getWriter().write("x")).rejects.toBe("stop");
  expect(closes).toEqual([4500]);
});

test("What is written behind the other side's close is refused, not lost", async () => {
  const sent: unknown[] = [];
  const { socket, onClose } = hookedSocket({
    send: (data) => void sent.push(data),
    close: () => undefined,
  });
  const writer = socketStreams(socket).writable.getWriter();
  writer.closed.catch(() => undefined);
  onClose(1000);
  await expect(writer.write("late")).rejects.toMatchObject({ code: "closed", closeCode: 1000 });
  expect(sent).toEqual([]);
});

test("Who cancels while the socket closes well changes nothing of that", async () => {
  const closes: unknown[] = [];
  const { socket, onClose } = hookedSocket({
    send: () => undefined,
    close: (code) => void closes.push(code),
  });
  const { readable, writable, closed } = socketStreams(socket);
  const closing = writable.getWriter().close();
  await vi.waitUntil(() => closes.length === 1);
  await readable.cancel({ code: 4000, reason: "enough" });
  onClose(1000);
  await closing;
  expect(await closed).toEqual({ code: 1000, reason: "" });
  expect(closes).toEqual([1000]);
});
