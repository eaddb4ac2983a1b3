/**
 * Where a stream stands on the connection that there is:
 *
 * - `waiting`: nothing was said of it, because there is no connection, or no room on it;
 * - `asked`: it was opened or attached, and nothing was heard;
 * - `live`: it was heard of;
 * - `rewinding`: numbers are missing, so it is let go of, to be attached once more;
 * - `leaving`: the application wants no more of it, and the terminal frame is waited for.
 */
export type SubscriptionState = "waiting" | "asked" | "live" | "rewinding" | "leaving";

/** How an application lets go of a stream. */
export type Farewell = { type: "cancel"; reason: string } | { type: "detach" };

/** A stream that a client listens to, over all connections. */
export interface Subscription {
  readonly id: string;
  readonly stream: string;
  /** Changed by `move` only. */
  state: SubscriptionState;
  /** The payload as JSON, as long as an `open` may still have to be sent; `undefined` if there is none. */
  payload: string | undefined;
  /** Bytes of a payload whose `open` was not heard of. */
  outbox: number;
  /** An `open` was sent: it may have arrived. */
  begun: boolean;
  /** The server is known to have the stream, so it is attached, never opened. */
  known: boolean;
  /** The last number that came. */
  last: number;
  /** Bytes that the server may still send. It may go below zero, by one frame. */
  granted: number;
  /** Bytes that came and were not consumed yet. */
  unread: number;
  /** Numbers were missing since an item last came. */
  gapped: boolean;
  farewell: Farewell | undefined;
}
