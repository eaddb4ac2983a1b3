import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fakeClock } from "@millrace/testing";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { connectSocket } from "./connect-socket.ts";
import { closeCodes, isPassing } from "./protocol/close-codes.ts";
import { serveSocket, type ServeSocketOptions } from "./serve-socket.ts";
import type { Socket } from "./socket.ts";
import { outcomeOf } from "../../core/src/outcome-of.fixture.ts";
import { openRaw, startServer, type RawClient } from "./server.fixture.ts";

/** How each code comes about, on real sockets; gives the code that the other side has heard. */
const PROVOKED: Record<keyof typeof closeCodes, () => Promise<number>> = {
  async done() {
    const server = await startServer(() => [1]);
    const socket = connectSocket(server.url, { WebSocket });
    await outcomeOf(socket.request(1));
    const closed = once(server.sockets[0]!, "close");
    socket.close();
    return (await closed)[0] as number;
  },
  badFrame: () => heardBy((raw) => raw.send("this is no JSON")),
  unauthorized: () => heardBy((raw) => raw.send({ type: "open", id: "1", stream: "s", credit: 1 })),
  async originRefused() {
    const headers = new Headers({ host: "mill.example", origin: "https://evil.example" });
    return await heardBy(() => undefined, { request: { url: "https://mill.example/", headers } });
  },
  wrongVersion: () => heardBy((raw) => raw.send({ type: "hello", v: 2 })),
  async greetingTimeout() {
    const clock = fakeClock();
    return await heardBy(() => clock.advance(10_000), { clock });
  },
  idInUse: () =>
    heardBy((raw) => {
      raw.send({ type: "hello", v: 1 });
      for (const stream of ["a", "b"]) raw.send({ type: "open", id: "1", stream, credit: 1 });
    }),
  frameTooLarge: () => heardBy((raw) => raw.send("x".repeat(2_000)), { maxFrameBytes: 1_000 }),
  notText: () => heardBy((raw) => raw.send(new Uint8Array([1, 2, 3]))),
  tooManyFrames: () =>
    heardBy(
      (raw) => {
        raw.send({ type: "hello", v: 1 });
        for (let sent = 0; sent < 200; sent++) raw.send({ type: "pong" });
      },
      { maxFramesPerSecond: 10, clock: fakeClock() },
    ),
  async noCredit() {
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    onTestFinished(() => {
      server.close();
    });
    await once(server, "listening");
    const socket = connectSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, {
      ...{ WebSocket, window: 100 },
    });
    const connected = once(server, "connection");
    const outcome = outcomeOf(socket.request(1));
    const [peer] = (await connected) as [WebSocket];
    const send = (frame: object) => peer.send(JSON.stringify(frame));
    const limits = { heartbeat: 0, maxFrameBytes: 10_000, maxStreams: 1 };
    send({ type: "welcome", v: 1, session: "s", durable: false, ...limits });
    await once(peer, "message"); // hello
    for (let seq = 1; seq < 9; seq++) send({ type: "part", id: "1", seq, data: "x".repeat(200) });
    const [code] = (await once(peer, "close")) as [number];
    expect((await outcome).error).toMatchObject({ code: "closed", closeCode: code });
    return code;
  },
  serverFailed: () =>
    heardBy((raw) => raw.send({ type: "hello", v: 1 }), {
      authenticate() {
        throw new Error("the database is gone");
      },
    }),
  async goingAway() {
    const server = await startServer(() => [1]);
    const raw = await openRaw(server);
    server.served[0]!.close();
    return (await raw.closed).code;
  },
  async silent() {
    const clock = fakeClock();
    return await heardBy(
      async (raw) => {
        raw.send({ type: "hello", v: 1 });
        await raw.next();
        await clock.advance(29_999);
        raw.send({ type: "pong" });
        raw.send({ type: "ping" }); // its answer shows that all was heard
        expect(await raw.next()).toEqual({ type: "pong" });
        await clock.advance(30_000);
        expect(await raw.next()).toEqual({ type: "ping" });
        await clock.advance(15_000);
      },
      { clock },
    );
  },
  async overflow() {
    const limits = { maxFramesPerSecond: 1e9, highWaterMark: 1_000 };
    const server = await startServer(() => [1], limits);
    const raw = await openRaw(server);
    raw.send({ type: "hello", v: 1 });
    await raw.next();
    raw.socket.pause();
    const ends: number[] = [];
    void server.served[0]!.closed.then(({ code }) => ends.push(code));
    const id = "x".repeat(128); // comes back in each answer
    while (ends.length === 0) {
      for (let sent = 0; sent < 5_000; sent++) raw.send({ type: "cancel", id, stream: id });
      await sleep(20);
    }
    raw.socket.resume();
    return (await raw.closed).code;
  },
};

async function heardBy(
  provoke: (raw: RawClient) => unknown,
  options: ServeSocketOptions = {},
): Promise<number> {
  const server = await startServer(() => new Promise<never>(() => undefined), options);
  const raw = await openRaw(server);
  await provoke(raw);
  const { code } = await raw.closed;
  expect((await server.served[0]!.closed).code).toBe(code);
  return code;
}

test.each(Object.entries(PROVOKED))("%s", async (name, provoked) => {
  expect(await provoked()).toBe(closeCodes[name as keyof typeof closeCodes]);
});

test("Another subprotocol is another version", async () => {
  const server = await startServer(() => [1]);
  const raw = await openRaw(server, ["graphql-transport-ws"]);
  expect((await raw.closed).code).toBe(closeCodes.wrongVersion);
});

test("A client comes back where it may help, and nowhere else", () => {
  const passing = [1000, 1001, 1005, 1006, 1011, 1012, 1013, 1014, 1015, 4408, 4429, 4500, 4599];
  const final = [1002, 1003, 1007, 1008, 1009, 1010, 3000, 4000, 4400, 4401, 4403, 4499, 4600];
  expect(passing.filter(isPassing)).toEqual(passing);
  expect(final.filter(isPassing)).toEqual([]);
});

test("A limit that makes no sense is refused", () => {
  const socket = {} as Socket;
  expect(() => serveSocket(socket, () => [], { maxStreams: 0 })).toThrow(RangeError);
  expect(() => connectSocket("ws://127.0.0.1", { window: NaN })).toThrow(RangeError);
});
