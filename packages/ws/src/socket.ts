/** What is asked of a WebSocket: those of browsers, Node, Bun, Deno, workerd and the package `ws` have it. */
export interface Socket {
  readonly readyState: number;
  /** The subprotocol that was agreed upon; workerd has null where there is none. */
  readonly protocol?: string | null | undefined;
  /** Bytes that were sent and have not left. Where it is missing, nothing is known of a slow network. */
  readonly bufferedAmount?: number | undefined;
  binaryType?: string;
  send(data: string | ArrayBuffer | Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: SocketEventType, listener: (event: SocketEvent) => void): void;
  removeEventListener(type: SocketEventType, listener: (event: SocketEvent) => void): void;
}

export type SocketEventType = "open" | "message" | "close" | "error";

/** What is read of an event; which of it there is depends on its type. */
export interface SocketEvent {
  readonly type: string;
  readonly data?: unknown;
  readonly code?: number;
  readonly reason?: string;
}

/** Makes a client's socket. */
export type SocketConstructor = new (url: string, protocols?: string[]) => Socket;

/** How a socket was closed: a code of RFC 6455, clause 7.4, or of this package. */
export interface SocketClose {
  code: number;
  reason: string;
}

/** The states of the standard. */
export const CONNECTING = 0;
export const OPEN = 1;
export const CLOSED = 3;
