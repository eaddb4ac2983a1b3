import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { outcomeOf } from "../../core/src/outcome-of.fixture.ts";
import { expect, onTestFinished, test, vi } from "vitest";
import { WebSocket } from "ws";
import {
  acceptSockets,
  type AcceptedSockets,
  type AcceptSocketsOptions,
  type SpokenProtocol,
} from "./node.ts";
import { aiSdkChat } from "./protocols/ai-sdk-chat.ts";
import { simpleFrames, type SimplePayload } from "./protocols/simple-frames.ts";
import { connect, openRaw } from "./server.fixture.ts";

// Several protocols at one path, and an application that says who may open a socket there.

const MILLRACE: SpokenProtocol<string> = { handler: (payload: unknown) => ["millrace", payload] };
const SIMPLE: SpokenProtocol<string> = {
  protocol: simpleFrames(),
  handler: ({ messages }: SimplePayload) => ["simple", ...messages],
};

async function start(
  protocols: readonly SpokenProtocol<string>[] = [MILLRACE, SIMPLE],
  options: AcceptSocketsOptions<string> = {},
): Promise<{ url: string; sockets: AcceptedSockets; server: Server }> {
  const server = createServer();
  const sockets = acceptSockets(server, protocols, options);
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    sockets.close();
    server.close();
    server.closeAllConnections();
  });
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`, sockets, server };
}

/** How a handshake is refused. */
async function refusalOf(url: string, headers: Record<string, string> = {}) {
  const socket = new WebSocket(url, { headers });
  onTestFinished(() => socket.terminate());
  socket.on("error", () => undefined);
  const [, response] = (await once(socket, "unexpected-response")) as [unknown, IncomingMessage];
  const { statusCode: status, headers: given } = response;
  return { status, headers: given, body: await text(response) };
}

test("A client is answered in the protocol that it asks for, and one that asks for none in the plain one", async () => {
  const { url, sockets } = await start();
  expect(await outcomeOf(connect({ url }).request(1))).toEqual({ items: ["millrace", 1] });
  const raw = await openRaw({ url });
  raw.send({ type: "complete", data: { messages: ["a"] } });
  expect(await raw.next()).toEqual({ type: "start", data: {} });
  expect(await raw.next()).toEqual({ type: "chunk", data: { content: "simple", index: 0 } });
  expect(sockets.size).toBe(2);
});

test("The order of the client decides which subprotocol it gets", async () => {
  const other = { ...simpleFrames(), subprotocol: "simple.v1" };
  const { url } = await start([MILLRACE, { ...SIMPLE, protocol: other }]);
  for (const [asked, spoken] of [
    [["simple.v1", "millrace.v1"], "simple.v1"],
    [["none", "millrace.v1", "simple.v1"], "millrace.v1"],
  ] as const) {
    const { socket } = await openRaw({ url }, [...asked]);
    expect(socket.protocol).toBe(spoken);
  }
});

test("Where no protocol is without a name, a client that names none gets the first", async () => {
  const { url } = await start([MILLRACE]);
  const raw = await openRaw({ url });
  raw.send({ type: "hello", v: 1 });
  expect(await raw.next()).toMatchObject({ type: "welcome" });
});

test("What is given with a protocol counts more than what is given for all", async () => {
  const { url } = await start([{ ...MILLRACE, maxStreams: 3 }, { ...SIMPLE }], {
    maxStreams: 7,
    maxFrameBytes: 1_000,
  });
  const raw = await openRaw({ url }, ["millrace.v1"]);
  raw.send({ type: "hello", v: 1 });
  expect(await raw.next()).toMatchObject({ type: "welcome", maxStreams: 3, maxFrameBytes: 1_000 });
  const simple = await openRaw({ url });
  simple.send("x".repeat(2_000));
  expect((await simple.closed).code).toBe(1009);
});

test("Protocols that no client could tell apart, or none at all, are a mistake", () => {
  const server = createServer();
  const both: SpokenProtocol[] = [
    { protocol: simpleFrames(), handler: () => [] },
    { protocol: aiSdkChat(), handler: () => [] },
  ];
  expect(() => acceptSockets(server, both)).toThrow(
    "Cannot accept sockets: two protocols are without a subprotocol",
  );
  expect(() => acceptSockets(server, [])).toThrow("Cannot accept sockets: no protocol is given");
});

test("An application refuses a handshake in its own words", async () => {
  const { url, sockets } = await start(undefined, {
    accept: (request, { socket }) =>
      request.headers.get("authorization") === "Bearer right"
        ? undefined
        : Response.json(
            { from: socket.remoteAddress },
            { status: 401, headers: { "www-authenticate": "Bearer" } },
          ),
  });
  const refusal = await refusalOf(url, { authorization: "Bearer wrong" });
  expect(refusal.status).toBe(401);
  expect(refusal.headers["www-authenticate"]).toBe("Bearer");
  expect(JSON.parse(refusal.body)).toEqual({ from: "127.0.0.1" });
  expect(sockets.size).toBe(0);
  const WithKey = class extends WebSocket {
    constructor(address: string, protocols?: string[]) {
      super(address, protocols, { headers: { authorization: "Bearer right" } });
    }
  };
  const welcome = await outcomeOf(connect({ url }, { WebSocket: WithKey }).request(1));
  expect(welcome).toEqual({ items: ["millrace", 1] });
});

test("An application that fails, says nothing, or uses a response twice still answers", async () => {
  const failures: unknown[] = [];
  const used = new Response("enough", { status: 429 });
  const outcomes = [
    () => Promise.reject(new Error("no database")),
    () => new Promise<undefined>(() => undefined),
    () => used,
    () => used,
  ];
  const { url } = await start(undefined, {
    accept: () => outcomes.shift()!(),
    helloTimeout: 100,
    onError: (error) => void failures.push(error),
  });
  expect((await refusalOf(url)).status).toBe(500);
  expect(failures).toMatchObject([{ message: "no database" }]);
  expect((await refusalOf(url)).status).toBe(503);
  expect(await refusalOf(url)).toMatchObject({ status: 429, body: "enough" });
  expect(await refusalOf(url)).toMatchObject({ status: 429, body: "" });
});

test("Handshakes that wait for an application count, and are refused when it goes away", async () => {
  let decide!: (refusal: undefined) => void;
  const { url, sockets } = await start(undefined, {
    accept: () => new Promise<undefined>((resolve) => (decide = resolve)),
    maxSockets: 1,
  });
  const first = refusalOf(url);
  await vi.waitUntil(() => decide as unknown);
  expect((await refusalOf(url)).status).toBe(503);
  await sockets.drain();
  decide(undefined);
  expect((await first).status).toBe(503);
});

test("A client that leaves before the application has answered is let go", async () => {
  let decide!: (refusal: undefined) => void;
  const { url, server } = await start(undefined, {
    accept: () => new Promise<undefined>((resolve) => (decide = resolve)),
  });
  const socket = new WebSocket(url);
  socket.on("error", () => undefined);
  await vi.waitUntil(() => decide as unknown);
  socket.terminate();
  decide(undefined);
  const count = () => new Promise((resolve) => server.getConnections((_, n) => resolve(n)));
  await vi.waitFor(async () => expect(await count()).toBe(0), 5_000);
});
