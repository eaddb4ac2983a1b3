// A real server on the package `ws`, and what a test asks of it.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import {
  connectSocket,
  type ConnectedSocket,
  type ConnectSocketOptions,
} from "./connect-socket.ts";
import {
  serveSocket,
  type ServedSocket,
  type ServeSocketOptions,
  type SocketHandler,
} from "./serve-socket.ts";

export interface TestServer {
  readonly url: string;
  /** The sockets so far, in order. */
  readonly sockets: WebSocket[];
  readonly served: ServedSocket[];
  /** Goes away with all connections; comes back on the same port. */
  stop(this: void): Promise<void>;
  start(this: void): Promise<void>;
  /** Cuts the wire of the newest connection, or of another one. */
  cut(this: void, index?: number): void;
}

export async function startServer<User>(
  handler: SocketHandler<never, User>,
  options: ServeSocketOptions<User> = {},
): Promise<TestServer> {
  const sockets: WebSocket[] = [];
  const served: ServedSocket[] = [];
  let server: WebSocketServer;
  let port = 0;

  async function start(): Promise<void> {
    server = new WebSocketServer({ port, host: "127.0.0.1", perMessageDeflate: false });
    server.on("connection", (socket) => {
      sockets.push(socket);
      served.push(serveSocket(socket, handler as SocketHandler, options as ServeSocketOptions));
    });
    await once(server, "listening");
    ({ port } = server.address() as AddressInfo);
  }

  async function stop(): Promise<void> {
    for (const socket of server.clients) socket.terminate();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  await start();
  onTestFinished(stop);
  return {
    url: `ws://127.0.0.1:${port}/`,
    sockets,
    served,
    start,
    stop,
    cut(index = sockets.length - 1) {
      sockets[index]?.terminate();
    },
  };
}

/** A client that tries again fast. It goes away when the test is over. */
export function connect(
  { url }: Pick<TestServer, "url">,
  options: ConnectSocketOptions = {},
): ConnectedSocket {
  const socket = connectSocket(url, { WebSocket, retryDelay: 20, ...options });
  onTestFinished(socket.close);
  return socket;
}

/** A client by hand: frames as they are. */
export interface RawClient {
  readonly socket: WebSocket;
  send(this: void, frame: object | string | Uint8Array): void;
  /** The next frame, whichever it is. */
  next(this: void): Promise<Record<string, unknown>>;
  readonly closed: Promise<{ code: number; reason: string }>;
}

export async function openRaw(
  { url }: Pick<TestServer, "url">,
  protocols: string[] = [],
): Promise<RawClient> {
  const socket = new WebSocket(url, protocols);
  const frames: Record<string, unknown>[] = [];
  let wake: () => void = () => undefined;
  socket.on("message", (data: Buffer) => {
    frames.push(JSON.parse(data.toString()) as Record<string, unknown>);
    wake();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on("close", (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  onTestFinished(() => socket.terminate());
  await once(socket, "open");
  return {
    socket,
    send(frame) {
      const isRaw = typeof frame === "string" || frame instanceof Uint8Array;
      socket.send(isRaw ? frame : JSON.stringify(frame));
    },
    async next() {
      while (frames.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      return frames.shift()!;
    },
    closed,
  };
}
