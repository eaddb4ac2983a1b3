import type { Connection } from "./connection.ts";
import { SseConnectionError } from "./sse-connection-error.ts";

const LAST_EVENT_ID = "last-event-id";
const NOT_IN_HEADERS = /[^\t -~\u0080-\u00FF]/;

/** A value, or a function that gives it anew for every request. */
export type PerAttempt<T> = T | ((attempt: SseAttempt) => T | Promise<T>);

/** A request that is about to be sent. */
export interface SseAttempt {
  /** 1 for the first one. */
  attempt: number;
  /** What the server is asked to go on after; the empty string if nothing is known. */
  lastEventId: string;
  /** Aborted when the connection is over, or is not wanted any more. */
  signal: AbortSignal;
}

export interface SseRequestInit extends Omit<RequestInit, "body" | "headers"> {
  /** Anything `fetch` takes. What is a stream can be sent once: give a function to send it again. */
  body?: PerAttempt<RequestInit["body"]>;
  headers?: PerAttempt<RequestInit["headers"]>;
}

/** What `fetch` is called with. */
export interface Call {
  input: string | URL | Request;
  init: RequestInit & { headers: Headers };
}

export type SseTarget = PerAttempt<string | URL> | Request;

export interface SendOptions {
  request: SseTarget;
  init: SseRequestInit;
  fetch: (input: string | URL | Request, init: RequestInit) => Promise<Response>;
  /** The request may be sent again. */
  resume: boolean;
}

export async function callOf(
  { request, init, fetch, resume }: SendOptions,
  lastEventId: string,
  { attempt, signal }: Connection,
): Promise<Call> {
  const about = { attempt, lastEventId, signal };
  const target = await valueOf(request, about);
  const headers = new Headers(
    (await valueOf(init.headers, about)) ?? (isRequest(target) ? target.headers : undefined),
  );
  if (!headers.has("accept")) headers.set("accept", "text/event-stream");
  if (lastEventId !== "") headers.set(LAST_EVENT_ID, headerOf(lastEventId, attempt));
  const body = (await valueOf(init.body, about)) ?? null;
  // As the standard has it for event streams, none of them comes out of a cache.
  const sent = { cache: "no-store" as const, ...init, headers, body, signal };
  // What a fetch of the caller's own can send is for that one to say.
  if (fetch === globalThis.fetch && !isRequest(target)) checkRequest(target, sent);
  // The body of a request can be sent once.
  const input = isRequest(target) && resume ? target.clone() : target;
  return { input, init: sent };
}

/**
 * Throws for what cannot be sent at all, such as a GET with a body. `fetch` would fail in the same way
 * as when the network is down.
 */
function checkRequest(url: string | URL, init: RequestInit): void {
  const isStream = init.body instanceof ReadableStream; // the request would lock it
  const body = isStream ? new ReadableStream<never>() : (init.body ?? null);
  new Request(url, { ...init, body, signal: null });
}

export function isRequest(request: SseTarget): request is Request {
  return typeof request === "object" && "method" in request;
}

async function valueOf<T>(value: PerAttempt<T>, attempt: SseAttempt): Promise<T> {
  return typeof value === "function"
    ? await (value as (attempt: SseAttempt) => T | Promise<T>)(attempt)
    : value;
}

/** A header's value is made of bytes: those of the id in UTF-8, as the standard has it. */
function headerOf(lastEventId: string, attempt: number): string {
  const bytes = Array.from(new TextEncoder().encode(lastEventId));
  const value = bytes.map((byte) => String.fromCharCode(byte)).join("");
  if (!NOT_IN_HEADERS.test(value)) return value;
  throw new SseConnectionError(`no header can carry the id ${JSON.stringify(lastEventId)}`, {
    code: "last-event-id",
    attempt,
    retryable: false,
  });
}
