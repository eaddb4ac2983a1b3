import { CLOSED, OPEN, type Socket, type SocketEvent, type SocketEventType } from "./socket.ts";

const CLOSING = 2;

/** What a runtime gives to speak with, where it tells of messages by hooks. */
export interface SocketHooks {
  send(this: void, data: string | ArrayBuffer | Uint8Array<ArrayBuffer>): unknown;
  close(this: void, code?: number, reason?: string): unknown;
  /** Bytes that were sent and have not left. Without it nothing is known of a slow network. */
  bufferedAmount?: (this: void) => number;
  /** The subprotocol that was agreed upon. */
  protocol?: string;
}

/** A socket, and what its hooks have to call. */
export interface HookedSocket {
  readonly socket: Socket;
  /** A message came. */
  onMessage(this: void, data: unknown): void;
  /** It is closed, whoever closed it. */
  onClose(this: void, code?: number, reason?: string): void;
}

/**
 * A socket for `serveSocket` and `socketStreams` where the runtime has none, but calls hooks: Bun,
 * crossws, Hono.
 *
 * - **In:** an open connection: how to send on it, and how to close it.
 * - **Out:** a socket with the events of the standard; `onMessage` and `onClose` bring them about.
 * - **Errors:** none.
 * - **Cost:** nothing but a call.
 * - **Source:** the HTML standard's WebSocket interface.
 *
 * @example
 * ```ts
 * import { hookedSocket, serveSocket } from "@millrace/ws";
 *
 * const sent: unknown[] = [];
 * const { socket, onMessage } = hookedSocket({
 *   send: (data) => sent.push(data),
 *   close: () => undefined,
 * });
 * const served = serveSocket(socket, () => ["mill", "race"]);
 * onMessage('{"type":"hello","v":1}');
 * sent.length; // => 1
 * served.close();
 * ```
 */
export function hookedSocket(hooks: SocketHooks): HookedSocket {
  const listeners = new Map<SocketEventType, Set<(event: SocketEvent) => void>>();
  let readyState = OPEN;
  const isOpen = () => readyState === OPEN; // seen afresh, behind calls that may change it

  function tell(event: SocketEvent & { type: SocketEventType }): void {
    for (const listener of [...(listeners.get(event.type) ?? [])]) listener(event);
  }

  const socket: Socket = {
    get readyState() {
      return readyState;
    },
    get bufferedAmount() {
      return hooks.bufferedAmount?.() ?? 0;
    },
    protocol: hooks.protocol,
    send(data) {
      hooks.send(data);
    },
    close(code, reason) {
      if (!isOpen()) return;
      hooks.close(code, reason); // one that refuses the code throws, and can be asked again
      if (isOpen()) readyState = CLOSING;
    },
    addEventListener(type, listener) {
      const own = listeners.get(type) ?? new Set();
      listeners.set(type, own.add(listener));
    },
    removeEventListener(type, listener) {
      listeners.get(type)?.delete(listener);
    },
  };

  return {
    socket,
    onMessage(data) {
      if (isOpen()) tell({ type: "message", data });
    },
    onClose(code, reason) {
      if (readyState === CLOSED) return;
      readyState = CLOSED;
      tell({ type: "close", ...(code !== undefined && { code }), ...(reason && { reason }) });
    },
  };
}
