import { systemClock, type Clock } from "@millrace/core/clock";
import { openChannel } from "./channel.ts";
import { openInbox } from "./inbox.ts";
import { closeCodes } from "./protocol/close-codes.ts";
import { SocketError } from "./socket-error.ts";
import { CONNECTING, OPEN, type Socket, type SocketClose, type SocketEvent } from "./socket.ts";

const HIGH_WATER_MARK = 1_048_576;
const MAX_RECEIVED = 16_777_216;
const A_MESSAGE = 64; // bytes that one costs besides its contents, so that many small ones count too

export interface SocketStreamsOptions {
  /** Bytes that wait to leave, from which on a write waits. Default 1 MiB. */
  highWaterMark?: number;
  /** Bytes that may wait to be read, counting 64 more for each message. Default 16 MiB. */
  maxReceived?: number;
  /** Closes the socket; both streams fail with the reason. */
  signal?: AbortSignal;
  clock?: Clock;
}

/** A message: text, or bytes. */
export type SocketMessage = string | Uint8Array<ArrayBuffer>;

/** A socket as a pair of streams. */
export interface SocketStreams {
  readonly readable: ReadableStream<SocketMessage>;
  readonly writable: WritableStream<SocketMessage | ArrayBuffer>;
  /** Resolves when the socket is open, with its subprotocol; rejects if it never was. */
  readonly opened: Promise<{ protocol: string }>;
  /** Resolves when it is closed, whoever closed it and for whatever reason. */
  readonly closed: Promise<SocketClose>;
}

/**
 * A socket as a pair of streams, on any runtime: what `WebSocketStream` is, where nobody has that.
 *
 * - **In / Out:** a WebSocket, open or about to be; messages in both directions, text as strings and
 *   binary as `Uint8Array`.
 * - **When:** a write resolves when the socket has room for the next one. Messages wait to be read; a
 *   socket that can be paused (of the package `ws`) is, so that the sender waits as well.
 * - **End:** closing `writable` closes the socket by 1000, and resolves when the other side has answered.
 *   Its 1000, or a close without a code, ends `readable`.
 * - **Limits:** `maxReceived`. What is beyond it closes the socket by 4509 and is an error; no message
 *   is dropped.
 * - **Errors:** a `SocketError`, behind all messages that came: `closed` with the `closeCode`, if
 *   that is another one; `overflow`. A `TypeError` for what is written and is neither text nor bytes.
 * - **Cancel:** cancelling `readable`, aborting `writable` and the signal close the socket: with the code
 *   of a reason `{ code, reason }`, 1000 or 3000 to 4999. For any other reason, and an abort without one,
 *   it is 4500, for the other side must not take what it has for the whole. A cancel without a reason
 *   closes without a code.
 * - **Cost:** one promise a message.
 * - **Source:** RFC 6455; the HTML standard's WebSocket interface.
 *
 * @example
 * ```ts
 * import { socketStreams } from "@millrace/ws";
 * import { WebSocket, WebSocketServer } from "ws";
 *
 * const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
 * server.on("connection", (socket) => {
 *   const { readable, writable } = socketStreams(socket);
 *   void readable.pipeTo(writable); // an echo
 * });
 * await new Promise((resolve) => server.on("listening", resolve));
 * const { port } = server.address() as { port: number };
 *
 * const { readable, writable, closed } = socketStreams(new WebSocket(`ws://127.0.0.1:${port}`));
 * const writer = writable.getWriter();
 * await writer.write("mill");
 * await writer.write(new Uint8Array([114, 97]));
 * const reader = readable.getReader();
 * (await reader.read()).value; // => "mill"
 * (await reader.read()).value; // => new Uint8Array([114, 97])
 * await writer.close();
 * (await closed).code; // => 1000
 * server.close();
 * ```
 */
export function socketStreams(socket: Socket, options: SocketStreamsOptions = {}): SocketStreams {
  const { highWaterMark = HIGH_WATER_MARK, maxReceived = MAX_RECEIVED } = options;
  if (!(highWaterMark > 0 && maxReceived > 0)) {
    throw new RangeError("Cannot stream a socket: highWaterMark and maxReceived must be above 0");
  }
  const pausable = socket as Socket & Partial<Pausable>;
  let received = 0; // bytes that wait to be read
  let over = false;
  let ended: SocketError | undefined; // the socket was closed, and well
  let failure: { error: unknown } | undefined; // it was not, or was let go of
  let controller!: WritableStreamDefaultController;
  let settleClosed!: (how: SocketClose) => void;
  let settleOpened!: (how: { protocol: string }) => void;
  let rejectOpened!: (error: unknown) => void;
  let wake: () => void = ignore; // a write that waits
  let letGo: () => void = ignore; // a close that waits

  const closed = new Promise<SocketClose>((resolve) => (settleClosed = resolve));
  const opened = new Promise<{ protocol: string }>((resolve, reject) => {
    settleOpened = resolve;
    rejectOpened = reject;
  });
  opened.catch(ignore); // it is heard of by the streams as well

  const channel = openChannel(socket, {
    clock: options.clock ?? systemClock,
    highWaterMark,
    maxBehind: Infinity, // a write waits until there is room
    onOpen,
    onMessage,
    onDrain: () => {
      wake();
    },
    onOverflow: ignore,
    onClose: ignore, // see below: it is heard of also when this side has closed
  });
  const inbox = openInbox({
    onConsumed(bytes) {
      received -= bytes;
      if (received < highWaterMark / 2) pausable.resume?.();
    },
    onCancel(reason) {
      shut(reason, new DOMException("The reader has cancelled.", "AbortError"));
    },
  });
  const writable = new WritableStream<SocketMessage | ArrayBuffer>({
    start(given) {
      controller = given;
    },
    async write(message) {
      await opened;
      if (ended !== undefined) throw ended;
      if (!isMessage(message)) {
        const error = new TypeError("Cannot stream over the socket: a message is text or bytes");
        shut(error, error);
        throw error;
      }
      channel.send(message);
      while (channel.isFull() && !over) await new Promise<void>((resolve) => (wake = resolve));
    },
    async close() {
      await opened;
      if (ended !== undefined) return;
      over = true;
      pausable.resume?.(); // or it would never see the other side's close
      socket.close(closeCodes.done);
      await Promise.race([closed, new Promise<void>((resolve) => (letGo = resolve))]);
      if (failure !== undefined) throw failure.error; // what was written last may not have arrived
    },
    abort(reason) {
      shut(reason ?? {}, reason); // it breaks off, whether that is explained or not
    },
  });

  function onOpen(): void {
    settleOpened({ protocol: socket.protocol ?? "" });
  }

  function onMessage(data: unknown): void {
    const message = data instanceof ArrayBuffer ? new Uint8Array(data) : data;
    if (typeof message !== "string" && !(message instanceof Uint8Array)) {
      const reason = "a message was neither text nor an ArrayBuffer";
      const error = new SocketError(reason, { code: "closed", retryable: false });
      shut({ code: closeCodes.notText, reason: "neither text nor bytes" }, error);
      return;
    }
    const bytes = message.length + A_MESSAGE;
    received += bytes;
    if (received > maxReceived) {
      const reason = `more than ${maxReceived} bytes wait to be read`;
      const error = new SocketError(reason, { code: "overflow", retryable: true });
      shut({ code: closeCodes.overflow, reason: "overflow" }, error);
      return;
    }
    inbox.put([message], bytes);
    if (received >= highWaterMark) pausable.pause?.();
  }

  /** Closes it from this side, for another reason than that all is done. */
  function shut(how: unknown, error: unknown): void {
    if (over) return;
    fail(error);
    const { code, reason } = closeFor(how);
    channel.close(code, reason);
  }

  function fail(error: unknown): void {
    over = true;
    failure ??= { error };
    pausable.resume?.();
    unfollow();
    rejectOpened(error);
    controller.error(error);
    inbox.error(error);
    wake();
    letGo();
  }

  function onClose({ code = NO_CODE, reason = "" }: SocketEvent): void {
    settleClosed({ code, reason });
    if (code !== closeCodes.done && code !== NO_STATUS) {
      const text = `the connection was closed by ${code}${reason && `, ${reason}`}`;
      fail(new SocketError(text, { code: "closed", retryable: false, closeCode: code }));
      return;
    }
    inbox.close();
    ended = new SocketError("it is closed", { code: "closed", retryable: false, closeCode: code });
    // In a while: who pipes the one stream to the other first hears that all has come, and closes.
    setTimeout(fail, 0, ended);
  }

  function onAbort(): void {
    const reason: unknown = options.signal?.reason;
    if (over) fail(reason); // it closes already, and the other side may never answer
    else shut(reason, reason);
  }

  function unfollow(): void {
    options.signal?.removeEventListener("abort", onAbort);
  }

  socket.binaryType = "arraybuffer";
  socket.addEventListener("close", onClose);
  options.signal?.addEventListener("abort", onAbort);
  if (socket.readyState === OPEN) onOpen();
  else if (socket.readyState !== CONNECTING) onClose({ type: "close" });
  if (options.signal?.aborted === true) onAbort();

  return {
    readable: inbox.readable as ReadableStream<SocketMessage>,
    writable,
    opened,
    closed,
  };
}

/** What the socket is closed with by somebody who lets go of it for a reason; without one, he has had enough. */
function closeFor(how: unknown): { code: number | undefined; reason: string } {
  if (how === undefined) return { code: undefined, reason: "" };
  const { code, reason } = Object(how) as { code?: unknown; reason?: unknown };
  // Errors of others have codes, too: a `DOMException` a small number, those of Node a word. With a code
  // that an application may not send, such as 1006, a runtime would close without any.
  const isOwn = typeof code === "number" && code >= LOWEST_OWN_CODE && code <= HIGHEST_OWN_CODE;
  if (code === closeCodes.done || isOwn) {
    return { code, reason: typeof reason === "string" ? reason : "" };
  }
  return { code: closeCodes.serverFailed, reason: "broken off" };
}

/** The package `ws` throws for an object, as for a socket that is closing; a browser sends its name. */
function isMessage(message: unknown): boolean {
  return (
    typeof message === "string" || message instanceof ArrayBuffer || ArrayBuffer.isView(message)
  );
}

/** The standard lets an application close by these, and by 1000. */
const LOWEST_OWN_CODE = 3000;
const HIGHEST_OWN_CODE = 4999;

/** RFC 6455, clause 7.4.1: no code was sent, or no close at all. */
const NO_STATUS = 1005;
const NO_CODE = 1006;

/** The package `ws` can leave bytes in the network. */
interface Pausable {
  pause(): void;
  resume(): void;
}

function ignore(): void {
  // Nothing is to be done.
}
