import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import { watchPulse } from "./node/pulse.ts";
import { millraceV1 } from "./protocol/millrace-server.ts";
import type { Drain } from "./protocol/server-machine.ts";
import {
  serveSocket,
  type ServedSocket,
  type ServeSocketOptions,
  type SocketHandler,
} from "./serve-socket.ts";
import { isAllowedOrigin, type SocketRequest } from "./serve-socket/origin.ts";

const MAX_FRAME_BYTES = 16_777_216;
const HEARTBEAT = 30_000;

export interface AcceptSocketsOptions<User = unknown> extends Omit<
  ServeSocketOptions<User>,
  "request" | "session"
> {
  /** The path of the URL that sockets are opened at. Default: any. */
  path?: string;
  /** How many there may be at a time; the next one is answered by 503. Default `Infinity`. */
  maxSockets?: number;
}

/** The sockets of a server. */
export interface AcceptedSockets {
  /** How many there are. */
  readonly size: number;
  /** Accepts no more, and lets those that there are come to their end. */
  drain(this: void, options?: Partial<Drain>): Promise<void>;
  /** Accepts no more, and closes those that there are. */
  close(this: void): void;
}

/**
 * Accepts the sockets of a server of `node:http` or `node:https`, which goes on with its other work,
 * and serves each by `serveSocket`.
 *
 * - **In:** the server; the handler and the options of `serveSocket`.
 * - **When:** before a socket is opened its path, its origin and their number are looked at: 404,
 *   403, 503. A path that is not this one's is left to others who listen to `upgrade`.
 * - **Limits:** those of `serveSocket`; `ws` itself refuses a message beyond `maxFrameBytes` before it
 *   holds it, by 1009. Nothing is compressed: that costs more memory than all else together.
 * - **Errors:** none; a socket that breaks is closed.
 * - **Cost:** that of `ws`.
 * - **Source:** RFC 6455, clauses 4.2 and 10.2.
 *
 * @example
 * ```ts
 * import { createServer } from "node:http";
 * import { connectSocket } from "@millrace/ws";
 * import { acceptSockets } from "@millrace/ws/node";
 * import { WebSocket } from "ws";
 *
 * const server = createServer();
 * const sockets = acceptSockets(server, () => ["mill", "race"], { path: "/socket" });
 * await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
 * const { port } = server.address() as { port: number };
 *
 * const socket = connectSocket(`ws://127.0.0.1:${port}/socket`, { WebSocket });
 * for await (const item of socket.request("?")) console.log(item); // => "mill", "race"
 * socket.close();
 * await sockets.drain();
 * server.close();
 * ```
 */
export function acceptSockets<Payload = unknown, User = unknown>(
  server: Server,
  handler: SocketHandler<Payload, User>,
  options: AcceptSocketsOptions<User> = {},
): AcceptedSockets {
  const { protocol = millraceV1, path, allowedOrigins, maxSockets = Infinity } = options;
  const { heartbeat = HEARTBEAT, maxFrameBytes = MAX_FRAME_BYTES } = options;
  const { subprotocol } = protocol;
  const all = new Set<ServedSocket>();
  let open = true;

  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: true, // those too that are closed here, and whose other side has not answered
    perMessageDeflate: false,
    maxPayload: maxFrameBytes,
    handleProtocols: (asked) =>
      subprotocol !== undefined && asked.has(subprotocol) ? subprotocol : false,
  });

  function onUpgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
    const request = requestOf(incoming);
    if (request === undefined) refuse(socket, "400 Bad Request");
    else if (path !== undefined && new URL(request.url).pathname !== path) {
      if (server.listenerCount("upgrade") === 1) refuse(socket, "404 Not Found");
    } else if (!open || sockets.clients.size >= maxSockets)
      refuse(socket, "503 Service Unavailable");
    else if (!isAllowedOrigin(request, allowedOrigins)) refuse(socket, "403 Forbidden");
    else sockets.handleUpgrade(incoming, socket, head, (accepted) => serve(accepted, request));
  }

  function serve(socket: WebSocket, request: SocketRequest): void {
    const served = serveSocket(socket, handler, { ...options, request });
    all.add(served);
    void served.closed.then(() => all.delete(served));
    // The other protocols have no frame by which a client could say that it is there.
    if (subprotocol === undefined) watchPulse(socket, heartbeat);
  }

  server.on("upgrade", onUpgrade);

  return {
    get size() {
      return all.size;
    },
    async drain(drain) {
      open = false;
      for (const served of all) served.drain(drain);
      await Promise.all([...all].map(({ closed }) => closed));
      server.off("upgrade", onUpgrade);
    },
    close() {
      open = false;
      server.off("upgrade", onUpgrade);
      for (const served of all) served.close();
    },
  };
}

/** `undefined` for what names no URL. Whoever connects chooses the words. */
function requestOf({ url = "/", headers }: IncomingMessage): SocketRequest | undefined {
  try {
    return {
      url: new URL(url, `http://${headers.host ?? "localhost"}`).href,
      headers: { get: (name) => headers[name.toLowerCase()]?.toString() },
    };
  } catch {
    return undefined;
  }
}

function refuse(socket: Duplex, status: string): void {
  socket.on("error", () => undefined); // a client that is gone already
  // Nobody reads it any more, and would hear that the client closes: a refusal must not hold it open.
  socket.once("finish", () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
