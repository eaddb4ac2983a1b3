import type { Failure, WelcomeFrame } from "./frames.ts";
import type { FrameLimits } from "./limits.ts";

/** What the machine of a client has done: called at once, in order. */
export interface ClientEffects {
  send(this: void, text: string): void;
  /** The socket is to be closed; to be answered by `disconnected`, without waiting for the peer. */
  close(this: void, code: number, reason: string): void;
  welcome(this: void, frame: WelcomeFrame): void;
  /** The server goes away, and asks to be called again after so many milliseconds. */
  goaway(this: void, retryAfter: number): void;
  /** Items of a stream, in order, none twice. `consumed` has to be told of their bytes. */
  items(this: void, id: string, values: readonly unknown[], bytes: number): void;
  /** A stream is over, once; with what went wrong, if something did. Not for one that was let go. */
  ended(this: void, id: string, failure: ClientFailure | undefined): void;
}

/** Why a stream ended, as a client sees it. */
export interface ClientFailure extends Failure {
  /** The first number that there still is, of a stream that is gone. */
  oldest?: number | undefined;
  /** What the connection was closed with, and what made that happen here. */
  closeCode?: number | undefined;
  cause?: unknown;
}

export interface ClientLimits extends FrameLimits {
  /** Bytes of a stream that may wait here to be consumed. */
  window: number;
  /** Bytes of requests that wait to be sent, or to be heard of. */
  maxOutboxBytes: number;
  /** Milliseconds until the server has to have said welcome. */
  welcomeTimeout: number;
}

/**
 * `millrace.v1` at the client's side, over all its connections: calls, frames and time in, effects
 * out. It knows what is to be said again when a connection is lost, and what must not be.
 */
export interface ClientMachine {
  /** Begins a stream, under an id that is used once. Gives whether the outbox has room for it. */
  request(this: void, id: string, stream: string, payload: unknown): boolean;
  /** Listens to a stream that has begun, after a number. */
  attach(this: void, id: string, stream: string, after: number): void;
  /** The application has taken items of so many bytes. */
  consumed(this: void, id: string, bytes: number): void;
  /** Nobody wants the stream any more, and what it does is to be stopped. */
  cancel(this: void, id: string, reason: string): void;
  /** Nobody listens here any more; the stream goes on. */
  detach(this: void, id: string): void;
  /** A connection is open. */
  connected(this: void, auth: unknown, now: number): void;
  /** It is closed, or lost. */
  disconnected(this: void): void;
  receive(this: void, data: unknown, now: number): void;
  /** Does what time asks for; gives when to be called again at the latest. */
  tick(this: void, now: number): number;
  /** Ends all streams: no connection is to be had. */
  giveUp(this: void, failure: ClientFailure): void;
  /** How many streams want a connection. */
  size(this: void): number;
}
