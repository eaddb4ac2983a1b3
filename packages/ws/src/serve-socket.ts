import type { Source } from "@millrace/core";
import { systemClock, type Clock } from "@millrace/core/clock";
import { openConversation } from "./serve-socket/conversation.ts";
import type { AllowedOrigins, SocketRequest } from "./serve-socket/origin.ts";
import type { Drain, ServerLimits, ServerProtocol } from "./protocol/server-machine.ts";
import type { Entry, Failure } from "./protocol/frames.ts";
import { millraceV1 } from "./protocol/millrace-server.ts";
import { randomName } from "./random-name.ts";
import type { Socket, SocketClose } from "./socket.ts";

const MOST_BYTES = 16_777_216;
const HIGH_WATER_MARK = 262_144;

const DEFAULT_LIMITS: ServerLimits = {
  maxFrameBytes: MOST_BYTES,
  maxPayloadBytes: MOST_BYTES,
  maxDepth: 512,
  maxFramesPerSecond: 5_000,
  maxStreams: 100,
  helloTimeout: 10_000,
  heartbeat: 30_000,
};

/** What a handler, and what else is asked for a stream, knows of its client. */
export interface SocketContext<User = unknown> {
  /** The name of the request on its connection. */
  readonly id: string;
  /** The name of the stream for good, chosen by the client; the same again means the same stream. */
  readonly stream: string | undefined;
  /** Aborted when the client cancels, or is gone and the stream is not to go on without it. */
  readonly signal: AbortSignal;
  /** What `authenticate` gave. */
  readonly user: User;
  /** The name of the connection, for logs. */
  readonly session: string;
}

/** Answers a request of a client by a stream. */
export type SocketHandler<Payload = unknown, User = unknown> = (
  payload: Payload,
  context: SocketContext<User>,
) => Source<unknown> | PromiseLike<Source<unknown>>;

/** An item of a log: what a client can go on behind. */
export type SocketEntry = Entry;

type MaybeLog = Source<SocketEntry> | undefined;

/** All limits may be set. Sizes are in bytes, times in milliseconds. */
export interface ServeSocketOptions<User = unknown> extends Partial<ServerLimits> {
  /** The protocol that the client speaks. Default `millrace.v1`. */
  protocol?: ServerProtocol;
  /** The request that the socket was opened by, where it is to be looked at. */
  request?: SocketRequest;
  /** Origins of pages that may open it, besides the server's own. Needs `request`. */
  allowedOrigins?: AllowedOrigins;
  /**
   * Who the client is, by what it has sent in its greeting; cookies are in the request. `undefined`,
   * null and false refuse it; what is thrown does too, and lets it come again. Default: everybody is welcome.
   */
  authenticate?: (auth: unknown, request: SocketRequest | undefined) => User | PromiseLike<User>;
  /**
   * Makes streams durable: gives the entries behind a number of a stream that was begun, by whatever
   * process, or `undefined` if there is none of that name, as does an error of the code `missing` that
   * it throws. One of the code `gone` says that they were thrown away.
   */
  attach?: (
    stream: string,
    after: number,
    context: SocketContext<User>,
  ) => MaybeLog | PromiseLike<MaybeLog>;
  /**
   * Stops a stream by name, for a client that cancels what it has begun on another connection. Without
   * it, nothing but the end stops what goes on without its client. Of one that is about to begin it is
   * asked again when it has.
   */
  cancel?: (stream: string, context: { user: User; reason: string }) => unknown;
  /**
   * What becomes of a stream whose client is gone: its `signal` is aborted, or it is only not read
   * any more. Default `"detach"` with `attach`, else `"cancel"`.
   */
  onDisconnect?: "cancel" | "detach";
  /**
   * Told of what fails. What it gives is told to the client, which else hears only that the stream
   * has failed.
   */
  onError?: (
    error: unknown,
    context: { stream?: string | undefined },
  ) => Partial<Failure> | undefined;
  /** Bytes that wait to leave, from which on no source is read. Default 262,144. */
  highWaterMark?: number;
  /** The name of the connection. Default: a random one. */
  session?: string;
  clock?: Clock;
}

/** A socket that is served. */
export interface ServedSocket {
  /** Resolves when it is closed, whoever closed it. */
  readonly closed: Promise<SocketClose>;
  /** No new streams; it closes when those that run have ended, or their time is over. */
  drain(this: void, options?: Partial<Drain>): void;
  /** Closes it now. Its streams get what `onDisconnect` says. */
  close(this: void, code?: number, reason?: string): void;
}

/**
 * Answers the requests of a client on a socket, many at a time, each with a stream that is paced and
 * cancelled by itself.
 *
 * - **In:** a socket of any runtime, open or about to be; a handler, called for each request. What
 *   it gives is anything that `pipe` takes, its items anything that is JSON.
 * - **When:** each item at once. A source is read only while its client takes more of this stream,
 *   and the socket has room.
 * - **Limits:** of frames, streams, rates, ids and depth, and of sources that go on though their
 *   streams were cancelled: twice `maxStreams`; what is beyond them is answered by an error
 *   of the request, or by a close code (`closeCodes`). Nothing is dropped.
 * - **Errors:** what a handler or a source fails with ends its stream, after all items before; the
 *   client hears no more than that, `onError` hears all. Nothing is thrown but a bad option.
 * - **Cancel:** of a client, by cancelling a request or by going, reaches `signal` and the source at
 *   once.
 * - **Durable** with `attach`: a client that comes back gets what it has not had, and a request that
 *   it repeats, because it does not know whether it has arrived, is not made twice. For that the
 *   handler has to be the same function for all sockets: not a closure made for each.
 * - **Cost:** one `JSON.stringify` and one frame an item.
 * - **Source:** docs/protocol/millrace-v1.md; RFC 6455.
 *
 * @example
 * ```ts
 * import { connectSocket, serveSocket } from "@millrace/ws";
 * import { WebSocket, WebSocketServer } from "ws";
 *
 * const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
 * server.on("connection", (socket) => {
 *   serveSocket(socket, (payload) => [`mill ${String(payload)}`, "race"]);
 * });
 * await new Promise((resolve) => server.on("listening", resolve));
 * const { port } = server.address() as { port: number };
 *
 * const socket = connectSocket(`ws://127.0.0.1:${port}`, { WebSocket });
 * for await (const item of socket.request("one")) console.log(item); // => "mill one", "race"
 * socket.close();
 * server.close();
 * ```
 */
export function serveSocket<Payload = unknown, User = unknown>(
  socket: Socket,
  handler: SocketHandler<Payload, User>,
  options: ServeSocketOptions<User> = {},
): ServedSocket {
  const { attach } = options;
  const { limits, highWaterMark } = limitsOf(options);
  if (Array.isArray(options.allowedOrigins) && options.request === undefined) {
    throw new TypeError(
      "Cannot serve a socket: allowedOrigins needs the request, to look at its origin",
    );
  }
  return openConversation(socket, handler as SocketHandler, {
    ...(options as ServeSocketOptions),
    limits,
    highWaterMark,
    protocol: options.protocol ?? millraceV1,
    onDisconnect: options.onDisconnect ?? (attach === undefined ? "cancel" : "detach"),
    session: options.session ?? randomName(),
    clock: options.clock ?? systemClock,
  });
}

/** What is not given is as it is by default. Throws where one is no limit. */
export function limitsOf(options: Partial<ServerLimits> & { highWaterMark?: number | undefined }): {
  limits: ServerLimits;
  highWaterMark: number;
} {
  const { highWaterMark = HIGH_WATER_MARK } = options;
  const limits = { ...DEFAULT_LIMITS, ...definedOf(options) };
  for (const [name, value] of Object.entries({ ...limits, highWaterMark })) {
    if (value > 0) continue;
    throw new RangeError(`Cannot serve a socket: ${name} must be more than 0, not ${value}`);
  }
  return { limits, highWaterMark };
}

/** An option that is given as `undefined` is not given. */
function definedOf(limits: Partial<ServerLimits>): Partial<ServerLimits> {
  return Object.fromEntries(
    Object.keys(DEFAULT_LIMITS)
      .map((name) => [name, limits[name as keyof ServerLimits]] as const)
      .filter(([, value]) => value !== undefined),
  );
}
