import { byteLength } from "./bytes.ts";
import * as failures from "./client-failures.ts";
import type { ClientEffects, ClientFailure, ClientLimits } from "./client-machine.ts";
import { closeCodes } from "./close-codes.ts";
import { isDeeper } from "./depth.ts";
import { GOING_AWAY } from "./frames.ts";
import type { OpenedFrame, PartFrame, PartsFrame, TerminalFrame, WelcomeFrame } from "./frames.ts";
import { freshOf } from "./fresh.ts";
import { MOST_CREDIT } from "./limits.ts";
import type { Farewell, Subscription } from "./subscription.ts";
import { openSubscriptions } from "./subscriptions.ts";

/** What the streams of a client know of its connection. */
export interface ClientConnection {
  /** It is open, and the server has said welcome. */
  isOpen(this: void): boolean;
  /** The server takes no new streams on it. */
  isGoneAway(this: void): boolean;
  /** The last welcome there was: what to expect of the next. */
  welcome(this: void): WelcomeFrame | undefined;
  send(this: void, text: string): void;
  close(this: void, code: number, reason: string): void;
}

/** The streams of a client, over all its connections. */
export interface ClientStreams {
  request(this: void, id: string, stream: string, payload: unknown): boolean;
  attach(this: void, id: string, stream: string, after: number): void;
  consumed(this: void, id: string, bytes: number): void;
  leave(this: void, id: string, farewell: Farewell): void;
  /** The server has said welcome, or that it goes away. */
  greeted(this: void): void;
  disconnected(this: void): void;
  /** A frame that names a stream. */
  receive(this: void, frame: StreamFrame, bytes: number): void;
  giveUp(this: void, failure: ClientFailure): void;
  size(this: void): number;
}

export type StreamFrame = OpenedFrame | PartFrame | PartsFrame | TerminalFrame;

/** The half of a client that is about streams: what is to be said of each, and said again. */
export function openClientStreams(
  limits: ClientLimits,
  effects: ClientEffects,
  connection: ClientConnection,
): ClientStreams {
  const subscriptions = openSubscriptions();
  const { move, remove, dropPayload } = subscriptions;

  const isDurable = () => connection.welcome()?.durable === true;

  function send(frame: object): void {
    connection.send(JSON.stringify(frame));
  }

  function finish(subscription: Subscription, failure?: ClientFailure): void {
    remove(subscription);
    effects.ended(subscription.id, failure);
  }

  /** Says what waits to be said, as far as the server has room. */
  function askForAll(): void {
    while (connection.isOpen() && !connection.isGoneAway()) {
      const subscription = subscriptions.firstWaiting();
      if (subscription === undefined) return;
      if (subscriptions.active() >= connection.welcome()!.maxStreams) return;
      ask(subscription);
    }
    if (connection.isOpen() && subscriptions.active() === 0) {
      connection.close(closeCodes.done, "done"); // it goes away, and nothing is left here
    }
  }

  function ask(subscription: Subscription): void {
    const { id, stream, known, begun, last } = subscription;
    const credit = Math.max(0, limits.window - subscription.unread);
    subscription.granted = credit;
    if (known) {
      move(subscription, "asked");
      send({ type: "attach", id, stream, after: last, credit });
      return;
    }
    if (begun && !isDurable()) {
      finish(subscription, failures.lost(true));
      return;
    }
    const text = openText(id, stream, credit, subscription.payload);
    const bytes = byteLength(text);
    if (bytes > connection.welcome()!.maxFrameBytes) {
      finish(subscription, failures.tooLarge(bytes, connection.welcome()!.maxFrameBytes));
      return;
    }
    if (isDeeper(text, limits.maxDepth)) {
      finish(subscription, failures.tooDeep(limits.maxDepth));
      return;
    }
    move(subscription, "asked");
    subscription.begun = true;
    connection.send(text);
  }

  /** By its name, for on this connection the server does not know its id. */
  function cancelByName(subscription: Subscription, reason: string): void {
    const { id, stream } = subscription;
    move(subscription, "leaving");
    send({ type: "cancel", id, stream, reason });
  }

  /** The server has the stream. */
  function hear(subscription: Subscription): void {
    if (subscription.state === "asked") move(subscription, "live");
    if (subscription.known) return;
    subscription.known = true;
    dropPayload(subscription);
  }

  function take(subscription: Subscription, frame: PartFrame | PartsFrame, bytes: number): void {
    const { state, last, granted } = subscription;
    if (state !== "asked" && state !== "live") return;
    if (granted <= 0) {
      connection.close(closeCodes.noCredit, "a part without credit");
      return;
    }
    subscription.granted -= bytes;
    hear(subscription);
    const fresh = freshOf(frame, last);
    if (fresh === undefined) {
      rewind(subscription);
      return;
    }
    if (frame.seq !== undefined) subscription.last += fresh.length;
    subscription.unread += bytes;
    if (fresh.length === 0) giveBack(subscription, bytes);
    else {
      subscription.gapped = false;
      effects.items(subscription.id, fresh, bytes);
    }
  }

  /** Numbers are missing. A second time without an item between them is once too often. */
  function rewind(subscription: Subscription): void {
    const { id } = subscription;
    send({ type: "detach", id });
    if (isDurable() && !subscription.gapped) {
      subscription.gapped = true;
      move(subscription, "rewinding");
      return;
    }
    move(subscription, "leaving");
    subscription.farewell = { type: "detach" };
    effects.ended(id, failures.gap());
  }

  function terminate(subscription: Subscription, frame: TerminalFrame): void {
    const { state, last, farewell } = subscription;
    const endsTooLate = (frame.type === "end" || frame.type === "error") && frame.seq > last;
    const isTooLate = frame.type === "error" && frame.code === GOING_AWAY;
    if (state === "leaving" && !(isTooLate && isDurable())) remove(subscription);
    else if (farewell?.type === "cancel") cancelByName(subscription, farewell.reason);
    else if (farewell !== undefined) remove(subscription);
    else if (state === "rewinding") move(subscription, "waiting");
    else if (isTooLate && state === "asked" && connection.isGoneAway()) {
      // It crossed with the word that the server goes away, and was not begun here.
      subscription.begun &&= isDurable(); // another connection may have begun it
      move(subscription, "waiting");
    } else if (endsTooLate && isDurable() && !subscription.gapped) {
      subscription.gapped = true;
      subscription.known = true;
      move(subscription, "waiting");
    } else finish(subscription, endsTooLate ? failures.gap() : failures.failureOf(frame));
    askForAll();
  }

  function giveBack(subscription: Subscription, bytes: number): void {
    const { state, id } = subscription;
    subscription.unread -= bytes;
    if (!connection.isOpen() || (state !== "asked" && state !== "live")) return;
    const owed = limits.window - subscription.unread - subscription.granted;
    const add = Math.min(owed, MOST_CREDIT);
    if (add < limits.window / 2) return;
    subscription.granted += add;
    send({ type: "credit", id, add });
  }

  /** Lets a stream go that the application does not want. Nothing is heard of it any more. */
  function leave(id: string, farewell: Farewell): void {
    const subscription = subscriptions.get(id);
    if (subscription === undefined || subscription.farewell !== undefined) return;
    const { state, begun, known } = subscription;
    subscription.farewell = farewell;
    dropPayload(subscription);
    if (state === "rewinding") return; // it goes on when the server has let go
    if (state !== "waiting") {
      if (!connection.isOpen()) return; // between a close and `disconnected`
      move(subscription, "leaving");
      send({ ...farewell, id });
    } else if (farewell.type === "detach" || !(begun || known)) remove(subscription);
    else if (connection.isOpen()) cancelByName(subscription, farewell.reason);
  }

  return {
    request(id, stream, payload) {
      const text = JSON.stringify(payload) as string | undefined;
      const outbox = text === undefined ? 0 : byteLength(text);
      if (subscriptions.outboxBytes() + outbox > limits.maxOutboxBytes) return false;
      subscriptions.add({ id, stream, payload: text, outbox, known: false, last: 0 });
      askForAll();
      return true;
    },
    attach(id, stream, after) {
      subscriptions.add({ id, stream, payload: undefined, outbox: 0, known: true, last: after });
      askForAll();
    },
    consumed(id, bytes) {
      const subscription = subscriptions.get(id);
      if (subscription !== undefined) giveBack(subscription, bytes);
    },
    leave,
    greeted() {
      for (const subscription of subscriptions.all()) {
        const { state, farewell } = subscription;
        if (state !== "waiting" || farewell?.type !== "cancel") continue;
        cancelByName(subscription, farewell.reason);
      }
      askForAll();
    },
    disconnected() {
      for (const subscription of subscriptions.all()) {
        const { state, farewell } = subscription;
        if (state === "waiting") continue;
        if (isDurable() && farewell?.type !== "detach") move(subscription, "waiting");
        else if (farewell !== undefined) remove(subscription);
        else finish(subscription, failures.lost(!subscription.known));
      }
    },
    receive(frame, bytes) {
      const subscription = subscriptions.get(frame.id);
      if (subscription === undefined || subscription.state === "waiting") return; // it was let go
      if (frame.type === "opened") hear(subscription);
      else if (frame.type === "part" || frame.type === "parts") take(subscription, frame, bytes);
      else terminate(subscription, frame);
    },
    giveUp(failure) {
      for (const subscription of subscriptions.all()) {
        if (subscription.farewell === undefined) finish(subscription, failure);
        else remove(subscription);
      }
    },
    size: subscriptions.size,
  };
}

/** The payload was made JSON once, when it was given. */
function openText(id: string, stream: string, credit: number, payload: string | undefined): string {
  const frame = JSON.stringify({ type: "open", id, stream, credit });
  return payload === undefined ? frame : `${frame.slice(0, -1)},"payload":${payload}}`;
}
