export interface SocketErrorOptions extends ErrorOptions {
  code: string;
  retryable: boolean;
  stream?: string | undefined;
  oldest?: number | undefined;
  closeCode?: number | undefined;
}

/**
 * Why a stream over a socket failed. `code` is what the server said, or
 *
 * - `lost`: the connection was lost, and the server does not keep streams;
 * - `closed`: the connection was closed, by a code that says not to come back, or by `close()`;
 * - `unreachable`: no connection was to be had, as often as it was tried;
 * - `gone`: the server has nothing of the stream, or not from there on (`oldest`);
 * - `gap`: the server left items out;
 * - `cancelled`, `detached`: somebody else stopped it, or the server no longer sends it here;
 * - `outbox`: too much waits to be sent already;
 * - `too-large`: the server does not take a request of this size;
 * - `overflow`: more came than may wait to be read.
 */
export class SocketError extends Error {
  override readonly name = "SocketError";
  readonly code: string;
  /** The same request may succeed later. Whether to make it again is for who pays for it. */
  readonly retryable: boolean;
  /** The name of the stream, to attach to it later. */
  readonly stream: string | undefined;
  readonly oldest: number | undefined;
  /** What the connection was closed with. */
  readonly closeCode: number | undefined;

  constructor(reason: string, options: SocketErrorOptions) {
    super(`Cannot stream over the socket: ${reason}`, options);
    this.code = options.code;
    this.retryable = options.retryable;
    this.stream = options.stream;
    this.oldest = options.oldest;
    this.closeCode = options.closeCode;
  }
}
