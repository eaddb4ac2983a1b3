/**
 * Where a stream stands on the connection that there is:
 *
 * - `waiting`: nothing was said of it, because there is no connection, or no room on it;
 * - `asked`: it was opened or attached, and nothing was heard;
 * - `live`: it was heard of;
 * - `rewinding`: numbers are missing, so it is let go of, to be attached once more;
 * - `leaving`: the application wants no more of it. The terminal frame is waited for.
 */
type State = "waiting" | "asked" | "live" | "rewinding" | "leaving";

/** A stream that a client listens to, over all connections. */
export interface Subscription {
  readonly id: string;
  readonly stream: string;
  state: State;
  /** The payload as JSON, as long as an `open` may still have to be sent; `undefined` if it has none. */
  payload: string | undefined;
  /** Bytes of an `open` that was not heard of. */
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
  /** How it is let go of, of one that is leaving. */
  farewell: { type: "cancel"; reason: string } | { type: "detach" } | undefined;
}

export function newSubscription(
  id: string,
  stream: string,
  rest: Pick<Subscription, "payload" | "outbox" | "known" | "last">,
): Subscription {
  const nothing = { begun: false, granted: 0, unread: 0, gapped: false, farewell: undefined };
  return { id, stream, state: "waiting", ...nothing, ...rest };
}
