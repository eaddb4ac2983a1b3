// The frames of millrace.v1. docs/protocol/millrace-v1.md is the specification; a field is explained
// there once.

export const PROTOCOL = "millrace.v1";
export const VERSION = 1;

/** The code of the error that a stream gets which came too late: it was not begun. */
export const GOING_AWAY = "going-away";

/** An item of a stream, and its number there. One without a number moves no cursor. */
export interface Entry {
  seq?: number | undefined;
  value: unknown;
}

export interface PingFrame {
  type: "ping";
}

export interface PongFrame {
  type: "pong";
}

export interface HelloFrame {
  type: "hello";
  v: number;
  maxFrameBytes?: number | undefined;
  auth?: unknown;
}

export interface OpenFrame {
  type: "open";
  id: string;
  stream: string;
  credit: number;
  payload?: unknown;
}

export interface AttachFrame {
  type: "attach";
  id: string;
  stream: string;
  after: number;
  credit: number;
}

export interface CancelFrame {
  type: "cancel";
  id: string;
  stream?: string | undefined;
  reason?: string | undefined;
}

export interface DetachFrame {
  type: "detach";
  id: string;
}

export interface CreditFrame {
  type: "credit";
  id: string;
  add: number;
}

export type ClientFrame =
  | HelloFrame
  | OpenFrame
  | AttachFrame
  | CancelFrame
  | DetachFrame
  | CreditFrame
  | PingFrame
  | PongFrame;

export interface WelcomeFrame {
  type: "welcome";
  v: number;
  session: string;
  durable: boolean;
  heartbeat: number;
  maxFrameBytes: number;
  maxStreams: number;
}

export interface OpenedFrame {
  type: "opened";
  id: string;
  seq: number;
}

export interface PartFrame {
  type: "part";
  id: string;
  seq?: number | undefined;
  data?: unknown;
}

export interface PartsFrame {
  type: "parts";
  id: string;
  /** Of the first item. */
  seq: number;
  items: unknown[];
}

export interface EndFrame {
  type: "end";
  id: string;
  seq: number;
}

export interface ErrorFrame {
  type: "error";
  id: string;
  seq: number;
  code: string;
  message: string;
  retryable: boolean;
}

export interface CancelledFrame {
  type: "cancelled";
  id: string;
  seq: number;
}

export interface DetachedFrame {
  type: "detached";
  id: string;
  seq: number;
}

export interface GoneFrame {
  type: "gone";
  id: string;
  oldest?: number | undefined;
}

export interface GoawayFrame {
  type: "goaway";
  retryAfter: number;
}

/** What ends a stream on its connection, once. */
export type TerminalFrame = EndFrame | ErrorFrame | CancelledFrame | DetachedFrame | GoneFrame;

export type ServerFrame =
  | WelcomeFrame
  | OpenedFrame
  | PartFrame
  | PartsFrame
  | TerminalFrame
  | GoawayFrame
  | PingFrame
  | PongFrame;

/** Why a stream failed, as the other side is told. */
export interface Failure {
  code: string;
  message: string;
  /** The same request may succeed later. */
  retryable: boolean;
}
