import type { AcquireOptions, Lease, StoredEntry, StoredStatus } from "@millrace/core/store";

/** Beside its text, what an entry takes: an object and a place in an array. */
const BYTES_AN_ENTRY = 64;
const BYTES_A_UNIT = 2;

/** One stream in memory. Times are those of its store's clock. */
export interface MemoryLog {
  readonly epoch: number;
  readonly oldest: number;
  readonly tail: number;
  readonly bytes: number;
  readonly ended: boolean;
  /** What was said when somebody asked to stop. */
  readonly stopReason: string | undefined;
  isLive(this: void, now: number): boolean;
  isOutdated(this: void, now: number): boolean;
  acquire(this: void, epoch: number, options: AcquireOptions, now: number): Lease;
  /** What follows the tail; gives the bytes that it takes. */
  append(this: void, entries: readonly StoredEntry[], end: boolean, now: number): number;
  renew(this: void, now: number): void;
  attend(this: void, now: number): void;
  stop(this: void, reason: string): boolean;
  status(this: void, now: number): StoredStatus;
  /** At most so many entries behind one that is not trimmed. */
  slice(this: void, after: number, count: number): StoredEntry[];
  /** Drops the oldest entries, down to the last, until so many bytes are free; gives how many are. */
  trim(this: void, excess: number): number;
  /** It is in no store any more. */
  forget(this: void): void;
  /** Calls back at the next change, unless what it gives is called before. */
  onChange(this: void, callback: () => void): () => void;
}

export function openLog(): MemoryLog {
  let entries: StoredEntry[] = []; // from the oldest to the tail
  let tail = 0;
  let bytes = 0;
  let epoch = 0;
  let lease = 0;
  let ttl = 0;
  let signAt = 0; // the producer's last sign
  let readAt = -Infinity; // a reader's
  let ended = false;
  let stopReason: string | undefined;
  let waiting = new Set<() => void>();

  const oldest = () => tail - entries.length + 1;
  const isLive = (now: number) => !ended && now < signAt + lease;

  function changed(): void {
    const callbacks = waiting;
    waiting = new Set();
    for (const callback of callbacks) callback();
  }

  return {
    get epoch() {
      return epoch;
    },
    get oldest() {
      return oldest();
    },
    get tail() {
      return tail;
    },
    get bytes() {
      return bytes;
    },
    get ended() {
      return ended;
    },
    get stopReason() {
      return stopReason;
    },
    isLive,
    isOutdated: (now) => now >= signAt + ttl,
    acquire(next, options, now) {
      epoch = next;
      ({ lease, ttl } = options);
      signAt = now;
      changed();
      return { epoch, tail };
    },
    append(given, end, now) {
      signAt = now;
      let added = 0;
      for (const entry of given) {
        if (entry.seq <= tail) continue; // asked again
        entries.push(entry);
        tail = entry.seq;
        added += sizeOf(entry);
      }
      bytes += added;
      ended = end;
      changed();
      return added;
    },
    renew(now) {
      signAt = now;
    },
    attend(now) {
      readAt = now;
    },
    stop(reason) {
      if (ended) return false;
      stopReason ??= reason;
      changed();
      return true;
    },
    status(now) {
      const live = isLive(now);
      return {
        state: ended ? "ended" : live ? "live" : "orphaned",
        epoch,
        oldest: oldest(),
        tail,
        leaseLeft: live ? signAt + lease - now : 0,
        unreadFor: now - readAt,
      };
    },
    slice(after, count) {
      const from = after - oldest() + 1;
      return entries.slice(from, from + count);
    },
    trim(excess) {
      let freed = 0;
      let count = 0;
      while (freed < excess && count < entries.length - 1) freed += sizeOf(entries[count++]!);
      entries = entries.slice(count);
      bytes -= freed;
      return freed;
    },
    forget() {
      changed();
    },
    onChange(callback) {
      waiting.add(callback);
      return () => {
        waiting.delete(callback);
      };
    },
  };
}

function sizeOf({ text }: StoredEntry): number {
  return BYTES_AN_ENTRY + BYTES_A_UNIT * text.length;
}
