/**
 * What went wrong with a connection:
 *
 * - `status`: the server answered with a status of which no stream comes: any but 200 to 203;
 * - `content-type`: it answered with something that is no event stream;
 * - `network`: no answer came, or it broke off; `cause` is what `fetch` or the body failed with;
 * - `idle`: nothing came for as long as `idleTimeout`;
 * - `ended`: the answer ended, where more was to come;
 * - `last-event-id`: the server named an id that no header can carry, so it cannot be asked to go on.
 */
export type SseConnectionErrorCode =
  | "status"
  | "content-type"
  | "network"
  | "idle"
  | "ended"
  | "last-event-id";

export interface SseConnectionErrorOptions extends ErrorOptions {
  code: SseConnectionErrorCode;
  attempt: number;
  retryable: boolean;
  response?: Response;
  body?: unknown;
  retryAfter?: number | undefined;
}

/** A connection that failed, and what the server said. */
export class SseConnectionError extends Error {
  override readonly name = "SseConnectionError";
  readonly code: SseConnectionErrorCode;
  /** Which request failed: 1 for the first one. */
  readonly attempt: number;
  /** The same request may succeed later. Whether sending it again does harm is another question. */
  readonly retryable: boolean;
  /** Of the answer, if that is what went wrong, as are the others below. */
  readonly status: number | undefined;
  readonly headers: Headers | undefined;
  /** The first 64 KiB of the answer: parsed, if they are a JSON object or array, else as text. */
  readonly body: unknown;
  /** Milliseconds that the server asks to wait, by its `Retry-After`. */
  readonly retryAfter: number | undefined;

  constructor(reason: string, options: SseConnectionErrorOptions) {
    super(`Cannot receive server-sent events: ${reason}`, options);
    this.code = options.code;
    this.attempt = options.attempt;
    this.retryable = options.retryable;
    this.status = options.response?.status;
    this.headers = options.response?.headers;
    this.body = options.body;
    this.retryAfter = options.retryAfter;
  }
}
