import type { Clock } from "@millrace/core/clock";
import { isLonger } from "./protocol/bytes.ts";
import { CLOSED, OPEN, type Socket, type SocketClose, type SocketEvent } from "./socket.ts";

/** Milliseconds between two looks at what has left; the package `ws` tells by itself. */
const POLL = 25;
/** A connection that ended without a word of why. */
export const NO_CODE: SocketClose = { code: 1006, reason: "" };
const LONGEST_REASON = 123; // bytes

export interface ChannelOptions {
  clock: Clock;
  /** Bytes that wait to leave, from which on the channel is full; it is so until a quarter is left. */
  highWaterMark: number;
  /** Frames that may be sent while it is full. */
  maxBehind: number;
  onOpen?: () => void;
  onMessage: (data: unknown) => void;
  /** A channel that was full is not any more. */
  onDrain: () => void;
  /** More was sent while it was full than may be. To be answered by `close`. */
  onOverflow: () => void;
  /** Called once, unless `close` was called before. */
  onClose: (how: SocketClose) => void;
}

/** A socket with its back-pressure, whatever the runtime. */
export interface Channel {
  send(this: void, data: string | ArrayBuffer | Uint8Array<ArrayBuffer>): void;
  /** What is sent now would wait: better not to make it yet. */
  isFull(this: void): boolean;
  /** Nothing is heard of it any more; the other side is told, as far as it is there. */
  close(this: void, code: number | undefined, reason: string): void;
}

export function openChannel(socket: Socket, options: ChannelOptions): Channel {
  const { clock, highWaterMark, maxBehind } = options;
  let full = false;
  let behind = 0; // frames that were sent while it was full
  let over = false;
  let stopPolling: () => void = ignore;

  /** Looks whether what was sent has left. */
  function look(): void {
    const waiting = socket.bufferedAmount ?? 0;
    if (!full) {
      if (waiting <= highWaterMark) return;
      full = true;
      behind = 0;
      poll();
    } else if (waiting <= highWaterMark / 4) {
      full = false;
      stopPolling();
      options.onDrain();
    }
  }

  function poll(): void {
    stopPolling = clock.after(POLL, () => {
      look();
      if (full && !over) poll();
    });
  }

  function onSent(): void {
    if (full && !over) look();
  }

  function onMessage({ data }: SocketEvent): void {
    options.onMessage(data);
  }

  function onClose({ code, reason }: SocketEvent): void {
    const { code: none } = NO_CODE;
    finish();
    options.onClose({ code: code ?? none, reason: reason ?? "" });
  }

  function onOpen(): void {
    options.onOpen?.();
  }

  function finish(): void {
    over = true;
    stopPolling();
    socket.removeEventListener("open", onOpen);
    socket.removeEventListener("message", onMessage);
    socket.removeEventListener("close", onClose);
    // The listener for errors stays: an error that nobody listens to ends a process of Node. The
    // standard closes behind each.
  }

  socket.addEventListener("open", onOpen);
  socket.addEventListener("message", onMessage);
  socket.addEventListener("close", onClose);
  socket.addEventListener("error", ignore);

  return {
    send(data) {
      if (over || socket.readyState !== OPEN) return;
      try {
        (socket as SendsWithCallback).send(data, onSent);
      } catch {
        return; // some runtimes throw for a socket that is closing: they tell of that next
      }
      look();
      if (full && ++behind > maxBehind) options.onOverflow();
    },
    isFull: () => full,
    close(code, reason) {
      if (over) return;
      finish();
      if (socket.readyState === CLOSED) return;
      try {
        if (code === undefined) socket.close();
        else socket.close(code, fitted(reason));
      } catch {
        // A runtime that refuses the code closes it all the same, in its own words.
        socket.close();
      }
    },
  };
}

/** A close frame has room for 123 bytes. */
function fitted(reason: string): string {
  let short = reason.slice(0, LONGEST_REASON);
  while (isLonger(short, LONGEST_REASON)) short = short.slice(0, -1);
  return short;
}

/** The package `ws` calls back when a frame has left; other sockets ignore a second argument. */
interface SendsWithCallback {
  send(data: unknown, onSent: () => void): void;
}

function ignore(): void {
  // Nothing is to be done.
}
