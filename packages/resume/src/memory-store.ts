import { systemClock, type Clock } from "@millrace/core/clock";
import {
  StoreError,
  type AcquireOptions,
  type Lease,
  type Store,
  type StoredEntry,
  type StoredStatus,
  type StoreErrorCode,
} from "@millrace/core/store";
import { openLog, type MemoryLog } from "./memory-store/log.ts";
import { readLog } from "./memory-store/read-log.ts";
import { waitFor } from "./memory-store/wait-for.ts";
import { restEvery } from "./shared/rest.ts";

const DEFAULT_MAX_STREAMS = 1_000;
const DEFAULT_MAX_BYTES = 67_108_864;
const APPENDS_A_TURN = 64;
/** What is trimmed is moved once for many entries, not for each. */
const TRIMMED_AT_ONCE = 0.125;

export interface MemoryStoreOptions {
  /** Streams that are kept. Default 1,000. */
  maxStreams?: number | undefined;
  /** Bytes that are kept of all streams together, entries at two bytes a unit. Default 64 MiB. */
  maxBytes?: number | undefined;
  clock?: Clock | undefined;
}

/**
 * Keeps streams in the memory of this process: for one process, for tests.
 *
 * - **Limits:** beyond `maxStreams`, streams that have ended are forgotten, those that began first
 *   before others, then orphans; if all are live, no other may begin (`full`). Beyond `maxBytes`,
 *   streams that have ended are forgotten, then the oldest entries of the largest: who asks for
 *   those hears that they are `gone`.
 * - **Errors:** `StoreError`, as the contract says.
 * - **Cost:** an array entry an item. No timer runs: what is out of date is forgotten when a stream
 *   begins, or is asked for.
 *
 * @example
 * ```ts
 * import { memoryStore } from "@millrace/resume";
 *
 * const store = memoryStore({ maxStreams: 100 });
 * const lease = await store.acquire("chat-1", { lease: 15_000, ttl: 60_000 });
 * await store.append("chat-1", lease!.epoch, [{ seq: 1, text: '"mill"' }]);
 * const { state, tail } = await store.status("chat-1");
 * [state, tail]; // => ["live", 1]
 * ```
 */
export function memoryStore(options: MemoryStoreOptions = {}): Store {
  const {
    maxStreams = DEFAULT_MAX_STREAMS,
    maxBytes = DEFAULT_MAX_BYTES,
    clock: { now } = systemClock,
  } = options;
  const logs = new Map<string, MemoryLog>(); // in the order in which they began
  let bytes = 0; // of all logs
  const rest = restEvery(APPENDS_A_TURN);
  let epochs = 0; // of all logs: an id that is used again must not let in who wrote under it before

  function find(id: string): MemoryLog | undefined {
    const log = logs.get(id);
    if (log === undefined || !log.isOutdated(now())) return log;
    forget(id, log);
    return undefined;
  }

  function forget(id: string, log: MemoryLog): void {
    logs.delete(id);
    bytes -= log.bytes;
    log.forget();
  }

  /** Forgets the first of those streams. */
  function forgetOne(isDispensable: (log: MemoryLog) => boolean): boolean {
    for (const [id, log] of logs) {
      if (!isDispensable(log)) continue;
      forget(id, log);
      return true;
    }
    return false;
  }

  function makeRoom(id: string): void {
    for (const [other, log] of logs) if (log.isOutdated(now())) forget(other, log);
    while (logs.size >= maxStreams) {
      const hasRoom = forgetOne(isEnded) || forgetOne((log) => !log.isLive(now()));
      if (!hasRoom) throw refusal("acquire", id, "full", `${maxStreams} streams are live`);
    }
  }

  function keepWithin(newest: MemoryLog): void {
    while (bytes > maxBytes && forgetOne((log) => isEnded(log) && log !== newest));
    while (bytes > maxBytes) {
      const [largest] = [...logs.values()]
        .filter(({ oldest, tail }) => oldest < tail) // the last entry stays, however large
        .sort((left, right) => right.bytes - left.bytes);
      const freed = largest?.trim(bytes - maxBytes * (1 - TRIMMED_AT_ONCE)) ?? 0;
      if (freed === 0) return;
      bytes -= freed;
    }
  }

  /** The log, if the epoch is the one that may write. */
  function produced(verb: string, id: string, epoch: number): MemoryLog {
    const log = find(id);
    if (log === undefined) throw refusal(verb, id, "fenced", "there is no such stream");
    if (log.epoch !== epoch) throw refusal(verb, id, "fenced", `epoch ${log.epoch} is there`);
    return log;
  }

  function acquire(id: string, { lease, ttl, fresh }: AcquireOptions): Lease | undefined {
    let log = find(id);
    if (log === undefined) {
      makeRoom(id);
      log = openLog();
      logs.set(id, log);
    } else if (log.ended || log.isLive(now()) || (fresh === true && log.tail > 0)) {
      return undefined;
    }
    return log.acquire(++epochs, { lease, ttl }, now());
  }

  function append(id: string, epoch: number, entries: readonly StoredEntry[], end: boolean): void {
    const log = produced("append to", id, epoch);
    const first = entries[0]?.seq ?? 0;
    const last = entries.at(-1)?.seq ?? 0;
    if (log.ended) {
      if (last <= log.tail) return;
      throw refusal("append to", id, "fenced", "it has ended");
    }
    if (first > log.tail + 1) {
      throw refusal("append to", id, "gap", `entry ${log.tail + 1} is missing before ${first}`);
    }
    bytes += log.append(entries, end, now());
    keepWithin(log);
  }

  function status(id: string): StoredStatus {
    const log = find(id);
    if (log !== undefined) return log.status(now());
    const unreadFor = Infinity;
    return { state: "missing", epoch: 0, oldest: 1, tail: 0, leaseLeft: 0, unreadFor };
  }

  return {
    acquire: (id, acquireOptions) => promise(() => acquire(id, acquireOptions)),
    append: async (id, epoch, entries, { end = false } = {}) => {
      append(id, epoch, entries, end);
      await rest();
    },
    renew: (id, epoch) =>
      promise(() => {
        const log = produced("renew", id, epoch);
        if (log.ended) throw refusal("renew", id, "fenced", "it has ended");
        log.renew(now());
      }),
    read: (id, after, { signal } = {}) => readLog(id, () => find(id), after, signal),
    status: (id) => promise(() => status(id)),
    attend: (id) => promise(() => find(id)?.attend(now())),
    stop: (id, reason = "") => promise(() => find(id)?.stop(reason) ?? false),
    stopped: async (id, epoch, { signal } = {}) => {
      for (;;) {
        const log = find(id);
        if (log === undefined || log.epoch !== epoch || log.ended) return undefined;
        if (log.stopReason !== undefined) return log.stopReason;
        if (!(await waitFor(log.onChange, signal))) return undefined;
      }
    },
    delete: (id) =>
      promise(() => {
        const log = find(id);
        if (log !== undefined) forget(id, log);
      }),
  };
}

function isEnded(log: MemoryLog): boolean {
  return log.ended;
}

/** What happens now, and is told as if it had taken its time. */
async function promise<T>(work: () => T): Promise<T> {
  return Promise.resolve(work());
}

function refusal(verb: string, id: string, code: StoreErrorCode, why: string): StoreError {
  return new StoreError(`Cannot ${verb} ${id}: ${why}`, { code, id });
}
