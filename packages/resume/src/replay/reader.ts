import { isStoreError, type StoredEntry, type StoredStatus } from "@millrace/core/store";
import { readEntry } from "../entry-text.ts";
import { reviveError, type Outcome } from "../outcome.ts";
import { isResumeError } from "../resume-error.ts";
import {
  isRefusal,
  nextDelay,
  persist,
  sleep,
  storeFailed,
  type StreamPlace,
} from "../store-access.ts";
import { cancelled, checkCursor, gone, interrupted } from "./reasons.ts";
import { watchProducer } from "./watch-producer.ts";

export interface ReaderOptions extends StreamPlace {
  /** The last entry that the reader has; Infinity: it has seen the end. */
  after: number;
  /** Where to read from instead, as the state of the stream has it. */
  from?: ((status: StoredStatus) => number) | undefined;
  /** How long an orphan may wait for a producer. */
  grace: number;
  onOrphaned?: (() => void) | undefined;
}

export interface Sink<V> {
  /** More is wanted at once. */
  isHungry(this: void): boolean;
  onEntry(this: void, seq: number, value: V): void;
  /** What stands up to `after`, where it is read. */
  onSeen?(this: void, seq: number, value: V): void;
  /** What follows is behind `after`. */
  onCaughtUp?(this: void): void;
  onEnd(this: void): void;
  onError(this: void, error: unknown): void;
}

// Entries that are handed on without a word to the store. Small, or a reader that takes its time
// would seem to be gone while it still has enough.
const AT_ONCE = 8;

/** A stream's entries as they are asked for. */
export interface Reader {
  /** Gives at least one entry, or the end, when there is one. */
  pull(this: void): void;
  /** No more is wanted. */
  leave(this: void): void;
}

/** Reads a stream behind a cursor, up to its last entry, or until its producer is given up. */
export function openReader<V>(options: ReaderOptions, sink: Sink<V>): Reader {
  const { id, store, clock, patience, after } = options;
  const left = new AbortController();
  const watch = watchProducer(options);
  let seq = after; // of the last entry that was read
  let batches: AsyncIterator<readonly StoredEntry[]> | undefined;
  let held: readonly StoredEntry[] = []; // the last batch
  let handed = 0; // so many of it were handed on
  let opened = false;
  let pulling = false;
  let over = false;

  function pull(): void {
    if (pulling || over) return;
    pulling = true;
    readOn().then(
      () => {
        pulling = false;
        if (sink.isHungry()) pull(); // it was asked meanwhile
      },
      (error: unknown) => {
        finish(() => {
          sink.onError(error);
        });
      },
    );
  }

  async function readOn(): Promise<void> {
    if (!opened) await open();
    while (!isOver()) {
      if (handed < held.length) watch.attend();
      else {
        const batch = await nextBatch();
        if (isOver()) return;
        if (batch === undefined) throw interrupted(id, seq); // it ended without saying how
        held = batch;
        handed = 0;
      }
      const some = held.slice(handed, handed + AT_ONCE);
      handed += some.length;
      some.forEach(take);
      if (!sink.isHungry()) return;
    }
  }

  /** A function, since it changes while others are awaited. */
  function isOver(): boolean {
    return over;
  }

  async function open(): Promise<void> {
    const status = await persist(options, () => store.status(id), left.signal);
    opened = true;
    if (status === undefined || isOver()) return;
    if (after === Infinity) {
      finish(sink.onEnd);
      return;
    }
    checkCursor(id, after, status);
    seq = options.from?.(status) ?? after;
    // Behind the last entry of an ended stream there is only how it ended, which that entry says.
    if (status.state === "ended" && after === status.tail) seq = Math.min(seq, after - 1);
    watch.start(status);
    if (after <= seq) sink.onCaughtUp?.();
  }

  /** Undefined behind the last one. A store that fails is asked again, for a while. */
  async function nextBatch(): Promise<readonly StoredEntry[] | undefined> {
    let failingSince: number | undefined;
    for (let delay = nextDelay(); ; delay = nextDelay(delay)) {
      try {
        batches ??= store.read(id, seq, { signal: left.signal })[Symbol.asyncIterator]();
        const result = await watch.whileWaiting(batches.next(), () => seq);
        return result.done === true ? undefined : result.value;
      } catch (error) {
        batches = undefined;
        if (isStoreError(error, "gone")) throw gone(id, seq, error);
        if (isStoreError(error, "closed")) throw storeFailed(id, error);
        if (isResumeError(error) || isRefusal(error)) throw error;
        failingSince ??= clock.now();
        if (clock.now() + delay > failingSince + patience) throw storeFailed(id, error);
      }
      if (!(await sleep(clock, delay, left.signal))) return undefined;
    }
  }

  function take(stored: StoredEntry): void {
    if (isOver() || stored.seq <= seq) return;
    if (stored.seq > seq + 1) throw gone(id, seq); // nothing is skipped in silence
    const entry = readEntry<V>(id, stored);
    ({ seq } = entry);
    if (entry.outcome !== undefined) {
      conclude(entry.outcome);
      return;
    }
    if (seq > after) sink.onEntry(seq, entry.value);
    else sink.onSeen?.(seq, entry.value);
    if (seq === after) sink.onCaughtUp?.();
  }

  function conclude(outcome: Outcome): void {
    finish(() => {
      if (outcome.type === "done") sink.onEnd();
      else if (outcome.type === "error") sink.onError(reviveError(outcome.error));
      else sink.onError(cancelled(id, seq, outcome.reason));
    });
  }

  function finish(tell: () => void): void {
    if (over) return;
    leave();
    tell();
  }

  function leave(): void {
    over = true;
    held = [];
    watch.stop();
    left.abort();
    batches?.return?.().catch(() => undefined);
  }

  return { pull, leave };
}
