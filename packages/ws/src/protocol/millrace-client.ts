import { byteLength } from "./bytes.ts";
import * as failures from "./client-failures.ts";
import type { ClientEffects, ClientFailure, ClientLimits, ClientMachine } from "./client-machine.ts";
import { closeCodes } from "./close-codes.ts";
import { VERSION } from "./frames.ts";
import type { PartFrame, PartsFrame, ServerFrame, TerminalFrame, WelcomeFrame } from "./frames.ts";
import { openGate, type Gate } from "./gate.ts";
import { openLiveness, type Liveness } from "./liveness.ts";
import { readServerFrame } from "./read-frame.ts";
import { newSubscription, type Subscription } from "./subscription.ts";

/**
 * The client's side of `millrace.v1`, over all the connections of one socket that is kept.
 *
 * - **In / Out:** calls, frames and time, by the methods; what is to be done by `effects`.
 * - **When:** items at once; credit is given back when half of the window was consumed.
 * - **Limits:** `window` for each stream, `maxOutboxBytes` for all that was not heard of.
 * - **Errors:** a stream ends with a failure, whose `code` is the server's, or one of `lost`, `gone`,
 *   `gap`, `cancelled`, `detached`, `too-large`. No method throws but `request`, for a payload that is no JSON.
 * - **Cost:** one `JSON.parse` a frame; what it holds is a small object a stream, and the payloads
 *   of requests that were not heard of.
 * - **Source:** docs/protocol/millrace-v1.md.
 *
 * @example
 * ```ts
 * import { startClient } from "@millrace/ws/protocol";
 *
 * const sent: string[] = [];
 * const values: unknown[] = [];
 * const ignore = () => undefined;
 * const machine = startClient(
 *   {
 *     ...{ window: 1024, maxOutboxBytes: 1024, welcomeTimeout: 10_000 },
 *     ...{ maxFrameBytes: 1024, maxDepth: 8, maxFramesPerSecond: 10 },
 *   },
 *   {
 *     send: (text) => sent.push(text),
 *     items: (_, items) => values.push(...items),
 *     ...{ close: ignore, welcome: ignore, goaway: ignore, ended: ignore },
 *   },
 * );
 * const id = machine.request("x", "mill");
 * machine.connected(undefined, 0);
 * machine.receive(
 *   '{"type":"welcome","v":1,"session":"s","durable":false,"heartbeat":0,"maxFrameBytes":1024,"maxStreams":1}',
 *   0,
 * );
 * machine.receive(`{"type":"part","id":"${id!}","seq":1,"data":"race"}`, 0);
 * values; // => ["race"]
 * sent.map((text) => (JSON.parse(text) as { type: string }).type); // => ["hello", "open"]
 * ```
 */
export function startClient(limits: ClientLimits, effects: ClientEffects): ClientMachine {
  const subscriptions = new Map<string, Subscription>();
  let names = 0; // ids given so far
  let phase: "offline" | "greeting" | "open" = "offline";
  let gate!: Gate; // of the connection, as are those below
  let liveness!: Liveness;
  let welcomeDue = Infinity;
  let welcome: WelcomeFrame | undefined; // the last one there was: what to expect of the next
  let goneAway = false; // the server takes no new streams

  function send(frame: object): void {
    effects.send(JSON.stringify(frame));
  }

  function close(code: number, reason: string): void {
    if (phase === "offline") return;
    phase = "offline";
    effects.close(code, reason);
  }

  function finish(subscription: Subscription, failure?: ClientFailure): void {
    subscriptions.delete(subscription.id);
    effects.ended(subscription.id, failure);
  }

  const outbox = () => [...subscriptions.values()].reduce((sum, { outbox }) => sum + outbox, 0);
  const active = () =>
    [...subscriptions.values()].reduce((sum, { state }) => sum + (state === "waiting" ? 0 : 1), 0);

  function add(
    stream: string,
    rest: Pick<Subscription, "payload" | "outbox" | "known" | "last">,
  ): string {
    const id = String(++names);
    subscriptions.set(id, newSubscription(id, stream, rest));
    askForAll();
    return id;
  }

  /** Says what waits to be said, as far as the server has room. */
  function askForAll(): void {
    if (phase !== "open") return;
    let room = welcome!.maxStreams - active();
    for (const subscription of subscriptions.values()) {
      if (subscription.state !== "waiting") continue;
      if (subscription.farewell === undefined && (goneAway || room <= 0)) continue;
      ask(subscription);
      room--;
    }
    if (goneAway && active() === 0) close(closeCodes.done, "done");
  }

  function ask(subscription: Subscription): void {
    const { id, stream, farewell, known, begun, last } = subscription;
    const { durable, maxFrameBytes } = welcome!;
    const credit = Math.max(0, limits.window - subscription.unread);
    subscription.granted = credit;
    if (farewell?.type === "cancel") {
      subscription.state = "leaving";
      send({ type: "cancel", id, stream, reason: farewell.reason });
    } else if (known) {
      subscription.state = "asked";
      send({ type: "attach", id, stream, after: last, credit });
    } else if (begun && !durable) finish(subscription, failures.lost(true));
    else {
      const text = openText(id, stream, credit, subscription.payload);
      const bytes = byteLength(text);
      if (bytes > maxFrameBytes) {
        finish(subscription, failures.tooLarge(bytes, maxFrameBytes));
        return;
      }
      subscription.state = "asked";
      subscription.begun = true;
      effects.send(text);
    }
  }

  /** The server has the stream: what would open it is not needed any more. */
  function hear(subscription: Subscription): void {
    if (subscription.state === "asked") subscription.state = "live";
    subscription.known = true;
    subscription.payload = undefined;
    subscription.outbox = 0;
  }

  function take(subscription: Subscription, frame: PartFrame | PartsFrame, bytes: number): void {
    const isWanted = subscription.state === "asked" || subscription.state === "live";
    if (subscription.granted <= 0 && isWanted) {
      close(closeCodes.noCredit, "a part without credit");
      return;
    }
    subscription.granted -= bytes;
    if (!isWanted) return;
    hear(subscription);
    const { seq } = frame;
    const values = frame.type === "part" ? [frame.data] : frame.items;
    const { last } = subscription;
    if (seq !== undefined && seq > last + 1) {
      rewind(subscription);
      return;
    }
    const fresh = seq === undefined ? values : values.slice(last + 1 - seq);
    if (seq !== undefined) subscription.last = Math.max(last, seq + values.length - 1);
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
    if (welcome?.durable === true && !subscription.gapped) {
      subscription.gapped = true;
      subscription.state = "rewinding";
      return;
    }
    subscription.state = "leaving";
    subscription.farewell = { type: "detach" };
    effects.ended(id, failures.gap());
  }

  function terminate(subscription: Subscription, frame: TerminalFrame): void {
    const { state, last } = subscription;
    if (state === "leaving") subscriptions.delete(subscription.id);
    else if (state === "rewinding") subscription.state = "waiting";
    else if ((frame.type === "end" || frame.type === "error") && frame.seq > last) {
      const again = welcome?.durable === true && !subscription.gapped;
      if (again) Object.assign(subscription, { state: "waiting", gapped: true, known: true });
      else finish(subscription, failures.gap());
    } else finish(subscription, failureOf(frame));
    askForAll();
  }

  function giveBack(subscription: Subscription, bytes: number): void {
    subscription.unread -= bytes;
    if (phase !== "open" || (subscription.state !== "asked" && subscription.state !== "live")) return;
    const add = limits.window - subscription.unread - subscription.granted;
    if (add < limits.window / 2) return;
    subscription.granted += add;
    send({ type: "credit", id: subscription.id, add });
  }

  /** Lets a stream go that the application does not want. It hears no more of it. */
  function leave(id: string, farewell: NonNullable<Subscription["farewell"]>): void {
    const subscription = subscriptions.get(id);
    if (subscription === undefined || subscription.state === "leaving") return;
    const { state, begun, known } = subscription;
    const isOnline = phase === "open" && state !== "waiting";
    Object.assign(subscription, { farewell, payload: undefined, outbox: 0 });
    if (isOnline) {
      subscription.state = "leaving";
      if (state === "rewinding" && farewell.type === "detach") return; // it was told already
      send({ ...farewell, id });
    } else if (farewell.type === "detach" || !(begun || known)) subscriptions.delete(id);
    else askForAll();
  }

  function handle(frame: ServerFrame, bytes: number, now: number): void {
    switch (frame.type) {
      case "welcome":
        if (phase !== "greeting") close(closeCodes.badFrame, "welcome: a second one");
        else if (frame.v !== VERSION) close(closeCodes.wrongVersion, `only version ${VERSION}`);
        else {
          phase = "open";
          welcome = frame;
          liveness = openLiveness(frame.heartbeat || Infinity, now);
          effects.welcome(frame);
          askForAll();
        }
        return;
      case "goaway":
        goneAway = true;
        effects.goaway(frame.retryAfter);
        askForAll();
        return;
      case "ping":
        send({ type: "pong" });
        return;
      case "pong":
        return;
    }
    const subscription = subscriptions.get(frame.id);
    if (subscription === undefined || subscription.state === "waiting") return; // it was let go
    if (frame.type === "opened") hear(subscription);
    else if (frame.type === "part" || frame.type === "parts") take(subscription, frame, bytes);
    else terminate(subscription, frame);
  }

  return {
    request(stream, payload) {
      const text = JSON.stringify(payload) as string | undefined;
      const bytes = text === undefined ? 0 : byteLength(text);
      if (outbox() + bytes > limits.maxOutboxBytes) return undefined;
      return add(stream, { payload: text, outbox: bytes, known: false, last: 0 });
    },
    attach: (stream, after) =>
      add(stream, { payload: undefined, outbox: 0, known: true, last: after }),
    consumed(id, bytes) {
      const subscription = subscriptions.get(id);
      if (subscription !== undefined) giveBack(subscription, bytes);
    },
    cancel(id, reason) {
      leave(id, { type: "cancel", reason });
    },
    detach(id) {
      leave(id, { type: "detach" });
    },
    connected(auth, now) {
      phase = "greeting";
      goneAway = false;
      gate = openGate(limits, now);
      welcomeDue = now + limits.welcomeTimeout;
      send({ type: "hello", v: VERSION, auth });
    },
    disconnected() {
      phase = "offline";
      const durable = welcome?.durable === true;
      for (const subscription of [...subscriptions.values()]) {
        const { state, farewell } = subscription;
        if (farewell?.type === "detach" || (farewell !== undefined && !durable)) {
          subscriptions.delete(subscription.id);
        } else if (state === "waiting" || durable) subscription.state = "waiting";
        else finish(subscription, failures.lost(!subscription.known));
      }
    },
    receive(data, now) {
      if (phase === "offline") return;
      if (phase === "open") liveness.heard(now);
      const admitted = gate(data, now);
      if ("code" in admitted) {
        close(admitted.code, admitted.reason);
        return;
      }
      const frame = readServerFrame(admitted.frame);
      if (typeof frame === "string") close(closeCodes.badFrame, frame);
      else if (phase === "greeting" && frame.type !== "welcome") {
        close(closeCodes.badFrame, `${frame.type} before welcome`);
      } else handle(frame, byteLength(data as string), now);
    },
    tick(now) {
      if (phase === "greeting" && now >= welcomeDue) {
        close(closeCodes.greetingTimeout, "no welcome in time");
      } else if (phase === "open") {
        const state = liveness.check(now);
        if (state === "dead") close(closeCodes.silent, "nothing came for too long");
        else if (state === "ping") send({ type: "ping" });
      }
      return nextTick();
    },
    giveUp(failure) {
      for (const subscription of [...subscriptions.values()]) {
        if (subscription.farewell === undefined) finish(subscription, failure);
        else subscriptions.delete(subscription.id);
      }
    },
    size: () => subscriptions.size,
  };

  function nextTick(): number {
    if (phase === "offline") return Infinity;
    return phase === "greeting" ? welcomeDue : liveness.due();
  }
}

function failureOf(frame: TerminalFrame): ClientFailure | undefined {
  switch (frame.type) {
    case "end":
      return undefined;
    case "error":
      return failures.told(frame);
    case "cancelled":
      return failures.cancelledElsewhere();
    case "detached":
      return failures.detachedByServer();
    case "gone":
      return failures.gone(frame);
  }
}

/** The payload was made JSON once, when it was given. */
function openText(
  id: string,
  stream: string,
  credit: number,
  payload: string | undefined,
): string {
  const frame = JSON.stringify({ type: "open", id, stream, credit });
  return payload === undefined ? frame : `${frame.slice(0, -1)},"payload":${payload}}`;
}
