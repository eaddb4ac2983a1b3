import { systemClock, type Clock } from "@millrace/core/clock";
import { openClient } from "./connect-socket/client.ts";
import type { WelcomeFrame } from "./protocol/frames.ts";
import { MOST_CREDIT, wholeOf } from "./protocol/limits.ts";
import type { SocketClose, SocketConstructor } from "./socket.ts";

const DEFAULTS = {
  window: 65_536,
  maxOutboxBytes: 16_777_216,
  maxFrameBytes: 16_777_216,
  maxDepth: 512,
  maxAttempts: 10,
  retryDelay: 1_000,
  maxDelay: 30_000,
  stableAfter: 5_000,
  welcomeTimeout: 10_000,
};

/** Sizes are in bytes, times in milliseconds. */
export interface ConnectSocketOptions {
  /** Makes the sockets. Default: the runtime's own; Node has one from 22 on. */
  WebSocket?: SocketConstructor;
  /**
   * Who this is, for the server's `authenticate`; a function is asked before each connection. What it
   * throws fails all that waits: one that asks over the network has to try again by itself.
   */
  auth?: unknown;
  /** What may come of a stream before it was read, at most 2³¹ − 1. Default 65,536. */
  window?: number;
  /** Requests that wait to be sent, or to be heard of. Default 16 MiB. */
  maxOutboxBytes?: number;
  /** Of a frame that comes. Default 16 MiB. */
  maxFrameBytes?: number;
  /** How deep the JSON of a frame may be, of what comes and of what is asked. Default 512. */
  maxDepth?: number;
  /** How many connections in a row may fail, until all requests do. Default 10. */
  maxAttempts?: number;
  /** To wait, at most, after a first failure. Default 1,000. */
  retryDelay?: number;
  /** To wait, at most, after any failure. Default 30,000. */
  maxDelay?: number;
  /** How long a connection has to hold until the failures before it are forgotten. Default 5,000. */
  stableAfter?: number;
  /** Until the server has to have said welcome. Default 10,000. */
  welcomeTimeout?: number;
  /** Told of each connection, when the server has said welcome. */
  onConnect?: (welcome: WelcomeFrame) => void;
  /** Told of each connection that is over, and when the next one is tried, if one is. */
  onDisconnect?: (how: SocketClose, delay: number | undefined) => void;
  /** At least 0, less than 1. Default `Math.random`. */
  random?: () => number;
  clock?: Clock;
}

export interface RequestOptions {
  /** Cancels it; the stream fails with the reason. */
  signal?: AbortSignal;
  /** Its name, not to be guessed: to attach to the stream later. Default: a random one. */
  stream?: string;
}

export interface AttachOptions {
  /** Lets go of it; the stream fails with the reason. */
  signal?: AbortSignal;
  /** The last number that is known already. Default 0: all is to come. */
  after?: number;
}

/** A socket that is kept, by as many connections as it takes. */
export interface ConnectedSocket {
  /** Asks for a stream. Cancelling it stops what the server does. */
  request<Item = unknown>(
    this: void,
    payload: unknown,
    options?: RequestOptions,
  ): ReadableStream<Item>;
  /** Listens to a stream that was begun, here or elsewhere. Cancelling it leaves the stream alone. */
  attach<Item = unknown>(this: void, stream: string, options?: AttachOptions): ReadableStream<Item>;
  /** Ends all streams, and the connection. */
  close(this: void): void;
}

/**
 * A socket to a server of `millrace.v1`, for many requests at a time, each of which gives a stream.
 *
 * - **In / Out:** a URL of `ws:` or `wss:`; `request(payload)`, whose payload and items are anything
 *   that is JSON, gives a `ReadableStream` that is an async iterable too.
 * - **When:** it connects with the first request, and again when the connection is lost and something
 *   is to be heard: after a random time up to `retryDelay · 2ⁿ`, at most `maxDelay`; n is how many
 *   failed since one has held for `stableAfter`. It attaches behind the last item that came.
 *   A half-open connection is noticed after one and a half heartbeats of the server.
 * - **Never twice:** a request that may have arrived is made again only of a server that keeps
 *   streams, under the same name, by which that knows it. Of another it fails, `lost`.
 * - **Limits:** `window` for each stream, which the server fills no faster than it is read;
 *   `maxOutboxBytes`. What is beyond them fails, and is never dropped.
 * - **Errors:** each stream that does not end well fails with a `SocketError`, behind all items before:
 *   what the server said of it, or what became of the connection. `request` and `attach` themselves throw
 *   nothing but for a payload that is no JSON, a name that is not 1 to 128 units, a number that is none.
 * - **Cancel:** of a stream, or by its `signal`, reaches the server's handler at once.
 * - **Cost:** one `JSON.parse` a frame, one promise a read.
 * - **Source:** docs/protocol/millrace-v1.md; RFC 6455.
 *
 * @example
 * ```ts
 * import { connectSocket, serveSocket } from "@millrace/ws";
 * import { WebSocket, WebSocketServer } from "ws";
 *
 * const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
 * server.on("connection", (socket) => {
 *   serveSocket(socket, () => ["mill", "race"]);
 * });
 * await new Promise((resolve) => server.on("listening", resolve));
 * const { port } = server.address() as { port: number };
 *
 * const socket = connectSocket(`ws://127.0.0.1:${port}`, { WebSocket });
 * for await (const item of socket.request<string>({ prompt: "?" })) console.log(item); // => "mill", "race"
 * socket.close();
 * server.close();
 * ```
 */
export function connectSocket(
  url: string | URL,
  options: ConnectSocketOptions = {},
): ConnectedSocket {
  const numbers = { ...DEFAULTS };
  for (const name of Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[]) {
    const value = options[name] ?? DEFAULTS[name];
    if (!(value >= (ZERO_IS_FINE.has(name) ? 0 : 1))) {
      throw new RangeError(`Cannot connect a socket: ${name} must not be ${value}`);
    }
    numbers[name] = value;
  }
  numbers.window = Math.min(wholeOf(numbers.window), MOST_CREDIT);
  return openClient(String(url), {
    ...options,
    ...numbers,
    random: options.random ?? Math.random,
    clock: options.clock ?? systemClock,
  });
}

const ZERO_IS_FINE = new Set<string>(["retryDelay", "maxDelay", "stableAfter"]);
