import type { SseEntry } from "./sse-response/entry-messages.ts";
import type { SseMessage } from "./sse-message.ts";
import {
  sseResponse,
  type SseEntriesOptions,
  type SseJsonOptions,
  type SseRequest,
  type SseResponseOptions,
  type SseSource,
} from "./sse-response.ts";

/** What is asked of a request of `node:http`. */
export interface NodeRequest {
  readonly method?: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly socket?: NodeSocket | undefined;
}

/** The connection of a request, on which its response may have to wait for others. */
export interface NodeSocket extends NodeEvents {
  readonly destroyed: boolean;
}

/** The stream of a response, of HTTP/2 only. */
export interface NodeStream extends NodeEvents {
  readonly destroyed: boolean;
  destroy(): unknown;
}

/** What tells of events. */
export interface NodeEvents {
  on(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
}

/** What is asked of a response: those of `node:http`, of `node:http2` and of Express have it. */
export interface NodeResponse extends NodeEvents {
  readonly req: NodeRequest;
  readonly socket: { setNoDelay(noDelay: boolean): unknown } | null;
  readonly stream?: NodeStream | undefined;
  readonly destroyed?: boolean | undefined;
  readonly writableFinished: boolean;
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  appendHeader(name: string, value: string): unknown;
  flushHeaders?(): void;
  write(chunk: Uint8Array): boolean;
  /** Of compression. */
  flush?: (() => void) | undefined;
  end(): unknown;
}

/**
 * Sends a stream as server-sent events on a response of Node: `http`, `http2`, Express; of Fastify
 * `reply.raw`, after `reply.hijack()`. All is as with `sseResponse`, which it writes out.
 *
 * - **In / Out:** as `sseResponse`; a promise, resolved when all was sent or the client is gone.
 * - **When:** each event at once, also through compression. The source waits while the client does
 *   not read.
 * - **Cancel:** when the response closes, the source is cancelled with an `AbortError`.
 * - **Errors:** it rejects as `sseResponse` throws, and when headers were sent already. A client that
 *   leaves is no error.
 * - **Cost:** one write an event.
 *
 * @example
 * ```ts
 * import { createServer } from "node:http";
 * import { sendSse } from "@millrace/sse/node";
 *
 * const server = createServer((_, response) => void sendSse(response, ["mill", "race"]));
 * await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
 * const { port } = server.address() as { port: number };
 * const answer = await fetch(`http://127.0.0.1:${port}`);
 * (await answer.text()).startsWith(": open\n\ndata: mill\n\ndata: race\n\n"); // => true
 * server.close();
 * ```
 */
export function sendSse(
  response: NodeResponse,
  source: SseSource<string | SseMessage>,
  options?: SseResponseOptions,
): Promise<void>;
export function sendSse(
  response: NodeResponse,
  source: SseSource<unknown>,
  options: SseJsonOptions,
): Promise<void>;
export function sendSse<V>(
  response: NodeResponse,
  source: SseSource<SseEntry<V>>,
  options: SseEntriesOptions<V>,
): Promise<void>;
export async function sendSse(
  response: NodeResponse,
  source: SseSource<unknown>,
  options: SseResponseOptions = {},
): Promise<void> {
  const request = options.request ?? requestOf(response.req);
  const answer = sseResponse(source, { ...options, request } as SseJsonOptions); // or another kind
  const body = answer.body?.getReader();
  const { stream } = response;
  let gone = false;
  let wake: () => void = ignore;

  // One listener each for the whole time: compression moves them to a stream of its own, from
  // which they could not be removed.
  const onProgress = () => {
    wake();
  };
  const onClose = () => {
    gone = true;
    void body?.cancel(new DOMException("The client is gone.", "AbortError"));
    wake();
  };
  // A reset that names no error closes nothing while more waits to be written.
  const onReset = () => {
    stream?.destroy();
    onClose();
  };
  const progress = () => new Promise<void>((resolve) => (wake = resolve));

  async function sendBody(): Promise<void> {
    if (body === undefined) return;
    if (stream === undefined) response.socket?.setNoDelay(true); // HTTP/2 sees to it itself
    response.flushHeaders?.();
    for (;;) {
      const { done, value } = await body.read();
      if (done || isGone()) return;
      const goesOn = response.write(value);
      response.flush?.();
      if (!goesOn && !isGone()) await progress();
    }
  }

  // A response that waits for those before it on its connection is not told when that closes.
  const queue = response.socket === null ? response.req.socket : undefined;

  const isGone = () => gone || response.destroyed === true || stream?.destroyed === true;

  if (queue?.destroyed === true) onClose();
  queue?.on("close", onClose);
  stream?.on("aborted", onReset);
  response.on("drain", onProgress);
  response.on("finish", onProgress);
  response.on("close", onClose);
  response.on("error", onClose); // of a socket that broke between two writes
  try {
    if (isGone()) return;
    writeHead(response, answer);
    await sendBody();
    if (isGone()) return;
    response.end();
    while (!isGone() && !response.writableFinished) await progress();
  } catch (error) {
    void body?.cancel(error);
    throw error;
  } finally {
    onClose();
    queue?.off("close", onClose);
    stream?.off("aborted", onReset);
    response.off("drain", onProgress);
    response.off("finish", onProgress);
    response.off("close", onClose);
    response.off("error", onClose);
  }
}

function writeHead(response: NodeResponse, { status, headers }: Response): void {
  response.statusCode = status;
  for (const [name, value] of headers) {
    // Others may have set cookies, too.
    if (name === "set-cookie") response.appendHeader(name, value);
    else response.setHeader(name, value);
  }
}

function requestOf({ method, headers }: NodeRequest): SseRequest {
  return { method, headers: { get: (name) => headers[name]?.toString() } };
}

function ignore(): void {
  // Nobody waits.
}
