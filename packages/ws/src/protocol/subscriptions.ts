import type { Subscription, SubscriptionState } from "./subscription.ts";

/** What is different about a new one. */
type Beginning = Pick<Subscription, "id" | "stream" | "payload" | "outbox" | "known" | "last">;

/** The streams of a client by their ids, and those that wait, in order. */
export interface Subscriptions {
  /** It waits. */
  add(this: void, beginning: Beginning): void;
  get(this: void, id: string): Subscription | undefined;
  /** Those of now, whatever becomes of them meanwhile. */
  all(this: void): Subscription[];
  /** The one that has waited longest. */
  firstWaiting(this: void): Subscription | undefined;
  move(this: void, subscription: Subscription, state: SubscriptionState): void;
  remove(this: void, subscription: Subscription): void;
  /** No `open` will have to be sent any more. */
  dropPayload(this: void, subscription: Subscription): void;
  /** Bytes of all payloads whose `open` was not heard of. */
  outboxBytes(this: void): number;
  size(this: void): number;
  /** How many do not wait. */
  active(this: void): number;
}

export function openSubscriptions(): Subscriptions {
  const byId = new Map<string, Subscription>();
  const waiting = new Set<Subscription>();
  let outboxBytes = 0;

  function dropPayload(subscription: Subscription): void {
    outboxBytes -= subscription.outbox;
    subscription.outbox = 0;
    subscription.payload = undefined;
  }

  return {
    add(beginning) {
      const subscription: Subscription = {
        state: "waiting",
        ...{ begun: false, granted: 0, unread: 0, gapped: false, farewell: undefined },
        ...beginning,
      };
      byId.set(subscription.id, subscription);
      waiting.add(subscription);
      outboxBytes += subscription.outbox;
    },
    get: (id) => byId.get(id),
    all: () => [...byId.values()],
    firstWaiting: () => waiting.values().next().value,
    move(subscription, state) {
      subscription.state = state;
      if (state === "waiting") waiting.add(subscription);
      else waiting.delete(subscription);
    },
    remove(subscription) {
      dropPayload(subscription);
      byId.delete(subscription.id);
      waiting.delete(subscription);
    },
    dropPayload,
    outboxBytes: () => outboxBytes,
    size: () => byId.size,
    active: () => byId.size - waiting.size,
  };
}
