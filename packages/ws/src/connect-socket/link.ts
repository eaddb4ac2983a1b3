import type { Clock } from "@millrace/core/clock";
import { openChannel, type Channel } from "../channel.ts";
import type { ClientFailure, ClientMachine } from "../protocol/client-machine.ts";
import { closeCodes, isPassing } from "../protocol/close-codes.ts";
import { PROTOCOL, type WelcomeFrame } from "../protocol/frames.ts";
import type { Socket, SocketClose, SocketConstructor } from "../socket.ts";
import { backOff, type BackOff } from "./back-off.ts";

/** Frames that may wait to leave while the network does not take them. */
const MAX_BEHIND = 4_096;
const HIGH_WATER_MARK = 1_048_576;

const CLOSED = { code: "closed", message: "the socket was closed", retryable: false };

export interface LinkOptions extends BackOff {
  machine: ClientMachine;
  clock: Clock;
  maxFrameBytes: number;
  maxDepth: number;
  maxAttempts: number;
  stableAfter: number;
  welcomeTimeout: number;
  WebSocket?: SocketConstructor | undefined;
  auth?: unknown;
  onConnect?: ((welcome: WelcomeFrame) => void) | undefined;
  onDisconnect?: ((how: SocketClose, delay: number | undefined) => void) | undefined;
}

/** One connection after the other, as long as the machine wants one. */
export interface Link {
  /** Something waits to be said: connects, unless it does already, or waits until it may. */
  want(this: void): void;
  send(this: void, text: string): void;
  /** The machine has done with the connection. */
  drop(this: void, code: number, reason: string): void;
  welcome(this: void, frame: WelcomeFrame): void;
  goaway(this: void, retryAfter: number): void;
  close(this: void): void;
}

export function keepLink(url: string, options: LinkOptions): Link {
  const { machine, clock, stableAfter, maxAttempts } = options;
  let state: "idle" | "connecting" | "connected" | "pausing" | "closed" = "idle";
  let channel: Channel | undefined;
  let connection = 0; // which one it is, so that one given up is not listened to
  let failures = 0; // in a row
  let welcomedAt = Infinity;
  let askedToWait: number | undefined; // by a server that goes away
  let stopTimer: () => void = ignore; // of a pause, a connection that opens, or the machine's

  function want(): void {
    if (state === "closed") machine.giveUp(CLOSED);
    else if (state === "idle" && machine.size() > 0) void connect();
  }

  async function connect(): Promise<void> {
    state = "connecting";
    const own = ++connection;
    const isOver = () => own !== connection;
    welcomedAt = Infinity;
    // For all until the connection is open; then the machine looks at the time.
    stopTimer = clock.after(options.welcomeTimeout, () => {
      drop(closeCodes.greetingTimeout, "no connection in time");
    });
    try {
      const auth: unknown = await askFor(options.auth);
      if (isOver()) return;
      JSON.stringify(auth); // throws here what would else be thrown by the event of an open socket
      const WebSocket = options.WebSocket ?? ownWebSocket();
      const socket = make(WebSocket, url);
      channel = openChannel(socket, {
        ...{ clock, highWaterMark: HIGH_WATER_MARK, maxBehind: MAX_BEHIND },
        onOpen() {
          state = "connected";
          machine.connected(auth, clock.now());
          beat();
        },
        onMessage(data) {
          machine.receive(data, clock.now());
        },
        onDrain: ignore,
        onOverflow() {
          drop(closeCodes.overflow, "the server does not read");
        },
        onClose(how) {
          lost(how);
        },
      });
    } catch (error) {
      // What throws is the caller's function, or a runtime that has no sockets or no such URL.
      if (!isOver()) giveUp({ ...CLOSED, message: textOf(error), cause: error });
    }
  }

  /** Calls the machine when time asks for it. */
  function beat(): void {
    stopTimer();
    const now = clock.now();
    const due = machine.tick(now);
    if (isConnected()) stopTimer = clock.after(due - now, beat);
  }

  const isConnected = () => state === "connected"; // seen afresh, behind calls that may change it

  function drop(code: number, reason: string): void {
    channel?.close(code, reason);
    lost({ code, reason });
  }

  /** The connection is over: goes on with the next one, if that may help and somebody wants it. */
  function lost(how: SocketClose): void {
    if (state !== "connecting" && state !== "connected") return;
    const held = clock.now() - welcomedAt;
    leave("idle");
    if (!isPassing(how.code)) {
      giveUp(closedBy(how));
      machine.disconnected();
      tell(() => options.onDisconnect?.(how, undefined));
      return;
    }
    machine.disconnected();
    if (held >= stableAfter) failures = 0;
    const delay = backOff(failures, options) + (askedToWait ?? 0);
    // One that has held and then went away has not failed.
    if (askedToWait === undefined || held < stableAfter) failures++;
    askedToWait = undefined;

    if (failures >= maxAttempts) {
      tell(() => options.onDisconnect?.(how, undefined));
      giveUp(unreachable(failures, how));
    } else {
      state = "pausing";
      stopTimer = clock.after(delay, () => {
        state = "idle";
        want();
      });
      const next = machine.size() > 0 ? delay : undefined;
      tell(() => options.onDisconnect?.(how, next));
    }
  }

  function leave(next: "idle" | "closed"): void {
    state = next;
    connection++;
    channel = undefined;
    stopTimer();
  }

  function giveUp(failure: ClientFailure): void {
    leave("idle");
    failures = 0; // whoever asks next begins anew
    machine.giveUp(failure);
  }

  return {
    want,
    send: (text) => channel?.send(text),
    drop,
    welcome(frame) {
      welcomedAt = clock.now();
      beat();
      tell(() => options.onConnect?.(frame));
    },
    goaway(retryAfter) {
      askedToWait = retryAfter;
    },
    close() {
      if (state === "closed") return;
      const open = channel;
      leave("closed");
      open?.close(closeCodes.done, "done");
      machine.giveUp(CLOSED);
      machine.disconnected();
    },
  };
}

/** Calls the application in a turn of its own: what it throws there breaks off nothing here. */
function tell(say: () => void): void {
  queueMicrotask(say);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function closedBy({ code, reason }: SocketClose): ClientFailure {
  const message = `the connection was closed by ${code}${reason && `, ${reason}`}`;
  return { code: "closed", message, retryable: false, closeCode: code };
}

function unreachable(failures: number, { code }: SocketClose): ClientFailure {
  const message = `${failures} connections in a row have failed, the last one by ${code}`;
  return { code: "unreachable", message, retryable: true, closeCode: code };
}

function ownWebSocket(): SocketConstructor {
  const { WebSocket } = globalThis as { WebSocket?: SocketConstructor };
  if (WebSocket !== undefined) return WebSocket;
  throw new TypeError("this runtime has no WebSocket: pass one, as { WebSocket }");
}

/** Runtimes repeat a URL that they do not take. Errors go to logs, and there may be a key in it. */
function make(WebSocket: SocketConstructor, url: string): Socket {
  try {
    return new WebSocket(url, [PROTOCOL]);
  } catch (error) {
    const why = error instanceof Error ? error.name : "it threw no error";
    // oxlint-disable-next-line preserve-caught-error -- the cause repeats the URL
    throw new TypeError(`the runtime makes no socket of this URL: ${why}`);
  }
}

async function askFor(auth: unknown): Promise<unknown> {
  return typeof auth === "function" ? await (auth as () => unknown)() : auth;
}

function ignore(): void {
  // Nothing runs.
}
