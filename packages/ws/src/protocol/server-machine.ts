import type { Entry, Failure } from "./frames.ts";
import type { FrameLimits } from "./limits.ts";

/** What a client asks for. */
export interface OpenRequest {
  /** Its name on this connection. */
  id: string;
  /** Its name for good; the same name again means the same stream. Of protocols that have one. */
  stream: string | undefined;
  payload: unknown;
}

/** A client that wants the rest of a stream. */
export interface AttachRequest {
  id: string;
  stream: string;
  /** The last number that it has. */
  after: number;
}

/** What the machine of a server has done: called at once, in order, never after `close`. */
export interface ServerEffects {
  send(this: void, text: string): void;
  /** The socket is to be closed; nothing comes any more. */
  close(this: void, code: number, reason: string): void;
  /** To be answered by `accept` or `close`. */
  authenticate(this: void, auth: unknown): void;
  /** To be answered by `opened` and parts, or a terminal. */
  open(this: void, request: OpenRequest): void;
  attach(this: void, request: AttachRequest): void;
  /** What a stream does is to be stopped. Of an `id` that runs here, else by its name. */
  cancel(this: void, id: string | undefined, stream: string | undefined, reason: string): void;
  /** A stream is no longer listened to here. */
  detach(this: void, id: string): void;
  /** A stream that had no credit has some. */
  pull(this: void, id: string): void;
}

/** What all protocols of a server keep to. */
export interface ServerLimits extends FrameLimits {
  /** How many frames may come in a second; twice as many in one go. */
  maxFramesPerSecond: number;
  /** Streams that one connection may have at a time. */
  maxStreams: number;
  /** Bytes of a frame that opens a stream. */
  maxPayloadBytes: number;
  /** Milliseconds until a client has to have greeted. */
  helloTimeout: number;
  /** Milliseconds of silence before a client is asked whether it is still there. */
  heartbeat: number;
}

export interface ServerSession extends ServerLimits {
  /** The name of the connection, for logs. */
  session: string;
  /** Streams can be attached to, and the same name opened twice means the same stream. */
  durable: boolean;
}

/**
 * A protocol at the server's side, for one connection: frames and time in, effects out. It holds no
 * socket, no timer and no stream, so it runs the same on every runtime and in a test.
 */
export interface ServerMachine {
  /** What came. Anything: hostile frames end in `close`. */
  receive(this: void, data: unknown, now: number): void;
  /** Does what time asks for; gives when to be called again at the latest. */
  tick(this: void, now: number): number;
  accept(this: void, now: number): void;
  /** Ends the connection: the credentials were refused, or the application wants no more. */
  close(this: void, code: number, reason: string): void;
  /** The stream is there, and goes on after this number. */
  opened(this: void, id: string, after: number): void;
  /** Whether a part may be sent on a stream now. */
  mayPart(this: void, id: string): boolean;
  /** Sends items with successive numbers. Throws what cannot be sent. */
  part(this: void, id: string, entries: readonly Entry[]): void;
  end(this: void, id: string): void;
  fail(this: void, id: string, failure: Failure): void;
  /** There is nothing to attach to, or not from there on; `oldest` is the first number there is. */
  gone(this: void, id: string, oldest: number | undefined): void;
  /** No new streams; when the last one has ended, or the time is over, it closes. */
  drain(this: void, options: Drain, now: number): void;
}

export interface Drain {
  /** Milliseconds after which a client should come back. */
  retryAfter: number;
  /** Milliseconds that running streams have. */
  grace: number;
}

/** A protocol of servers. */
export interface ServerProtocol {
  /** The subprotocol that is agreed upon in the handshake, if it has one. */
  readonly subprotocol: string | undefined;
  start(this: void, session: ServerSession, effects: ServerEffects, now: number): ServerMachine;
}
