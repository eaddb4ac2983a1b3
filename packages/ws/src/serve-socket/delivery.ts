import type { Source } from "@millrace/core";
import { systemClock } from "@millrace/core/clock";
import { openSource, type Feed } from "@millrace/core/streams";
import type { Entry } from "../protocol/frames.ts";

// A source that has all its items at hand would else leave no room for anything else to happen, as
// long as the network takes them. A rest costs a millisecond, so there is none before it is due.
const AT_A_STRETCH = 10; // milliseconds
const ITEMS_A_LOOK = 64; // at the clock

/** What a stream is to send, once that is known. */
export interface Begun {
  source: Source<unknown>;
  /** Items are entries `{ seq, value }` of a log; else they are values, to be numbered from 1. */
  isLog: boolean;
}

export interface DeliveryPort {
  /** Whether an item may be sent now. */
  mayPart(this: void): boolean;
  begun(this: void): void;
  part(this: void, entry: Entry): void;
  end(this: void): void;
  /** There is nothing to send. */
  none(this: void): void;
  failed(this: void, error: unknown): void;
}

/** A stream on its way to a client. */
export interface Delivery {
  /** An item may be sent that could not be before. */
  wake(this: void): void;
  /** Nothing more is sent; what is read from is let go. */
  stop(this: void, reason: unknown): void;
  /** Resolves when whoever makes the stream is at rest: one that was stopped may go on for a while. */
  readonly atRest: Promise<void>;
}

/**
 * Reads a source, one item when one may be sent and not before, until it ends or is stopped. Exactly
 * one of `end`, `none` and `failed` is called, unless it is stopped.
 */
export function deliver(begin: () => Promise<Begun | undefined>, port: DeliveryPort): Delivery {
  let feed: Feed<unknown> | undefined;
  let stopped: { reason: unknown } | undefined;
  let wake: () => void = ignore;

  async function run(): Promise<void> {
    const begun = await begin();
    if (begun === undefined) {
      if (stopped === undefined) port.none();
      return;
    }
    feed = openSource(begun.source);
    if (stopped !== undefined) {
      feed.cancel(stopped.reason);
      return;
    }
    port.begun();
    let restAt = systemClock.now() + AT_A_STRETCH;
    for (let seq = 1; ; seq++) {
      while (!port.mayPart()) {
        await new Promise<void>((resolve) => (wake = resolve));
        if (isStopped()) return;
      }
      const { done, value } = await feed.read();
      if (isStopped()) return;
      if (done === true) break;
      port.part(begun.isLog ? checkEntry(value) : { seq, value });
      if (seq % ITEMS_A_LOOK === 0 && systemClock.now() >= restAt) {
        await breathe();
        if (isStopped()) return;
        restAt = systemClock.now() + AT_A_STRETCH;
      }
    }
    feed.release();
    port.end();
  }

  // A function, for the compiler does not see that it changes while something is waited for.
  const isStopped = () => stopped !== undefined;

  const atRest = run().catch((error: unknown) => {
    if (stopped !== undefined) return;
    stopped = { reason: error };
    feed?.cancel(error);
    port.failed(error);
  });

  return {
    wake: () => wake(),
    stop(reason) {
      if (stopped !== undefined) return;
      stopped = { reason };
      feed?.cancel(reason);
      wake();
    },
    atRest,
  };
}

function breathe(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve);
  });
}

function checkEntry(entry: unknown): Entry {
  const { seq } = Object(entry) as Entry;
  const isNumbered = seq === undefined || (Number.isSafeInteger(seq) && seq > 0);
  if (isNumbered && "value" in Object(entry)) return entry as Entry;
  throw new TypeError("Cannot send: an entry must be { seq, value }, its seq a number from 1");
}

function ignore(): void {
  // Nothing waits.
}
