import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { systemClock } from "@millrace/core/clock";
import { WebSocketServer, type WebSocket } from "ws";
import { admission } from "./node/admission.ts";
import { handBack, isAlone, isForSockets, keepRequests } from "./node/hand-back.ts";
import { watchPulse } from "./node/pulse.ts";
import { chooseFrom, type SpokenProtocol } from "./node/spoken.ts";
import { refuse, refuseBy, requestOf } from "./node/upgrade.ts";
import type { Drain } from "./protocol/server-machine.ts";
import {
  limitsOf,
  serveSocket,
  type ServedSocket,
  type ServeSocketOptions,
  type SocketHandler,
} from "./serve-socket.ts";
import { isAllowedOrigin, type SocketRequest } from "./serve-socket/origin.ts";

const MAX_FRAME_BYTES = 16_777_216;
const HEARTBEAT = 30_000;
const HELLO_TIMEOUT = 10_000;

export type { SpokenProtocol } from "./node/spoken.ts";

export interface AcceptSocketsOptions<User = unknown> extends Omit<
  ServeSocketOptions<User>,
  "request" | "session"
> {
  /** The path of the URL that sockets are opened at. Default: any. */
  path?: string;
  /** How many there may be at a time; the next one is answered by 503. Default `Infinity`. */
  maxSockets?: number;
  /**
   * Asked before a socket is opened, behind its path, its origin and their number. Gives the response
   * that refuses it, such as a 401 or a 429; `undefined` lets it in. What is thrown refuses it by 500,
   * what says nothing for `helloTimeout` by 503. A page cannot send headers along: who it is, it says in
   * its greeting, or by its cookie, which are for `authenticate`.
   */
  accept?: (
    request: SocketRequest,
    incoming: IncomingMessage,
  ) => Response | undefined | PromiseLike<Response | undefined>;
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
 * - **In:** the server; the handler and the options of `serveSocket`. Or a list of protocols, each with
 *   its own handler, all spoken at one path: a client gets the first subprotocol of its own list that is
 *   among them; one that asks for none of them gets the protocol without a subprotocol, such as
 *   `simpleFrames()`, or else the first.
 * - **When:** before a socket is opened its path, its origin and their number are looked at: 404,
 *   403, 503; then `accept` is asked. A path that is not this one's is left to others who listen to
 *   `upgrade`. A request that would upgrade to another protocol is answered by the server's own work,
 *   as if it would not.
 * - **Limits:** those of `serveSocket`; `ws` itself refuses a message beyond `maxFrameBytes` before it
 *   holds it, by 1009. Nothing is compressed: that costs more memory than all else together.
 * - **Errors:** none but of bad options; a socket that breaks is closed.
 * - **Cost:** that of `ws`.
 * - **Source:** RFC 6455, clauses 4.2 and 10.2.
 *
 * @example
 * ```ts
 * import { createServer } from "node:http";
 * import { connectSocket, simpleFrames } from "@millrace/ws";
 * import { acceptSockets } from "@millrace/ws/node";
 * import { WebSocket } from "ws";
 *
 * const server = createServer();
 * const handler = () => ["mill", "race"];
 * const protocols = [{ handler }, { protocol: simpleFrames(), handler }]; // millrace.v1, and another
 * const sockets = acceptSockets(server, protocols, { path: "/socket" });
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
  handler: SocketHandler<Payload, User> | readonly SpokenProtocol<User>[],
  options: AcceptSocketsOptions<User> = {},
): AcceptedSockets {
  const { path, accept, allowedOrigins, maxSockets = Infinity } = options;
  const { clock = systemClock, helloTimeout = HELLO_TIMEOUT, onError } = options;
  const spoken = chooseFrom(typeof handler === "function" ? [{ handler }] : handler, options);
  for (const each of spoken.all) limitsOf(each); // what is wrong is told now, not by the first client
  if (!(maxSockets > 0)) {
    throw new RangeError(
      `Cannot accept sockets: maxSockets must be more than 0, not ${maxSockets}`,
    );
  }
  const all = new Set<ServedSocket>();
  let asking = 0; // handshakes that `accept` has not answered yet
  let open = true;

  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: true, // those too that are closed here, and whose other side has not answered
    perMessageDeflate: false,
    maxPayload: Math.max(...spoken.all.map((each) => each.maxFrameBytes ?? MAX_FRAME_BYTES)),
    handleProtocols: (asked) => spoken.agreeTo(asked) ?? false,
  });

  function onUpgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
    const request = requestOf(incoming);
    if (!isForSockets(incoming)) {
      if (isAlone(server)) handBack(server, incoming, socket, head);
    } else if (request === undefined) refuse(socket, 400);
    else if (path !== undefined && new URL(request.url).pathname !== path) {
      if (isAlone(server)) refuse(socket, 404);
    } else if (!open || sockets.clients.size + asking >= maxSockets) refuse(socket, 503);
    else if (!isAllowedOrigin(request, allowedOrigins)) refuse(socket, 403);
    else if (accept === undefined) upgrade(incoming, socket, head, request);
    else void askFirst(accept, incoming, socket, head, request);
  }

  async function askFirst(
    ask: NonNullable<typeof accept>,
    incoming: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    request: SocketRequest,
  ): Promise<void> {
    socket.on("error", () => undefined); // a client that does not wait
    const timing = { clock, timeout: helloTimeout, onError };
    let refusal: Response | undefined = new Response(null, { status: 500 });
    asking++;
    try {
      refusal = await admission(() => ask(request, incoming), timing);
    } finally {
      asking--; // also when `onError` throws
      if (refusal !== undefined) await refuseBy(socket, refusal);
      else if (open) upgrade(incoming, socket, head, request);
      else refuse(socket, 503);
    }
  }

  function upgrade(
    incoming: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    request: SocketRequest,
  ): void {
    sockets.handleUpgrade(incoming, socket, head, (accepted) => serve(accepted, request));
  }

  function serve(socket: WebSocket, request: SocketRequest): void {
    const own = spoken.of(socket.protocol);
    const answer = own.handler as SocketHandler<unknown, User>;
    const served = serveSocket(socket, answer, { ...own, request });
    all.add(served);
    void served.closed.then(() => all.delete(served));
    // The other protocols have no frame by which a client could say that it is there.
    if (own.protocol.subprotocol === undefined) watchPulse(socket, own.heartbeat ?? HEARTBEAT);
  }

  server.on("upgrade", onUpgrade);
  const letGoOfRequests = keepRequests(server);

  function stopListening(): void {
    server.off("upgrade", onUpgrade);
    letGoOfRequests();
  }

  return {
    get size() {
      return all.size;
    },
    async drain(drain) {
      open = false;
      for (const served of all) served.drain(drain);
      await Promise.all([...all].map(({ closed }) => closed));
      stopListening();
    },
    close() {
      open = false;
      stopListening();
      for (const served of all) served.close();
    },
  };
}
