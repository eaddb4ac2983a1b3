import { fuse, type Source, type Stage } from "@millrace/core";
import { systemClock, type Clock } from "@millrace/core/clock";
import { openSource } from "@millrace/core/streams";
import { encodeMessage } from "./encode-message.ts";
import { entryMessages, type SseEntry } from "./sse-response/entry-messages.ts";
import { openBody } from "./sse-response/event-body.ts";
import { DONE_ID, frames, type FramesOptions } from "./sse-response/frames.ts";
import { itemMessages, withId, type Message } from "./sse-response/item-messages.ts";
import { lastEventIdOf } from "./sse-response/last-event-id.ts";
import { lateSource, type MakeSource } from "./sse-response/late-source.ts";
import type { SseMessage } from "./sse-message.ts";

const DEFAULT_HEARTBEAT = 15_000;
const DEFAULT_FORMAT: SseFormat = { done: { type: "done", data: '{"done":true}' } };
const DEFAULT_KEEP_ALIVE: SseMessage = { comment: "keep-alive" };
const DEFAULT_HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache, no-transform", // compression would hold the events back
  "x-accel-buffering": "no", // so would nginx
};
const CURSOR = /^\d{1,15}$/; // any such number is a safe integer
const BEFORE_ALL = -1;

/** Anything that `pipe` takes, or a function that gives it, called when the client reads. */
export type SseSource<I> = Source<I> | MakeSource<I>;

/** What is asked of a request; that of the web platform has it. */
export interface SseRequest {
  readonly method?: string | undefined;
  readonly headers: { get(name: string): string | null | undefined };
  readonly signal?: AbortSignal | undefined;
}

/** What a wire format asks of the stream that carries it. */
export interface SseFormat {
  headers?: ResponseInit["headers"];
  /** What is sent into silence. Default: the comment `keep-alive`. */
  keepAlive?: string | SseMessage;
  /** The last event of a good end. Default: none, for a format whose own events say so. */
  done?: SseMessage;
  /**
   * An id stands ahead of its event's data, for clients that take it for that of the next event
   * otherwise. Default false: half an event moves no cursor.
   */
  idFirst?: boolean;
}

export interface SseResponseOptions {
  /** Tells where the client was, and when it is gone. */
  request?: SseRequest | undefined;
  /** Default: comments to keep alive, and at a good end an event `done` with `{"done":true}`. */
  format?: SseFormat | undefined;
  /** Headers beside those of an event stream and of the format, or instead of them. */
  headers?: ResponseInit["headers"];
  /** Milliseconds of silence until something is sent to keep the connection. Default 15 s. */
  heartbeat?: number | undefined;
  /** Milliseconds until a client comes back that lost the connection. Default: its own. */
  retry?: number | undefined;
  /** Numbers the events that have no id: from 1, or on from the client's last id. */
  count?: boolean | undefined;
  /**
   * Told of what broke the stream off. What it gives, the client gets as the last event; otherwise
   * an event `error`, which says no more than that the stream failed.
   */
  // oxlint-disable-next-line typescript/no-invalid-void-type -- so that `console.error` will do
  onError?: ((error: unknown) => string | SseMessage | void) | undefined;
  clock?: Clock | undefined;
}

/** Each item is a value, and its JSON the data of an event. */
export interface SseJsonOptions extends SseResponseOptions {
  json: true;
}

/** Each item is an entry of a log, encoded here so that a client can come back in the middle. */
export interface SseEntriesOptions<V> extends SseResponseOptions {
  encode: () => Stage<V, string | SseMessage>;
}

/**
 * A stream as the response of a server, in server-sent events.
 *
 * Items are what `encodeSse` takes, strings and messages; with `json: true` an item is a value, and
 * its JSON is the data; with `encode` it is an entry `{ seq, value }` of a log.
 *
 * - **In / Out:** anything that `pipe` takes, or a function that gives it; a `Response`.
 * - **When:** a comment at once, an item as soon as it comes, a heartbeat after 15 seconds of
 *   silence, between events. The source is read only while the client reads.
 * - **End:** the last event has the id `done`, also a message of yours that brings that id. A client
 *   that comes back with it, as an `EventSource` does by itself, gets a 204 and no more. So pass the
 *   `request`, and a function for what should not be begun in vain.
 * - **Cancel:** a client that is gone cancels the source, once, whether the runtime cancels the body
 *   or aborts `request.signal`.
 * - **Resume:** with `encode` a fresh encoder runs over all entries; those up to `Last-Event-ID` are
 *   not sent again, and `id: <seq>` stands at the last event of each. A cursor that is no number
 *   gets a 400.
 * - **Errors:** what the source fails with, and an item that cannot be encoded, becomes an event
 *   `error` and a clean end; `onError` is told. It has the id `done`, too, but for entries, which a
 *   client may come back for. Options that make no sense, and a source that cannot be opened, throw.
 * - **Cost:** one promise and one encoded chunk an event.
 * - **Source:** HTML standard, clause 9.2.
 *
 * @example
 * ```ts
 * import { sseResponse } from "@millrace/sse";
 *
 * const response = sseResponse(["mill", { type: "tick", data: "race", id: "7" }]);
 * await response.text(); // => ": open\n\ndata: mill\n\nevent: tick\ndata: race\nid: 7\n\nevent: done\ndata: {\"done\":true}\nid: done\n\n"
 * ```
 */
export function sseResponse(
  source: SseSource<string | SseMessage>,
  options?: SseResponseOptions,
): Response;
export function sseResponse(source: SseSource<unknown>, options: SseJsonOptions): Response;
export function sseResponse<V>(
  source: SseSource<SseEntry<V>>,
  options: SseEntriesOptions<V>,
): Response;
export function sseResponse(source: SseSource<unknown>, options: AnyOptions = {}): Response {
  const {
    request,
    format = DEFAULT_FORMAT,
    heartbeat = DEFAULT_HEARTBEAT,
    retry,
    encode,
  } = options;
  if (!(heartbeat > 0)) {
    throw new RangeError(`Cannot respond: heartbeat must be more than 0, not ${heartbeat}`);
  }
  const headers = joinHeaders(DEFAULT_HEADERS, format.headers, options.headers);
  const opening = encodeMessage({ comment: "open", retry }, 0);
  const keepAlive = encodeMessage(format.keepAlive ?? DEFAULT_KEEP_ALIVE, 0);
  const done = encodeMessage(withId(format.done ?? {}, DONE_ID), 0);
  const lastEventId = lastEventIdOf(request);
  const cursor = CURSOR.test(lastEventId) ? Number(lastEventId) : undefined;

  const feed =
    typeof source === "function"
      ? lateSource(source, lastEventId || undefined)
      : openSource(source);

  /** Answers without a stream. */
  function answer(status: number, body?: object): Response {
    feed.cancel(new DOMException("The client takes no stream.", "AbortError"));
    if (body !== undefined) headers.set("content-type", "application/json");
    return new Response(body && JSON.stringify(body), { status, headers });
  }

  if (lastEventId === DONE_ID) return answer(204);
  if (encode !== undefined && lastEventId !== "" && cursor === undefined) {
    const message = "Last-Event-ID is not an id of this stream.";
    return answer(400, { error: { kind: "invalid-request", message, retryable: false } });
  }
  if (request?.method === "HEAD") return answer(200);

  const messages =
    encode === undefined
      ? itemMessages(options.json === true, options.count === true ? (cursor ?? 0) + 1 : undefined)
      : (entryMessages(encode, cursor ?? BEFORE_ALL) as Stage<unknown, Message>);
  const written = frames({
    opening,
    done,
    resumable: encode !== undefined,
    idFirst: format.idFirst ?? false,
    onError: options.onError as FramesOptions["onError"], // what is void is undefined
  });
  const body = openBody(feed, fuse(messages, written), {
    heartbeat,
    keepAlive,
    clock: options.clock ?? systemClock,
    signal: request?.signal,
  });
  return new Response(body, { headers });
}

type AnyOptions = SseResponseOptions & {
  json?: boolean;
  encode?: () => Stage<never, string | SseMessage>;
};

/** What comes later stands instead of what came before, whole. */
function joinHeaders(...inits: ResponseInit["headers"][]): Headers {
  const joined = new Headers();
  for (const init of inits) {
    const given = new Headers(init);
    for (const name of given.keys()) joined.delete(name);
    for (const [name, value] of given) joined.append(name, value);
  }
  return joined;
}
