import { pipe } from "@millrace/core";
import { systemClock, type Clock } from "@millrace/core/clock";
import { decodeConnections } from "./connect-sse/decode-connections.ts";
import { receive } from "./connect-sse/receive.ts";
import { isRequest, type SseTarget, type SseRequestInit } from "./connect-sse/request.ts";
import type { SseConnectionError } from "./connect-sse/sse-connection-error.ts";
import type { DecodeSseOptions } from "./decode-sse.ts";
import type { SseEvent } from "./sse-event.ts";

/** Milliseconds where nothing else is said. */
const RETRY_DELAY = 1_000;
const MAX_DELAY = 30_000;
const STABLE_AFTER = 5_000;
const IDLE_TIMEOUT = 300_000;

/** Whatever `fetch` takes, whatever `decodeSse` takes, and what is told here. */
export interface ConnectSseOptions extends SseRequestInit, DecodeSseOptions {
  /** Sends the requests. Default: the runtime's `fetch`. */
  fetch?: (input: string | URL | Request, init: RequestInit) => Promise<Response>;
  /**
   * Whether the request is sent again, to go on after the last event, when the connection is lost.
   * Default: for GET only. Any other request does something each time that it is sent; say `true`
   * if the server goes on with what it has begun.
   */
  resume?: boolean;
  /** Told of each event that came: `true` if it is the last one, be it a `[DONE]`. */
  until?: (event: SseEvent) => boolean;
  /** Told of each answer that is an event stream, before its events. Its body is not yours to read. */
  onOpen?: (response: Response) => void;
  /** Told why the request will be sent again, and after how many milliseconds. */
  onReconnect?: (failure: SseConnectionError, delay: number) => void;
  /** How many requests in a row may fail, the first one included. Default `Infinity`. */
  maxAttempts?: number;
  /** Milliseconds without a byte, comments included, that mean a lost connection. Default 300,000. */
  idleTimeout?: number;
  /** Milliseconds to wait, at most, after a first failure. The server's `retry` replaces it. Default 1,000. */
  retryDelay?: number;
  /** Milliseconds to wait, at most, after any failure, but for what `Retry-After` says. Default 30,000. */
  maxDelay?: number;
  /**
   * Milliseconds that a connection has to hold before the failures so far are forgotten. Default
   * 5,000; 0 for a server that ends each of its answers at once, on purpose.
   */
  stableAfter?: number;
  /** At least 0, less than 1. Default `Math.random`. */
  random?: () => number;
  clock?: Clock;
}

/**
 * The events of a server, over as many connections as it takes: what `EventSource` is, for any
 * request, as a stream.
 *
 * - **In:** a URL, a `Request`, or a function that gives a URL; `headers` and `body` may be functions
 *   too, called for each request with `{ attempt, lastEventId, signal }`. Cookies, redirects and all
 *   else are up to `fetch`.
 * - **Out:** an `SseEvent` for each event, as `decodeSse` gives them, in a `ReadableStream` that is
 *   an async iterable too. A server that sends ids, and heeds `Last-Event-ID`, is heard without gap
 *   or repetition: half an event is forgotten when the next connection opens.
 * - **When:** nothing is sent before somebody reads, and no byte is read unless a reader waits.
 *   A connection that was lost is followed by another after a random time up to
 *   `retryDelay · 2ⁿ`, at most `maxDelay`; n is how many failed since one has held for `stableAfter`.
 *   `Retry-After` wins, unless it says at once. It ends at the event that `until` knows as the last one, at an answer of 204,
 *   and, without `resume` and `until`, where the answer ends.
 * - **Limits:** `maxEventLength`, as with `decodeSse`; `idleTimeout`; 64 KiB of an answer that is an
 *   error. There is no limit to how long all takes: pass `AbortSignal.timeout(…)`.
 * - **Errors:** an `SseConnectionError` for a status of 4xx but 408, 425 and 429, for one of 2xx beyond
 *   203, or another content type; for any failure without `resume`; for the last one of `maxAttempts`. What a function of
 *   yours throws. A `LimitError` of `decodeSse`. Each behind all events before it.
 * - **Cancel:** at once, with the reason, also while it waits for an answer, a byte or the next
 *   attempt; so does `signal`, after which the stream fails with the reason.
 * - **Cost:** a timer and some promises a chunk over `pipe(body, decodeSse())`, and nothing an event.
 * - **Source:** HTML standard, clause 9.2, but for what it leaves to the user agent; RFC 9110, clause
 *   10.2.3, `Retry-After`.
 *
 * @example
 * ```ts
 * import { connectSse } from "@millrace/sse";
 *
 * // Stands for a server: it breaks off in its second event, then goes on after the first.
 * const answers = ["id: 1\ndata: mill\n\nid: 2\nda", "id: 2\ndata: race\n\n"];
 * const headers = { "content-type": "text/event-stream" };
 * const fetch = () => Promise.resolve(new Response(answers.shift(), { headers }));
 *
 * const events = connectSse("https://example.com/", {
 *   fetch,
 *   retryDelay: 1,
 *   until: ({ data }) => data === "race",
 * });
 * for await (const { data } of events) console.log(data); // => "mill", "race"
 * ```
 */
export function connectSse(
  request: SseTarget,
  options: ConnectSseOptions = {},
): ReadableStream<SseEvent> {
  const {
    fetch = globalThis.fetch,
    resume = methodOf(request, options) === "GET",
    retryDelay = RETRY_DELAY,
    until,
    onOpen,
    onReconnect,
    maxAttempts = Infinity,
    maxDelay = MAX_DELAY,
    stableAfter = STABLE_AFTER,
    idleTimeout = IDLE_TIMEOUT,
    random = Math.random,
    clock = systemClock,
    ...init // `fetch` ignores what it does not know
  } = options;
  atLeast(0, { retryDelay, maxDelay, stableAfter });
  atLeast(1, { maxAttempts, idleTimeout });
  if (resume && init.body instanceof ReadableStream) {
    throw new TypeError("Cannot connect: a body that is a stream can be sent once, so not resumed");
  }
  const session = { lastEventId: options.lastEventId ?? "", retryDelay };
  // Carried by the source, as by the stream of an SDK: `pipe` aborts it when the reader cancels.
  const controller = new AbortController();
  const received = receive(
    {
      request,
      init,
      fetch,
      resume,
      mayEnd: !resume && until === undefined,
      maxAttempts,
      maxDelay,
      stableAfter,
      idleTimeout,
      random,
      clock,
      onOpen,
      onReconnect,
    },
    session,
    controller,
  );
  return pipe(Object.assign(received, { controller }), decodeConnections(options, session));
}

function methodOf(request: SseTarget, { method }: ConnectSseOptions): string {
  return (method ?? (isRequest(request) ? request.method : "GET")).toUpperCase();
}

function atLeast(least: number, numbers: Record<string, number>): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (value >= least) continue;
    throw new RangeError(`Cannot connect: ${name} must be ${least} or more, not ${value}`);
  }
}
