import type { Clock } from "@millrace/core/clock";
import { isStoreError, type StoredEntry } from "@millrace/core/store";
import { nextDelay, noAnswer, storeFailed, type StreamPlace } from "../store-access.ts";

const GATHER_FOR = 10; // ms
const MOST_GATHERED = 16; // entries
const MOST_GATHERED_UNITS = 8_192;
const MOST_IN_FLIGHT = 16; // batches
const MOST_UNITS = 262_144; // that were not written yet

export interface WriterOptions<V> extends StreamPlace {
  epoch: number;
  /** The last entry that is there. */
  tail: number;
  /** In order, as soon as they are stored. */
  onWritten(this: void, entries: readonly WrittenEntry<V>[], isEnd: boolean): void;
  /** Another batch may be added, after there was no room. */
  onRoom(this: void): void;
  /** Somebody else is the producer. */
  onFenced(this: void, error: unknown): void;
  /** The store has failed for too long. */
  onFailed(this: void, error: unknown): void;
}

export interface WrittenEntry<V> extends StoredEntry {
  value?: V;
}

export interface Writer<V> {
  add(this: void, text: string, value: V): void;
  /** Adds the last entry. */
  end(this: void, text: string): void;
  hasRoom(this: void): boolean;
  /** When the last batch was sent. */
  readonly sentAt: number;
  /** Sends nothing more, and calls nothing back. */
  stop(this: void): void;
}

interface Batch<V> {
  entries: WrittenEntry<V>[];
  units: number;
  isEnd: boolean;
  state: "waiting" | "sent" | "written" | "failed";
  sentAt: number;
}

/**
 * Sends entries to a store, in batches, the next ones before the first has arrived. What comes after
 * a silence is sent at once, what follows closely is gathered. What fails is sent again from the
 * first batch that is not known to be there: a store takes what it has as done.
 */
export function openWriter<V>(options: WriterOptions<V>): Writer<V> {
  const { id, store, clock, patience, epoch } = options;
  const inFlight: Batch<V>[] = []; // in order, and none of them is written but behind one that is not
  let gathered = newBatch<V>();
  let seq = options.tail;
  let units = 0; // gathered or in flight
  let unsettled = 0; // batches that were sent, and of which nothing was heard
  let sentAt = clock.now();
  let isFirst = true;
  let wasFull = false;
  let failingSince: number | undefined; // while batches fail, nothing new is sent
  let delay: number | undefined;
  let over = false;
  const gathering = oneTimer(clock);
  const watchdog = oneTimer(clock);
  const repairing = oneTimer(clock);

  function add(text: string, value?: V): void {
    gathered.entries.push({ seq: ++seq, text, value: value! });
    gathered.units += text.length;
    units += text.length;
    const isFull =
      gathered.entries.length >= MOST_GATHERED || gathered.units >= MOST_GATHERED_UNITS;
    const wait = sentAt + GATHER_FOR - clock.now();
    if (isFull || isFirst || wait <= 0) flush();
    else if (!gathering.isSet()) gathering.set(wait, flush);
  }

  function flush(): void {
    gathering.clear();
    if (over || failingSince !== undefined || gathered.entries.length === 0) return;
    const batch = gathered;
    gathered = newBatch();
    isFirst = false;
    inFlight.push(batch);
    send(batch);
  }

  function send(batch: Batch<V>): void {
    sentAt = batch.sentAt = clock.now();
    batch.state = "sent";
    unsettled++;
    if (!watchdog.isSet()) watchdog.set(patience, checkFirst);
    store.append(id, epoch, batch.entries, { end: batch.isEnd }).then(
      () => {
        settle(batch);
      },
      (error: unknown) => {
        settle(batch, { error });
      },
    );
  }

  function settle(batch: Batch<V>, failure?: { error: unknown }): void {
    unsettled--;
    if (over) return;
    if (isStoreError(failure?.error, "fenced")) {
      stop();
      options.onFenced(failure.error);
      return;
    }
    batch.state = failure === undefined ? "written" : "failed";
    deliver();
    if (isOver()) return;
    if (failure !== undefined) {
      failingSince ??= clock.now();
      if (batch === inFlight[0] && isHopeless(failure.error)) fail(failure.error);
      else if (isStoreError(failure.error, "closed")) fail(failure.error);
      else if (clock.now() >= failingSince + patience) fail(failure.error);
    }
    if (!isOver() && failingSince !== undefined && unsettled === 0) repair(failure === undefined);
  }

  /** Tells of what is written, in order. */
  function deliver(): void {
    while (inFlight[0]?.state === "written" && !over) {
      const { entries, units: written, isEnd } = inFlight.shift()!;
      units -= written;
      if (isEnd) stop();
      options.onWritten(entries, isEnd);
    }
    if (over) return;
    if (inFlight.length === 0) watchdog.clear();
    if (wasFull && hasRoom()) {
      wasFull = false;
      options.onRoom();
    }
  }

  /**
   * All that was sent has settled: what is not written is sent again. A single batch first, after a
   * while; all others at once when the store has taken that.
   */
  function repair(isBack: boolean): void {
    const failed = inFlight.filter(({ state }) => state === "failed");
    if (failed.length === 0) {
      failingSince = delay = undefined;
      deliver(); // there may be room
      flush();
    } else if (isBack) {
      delay = undefined;
      failed.forEach(send);
    } else {
      delay = nextDelay(delay);
      repairing.set(delay, () => {
        send(failed[0]!);
      });
    }
  }

  /** Of the batch that has waited longest something must have been heard in time. */
  function checkFirst(): void {
    const first = inFlight.find(({ state }) => state === "sent");
    if (over || inFlight.length === 0) return;
    const left = (first?.sentAt ?? clock.now()) + patience - clock.now();
    if (left <= 0) fail(noAnswer());
    else watchdog.set(Math.max(left, GATHER_FOR), checkFirst);
  }

  function fail(cause: unknown): void {
    stop();
    options.onFailed(storeFailed(id, cause));
  }

  function hasRoom(): boolean {
    const room =
      failingSince === undefined && inFlight.length < MOST_IN_FLIGHT && units < MOST_UNITS;
    wasFull ||= !room;
    return room;
  }

  /** A function, since it changes in what is called meanwhile. */
  function isOver(): boolean {
    return over;
  }

  function stop(): void {
    over = true;
    gathering.clear();
    watchdog.clear();
    repairing.clear();
  }

  return {
    add,
    end(text) {
      gathered.isEnd = true;
      isFirst = true; // at once, like the first one
      add(text);
    },
    hasRoom,
    get sentAt() {
      return sentAt;
    },
    stop,
  };
}

/**
 * Whether to send the first batch again is no use: entries that were there are not there any more, so that
 * to write on would leave a gap; or one is too large, and always will be.
 */
function isHopeless(error: unknown): boolean {
  return isStoreError(error, "gap") || isStoreError(error, "too-large");
}

function newBatch<V>(): Batch<V> {
  return { entries: [], units: 0, isEnd: false, state: "waiting", sentAt: 0 };
}

interface OneTimer {
  set(this: void, milliseconds: number, callback: () => void): void;
  clear(this: void): void;
  isSet(this: void): boolean;
}

function oneTimer(clock: Clock): OneTimer {
  let stop: (() => void) | undefined;
  const clear = () => {
    stop?.();
    stop = undefined;
  };
  return {
    set(milliseconds, callback) {
      clear();
      stop = clock.after(milliseconds, () => {
        stop = undefined;
        callback();
      });
    },
    clear,
    isSet: () => stop !== undefined,
  };
}
