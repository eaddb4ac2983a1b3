import { once } from "node:events";
import { createServer, IncomingMessage, type Server } from "node:http";
import { connect as connectTo, type AddressInfo } from "node:net";
import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { acceptSockets, type AcceptedSockets, type AcceptSocketsOptions } from "./node.ts";
import { startProxy } from "./proxy.fixture.ts";
import { simpleFrames } from "./protocols/simple-frames.ts";
import { outcomeOf } from "../../core/src/outcome-of.fixture.ts";
import { connect, openRaw } from "./server.fixture.ts";
import { isAllowedOrigin } from "./serve-socket/origin.ts";
import type { SocketHandler } from "./serve-socket.ts";

async function start<User>(
  handler: SocketHandler<never, User> = () => [1, 2],
  options: AcceptSocketsOptions<User> = {},
): Promise<{ url: string; sockets: AcceptedSockets; server: Server }> {
  const server = createServer((_, response) => response.end("a page"));
  const sockets = acceptSockets(server, handler as SocketHandler<unknown, User>, options);
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    sockets.close();
    server.close();
    server.closeAllConnections();
  });
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`, sockets, server };
}

/** What a handshake is answered by: 101, or the status of a refusal. */
async function statusOf(url: string, headers: Record<string, string> = {}): Promise<number> {
  const socket = new WebSocket(url, { headers });
  onTestFinished(() => socket.terminate());
  socket.on("error", () => undefined);
  const [status] = (await Promise.race([
    once(socket, "open").then(() => [101]),
    once(socket, "unexpected-response").then(([, response]) => [
      (response as { statusCode: number }).statusCode,
    ]),
  ])) as [number];
  return status;
}

test("Sockets are served beside pages", async () => {
  const { url, sockets } = await start();
  expect(await outcomeOf(connect({ url }).request(1))).toEqual({ items: [1, 2] });
  expect(sockets.size).toBe(1);
  expect(await (await fetch(url.replace("ws", "http"))).text()).toBe("a page");
});

test("The subprotocol is agreed upon, and nothing is compressed", async () => {
  const { url } = await start();
  const socket = new WebSocket(url, ["other", "millrace.v1"], { perMessageDeflate: true });
  onTestFinished(() => socket.terminate());
  await once(socket, "open");
  expect(socket.protocol).toBe("millrace.v1");
  expect(socket.extensions).toBe("");
});

test("A page of another origin is refused before a socket is opened", async () => {
  const { url } = await start(undefined, { allowedOrigins: ["https://friend.example"] });
  const { host } = new URL(url);
  expect(await statusOf(url, { origin: "https://evil.example" })).toBe(403);
  expect(await statusOf(url, { origin: "null" })).toBe(403);
  expect(await statusOf(url, { origin: `http://${host}` })).toBe(101);
  expect(await statusOf(url, { origin: "https://friend.example" })).toBe(101);
  expect(await statusOf(url)).toBe(101); // no browser
  const { url: open } = await start(undefined, { allowedOrigins: "any" });
  expect(await statusOf(open, { origin: "https://evil.example" })).toBe(101);
});

/** As `HttpClient` of Java begins each of its requests, unless it is told not to. */
const OFFERING = (method: string) =>
  `${method} / HTTP/1.1\r\nhost: a\r\nx-a: \u00e9\r\nconnection: Upgrade, HTTP2-Settings\r\n` +
  "upgrade: h2c\r\nhttp2-settings: AAEA\r\n";

/** Writes these pieces to a new connection, some time apart, and reads until it has this, or all. */
async function converse(url: string, pieces: string[], enough?: string): Promise<string> {
  const socket = connectTo(Number(new URL(url).port), "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  let answers = "";
  const over = new Promise<void>((resolve) => {
    socket.on("close", resolve);
    socket.on("data", (bytes) => {
      answers += bytes.toString("latin1");
      if (enough !== undefined && answers.includes(enough)) resolve();
    });
  });
  socket.on("error", () => undefined); // of pieces that nobody wants
  for (const piece of pieces) {
    socket.write(piece, "latin1");
    await sleep(20);
  }
  await over;
  return answers;
}

test("A request that offers another protocol is answered as if it did not", async () => {
  const { server, url } = await start();
  server.removeAllListeners("request");
  server.on("request", (request, response) => {
    const pieces: Uint8Array[] = [];
    request.on("data", (piece: Uint8Array) => pieces.push(piece));
    request.on("end", () => {
      const { method, headers } = request;
      const body = Buffer.concat(pieces).toString();
      response.end(JSON.stringify([method, headers["x-a"], body]));
    });
  });
  const pieces = [`${OFFERING("POST")}content-length: 8\r\n\r\nmill`, "race"];
  expect(await converse(url, pieces, "]")).toContain('["POST","\u00c3\u00a9","millrace"]');
  expect(await converse(url, [`${OFFERING("GET")}\r\n`], "]")).toContain('["GET",');
  // Where others listen, it may be for them.
  server.on("upgrade", (_, socket) => socket.end("HTTP/1.1 299 Mine\r\n\r\n"));
  expect(await converse(url, [`${OFFERING("GET")}\r\n`])).toMatch(/^HTTP\/1\.1 299 Mine/);
});

test("One whose body the connection has no more is refused, and not waited for", async () => {
  const { server } = await start();
  const socket = new PassThrough();
  const incoming = new IncomingMessage(socket as never);
  Object.assign(incoming, { headers: { upgrade: "h2c", "content-length": "4" } });
  server.emit("upgrade", incoming, socket, Buffer.alloc(0));
  const [answer] = (await once(socket, "data")) as [Uint8Array];
  expect(answer.toString()).toContain("HTTP/1.1 501 ");
});

test("What comes behind such a request, or before it, breaks nothing", async () => {
  const { server, url } = await start();
  server.removeAllListeners("request");
  const asked: string[] = [];
  server.on("request", (request, response) => {
    asked.push(String(request.method));
    setTimeout(() => response.end("a page"), 40);
  });
  const plain = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";
  const offers = `${OFFERING("PUT")}\r\n`.repeat(4);
  for (const pieces of [
    [offers, plain, plain],
    [plain + offers, plain],
  ]) {
    // How many of them are answered depends on the Node.
    const conversation = converse(url, pieces);
    await vi.waitUntil(() => asked.includes("PUT"), 10_000);
    await sleep(100);
    server.closeAllConnections();
    await conversation;
    asked.length = 0;
  }
  expect(await (await fetch(url.replace("ws", "http"))).text()).toBe("a page");
});

test("Another path is left to others, or not found", async () => {
  const { url, server } = await start(undefined, { path: "/socket" });
  expect(await statusOf(`${url}socket?a=1`)).toBe(101);
  expect(await statusOf(`${url}elsewhere`)).toBe(404);
  const others = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, socket, head) => {
    if (request.url === "/elsewhere") {
      others.handleUpgrade(request, socket, head, (accepted) => accepted.close());
    }
  });
  expect(await statusOf(`${url}elsewhere`)).toBe(101);
});

test("More sockets than there may be are told to come later", async () => {
  const { url } = await start(undefined, { maxSockets: 2 });
  expect(await statusOf(url)).toBe(101);
  expect(await statusOf(url)).toBe(101);
  expect(await statusOf(url)).toBe(503);
});

test("A message beyond what is taken is refused before it is held", async () => {
  const { url } = await start(undefined, { maxFrameBytes: 1_000 });
  const raw = await openRaw({ url }, ["millrace.v1"]);
  raw.send("x".repeat(2_000));
  expect((await raw.closed).code).toBe(1009);
});

test("Who a client is can be told from its cookie", async () => {
  const { url } = await start((_, { user }) => [user], {
    authenticate: (_, request) => request?.headers.get("Cookie") ?? undefined,
  });
  const WithCookie = class extends WebSocket {
    constructor(address: string, protocols?: string[]) {
      super(address, protocols, { headers: { cookie: "session=ada" } });
    }
  };
  const welcome = await outcomeOf(connect({ url }, { WebSocket: WithCookie }).request(1));
  expect(welcome).toEqual({ items: ["session=ada"] });
  expect((await outcomeOf(connect({ url }).request(1))).error).toMatchObject({ closeCode: 4401 });
});

test("A drain waits for what runs, and takes nothing new", async () => {
  const { url, sockets } = await start(async function* () {
    yield 1;
    await sleep(100);
    yield 2;
  });
  const reader = connect({ url }).request(1).getReader();
  expect((await reader.read()).value).toBe(1);
  let drained = false;
  const draining = sockets.drain().then(() => (drained = true));
  expect(await statusOf(url)).toBe(503);
  expect(drained).toBe(false);
  expect((await reader.read()).value).toBe(2);
  expect((await reader.read()).done).toBe(true);
  await draining;
  expect(sockets.size).toBe(0);
});

test("A client of another protocol that has fallen silent is noticed by pings of WebSocket", async () => {
  const signals: AbortSignal[] = [];
  const { url, sockets } = await start(
    (_, { signal }) => {
      signals.push(signal);
      return new Promise<never>(() => undefined);
    },
    { protocol: simpleFrames(), heartbeat: 400 },
  );
  const alive = await openRaw({ url });
  const proxy = await startProxy(url);
  const raw = await openRaw(proxy);
  raw.send({ type: "complete", data: { messages: [] } });
  await vi.waitUntil(() => signals.length === 1);
  proxy.freeze();
  await vi.waitUntil(() => signals[0]!.aborted);
  expect(sockets.size).toBe(1);
  expect(alive.socket.readyState).toBe(WebSocket.OPEN);
});

test.each([
  ["an address that is none", "GET //: HTTP/1.1", "host: mill.example"],
  ["a host that is none", "GET / HTTP/1.1", "host: a b"],
])("%s is refused, and the server stays", async (_, line, host) => {
  const { url } = await start();
  const { port } = new URL(url);
  const socket = connectTo(Number(port), "127.0.0.1");
  const head = [line, host, "connection: upgrade", "upgrade: websocket", "", ""].join("\r\n");
  socket.end(head);
  const [answer] = (await once(socket, "data")) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 400 /);
  expect(await outcomeOf(connect({ url }).request(1))).toEqual({ items: [1, 2] });
});

test("A request without a host is of no origin", () => {
  const headers = { get: (name: string) => (name === "origin" ? "null" : undefined) };
  expect(isAllowedOrigin({ url: "no url", headers })).toBe(false);
});

const UPGRADE =
  "host: mill.example\r\nconnection: upgrade\r\nupgrade: websocket\r\n" +
  "sec-websocket-version: 13\r\nsec-websocket-key: bWlsbCByYWNlIG1pbGwgcg==\r\n\r\n";

test.each([
  ["an origin that may not", {}, `GET / HTTP/1.1\r\norigin: https://evil.example\r\n${UPGRADE}`],
  ["another path", { path: "/socket" }, `GET / HTTP/1.1\r\n${UPGRADE}`],
  ["what names no URL", {}, `GET //: HTTP/1.1\r\n${UPGRADE}`],
])(
  "A connection that is refused, for %s, is let go though its client holds on",
  async (...given) => {
    const [, options, request] = given;
    const { url, server } = await start(undefined, options);
    const client = connectTo({
      port: Number(new URL(url).port),
      host: "127.0.0.1",
      allowHalfOpen: true,
    });
    onTestFinished(() => {
      client.destroy();
    });
    client.write(request);
    const [answer] = (await once(client, "data")) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP.1.1 40/);
    const count = () => new Promise((resolve) => server.getConnections((_, n) => resolve(n)));
    await vi.waitFor(async () => expect(await count()).toBe(0), 5_000);
  },
);

test("Without a heartbeat a silent client of another protocol is left alone", async () => {
  const { url } = await start(() => [1], { protocol: simpleFrames(), heartbeat: Infinity });
  const raw = await openRaw({ url });
  await sleep(50);
  raw.send({ type: "complete", data: { messages: [] } });
  expect(await raw.next()).toEqual({ type: "start", data: {} });
});

test.each([{ maxStreams: 0 }, { heartbeat: NaN }, { highWaterMark: -1 }, { maxSockets: NaN }])(
  "Options that are wrong are told of at once, not by the first client: %o",
  (options) => {
    expect(() => acceptSockets(createServer(), () => [], options)).toThrow(RangeError);
  },
);
