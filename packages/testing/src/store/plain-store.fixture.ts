import type { Clock } from "@millrace/core/clock";
import {
  StoreError,
  type Store,
  type StoredEntry,
  type StoredStatus,
  type StoreErrorCode,
} from "@millrace/core/store";

/** What a store can get wrong. */
export const FAULTS = [
  "gives two leases at once",
  "gives a lease behind the end",
  "gives what is not fresh as fresh",
  "forgets to raise the epoch",
  "begins with epoch 1 again after a delete",
  "begins with epoch 1 again once it has forgotten",
  "lets a zombie write until its successor has",
  "lets a zombie write always",
  "lets a zombie renew",
  "appends what is asked again twice",
  "refuses what is asked again",
  "refuses the last entry asked again",
  "leaves gaps",
  "writes what it refuses",
  "appends in any order",
  "confirms before it has written",
  "ignores the end",
  "writes behind the end",
  "never lets a lease run out",
  "does not count an append as a sign",
  "does not count renew as a sign",
  "counts a reader as a sign",
  "counts a look as a sign",
  "counts who asks for the lease as a sign",
  "refuses a late sign of life",
  "reads the cursor's entry again",
  "reads with a gap",
  "ends a read at an orphan",
  "ends a read at the newest entry",
  "misses what comes while it reads",
  "gives all at once",
  "gives empty batches",
  "waits for what is missing",
  "leaves readers of what was deleted alone",
  "gives readers another stream of the same id",
  "keeps a wish beyond its stream",
  "keeps who attended beyond the stream",
  "ignores signals",
  "leaves listeners behind",
  "cannot be left",
  "forgets a wish at a take-over",
  "hears only wishes to come",
  "never hears a wish",
  "stops what is missing",
  "stops what has ended",
  "keeps everything for ever",
  "counts its time from the beginning",
  "keeps the lifetime of the first producer",
  "keeps all ids as one",
  "ignores the case of ids",
  "begins what is only attended",
  "forgets who attended",
  "trims texts",
] as const;

export type Fault = (typeof FAULTS)[number];

interface Log {
  epoch: number;
  written: number; // the epoch of the newest entry
  lease: number;
  ttl: number;
  begunAt: number;
  signAt: number;
  readAt: number;
  entries: StoredEntry[];
  ended: boolean;
  reason: string | undefined;
}

/** A store as plain as can be, which looks again every millisecond, and is wrong where it is told to. */
export function plainStore(clock: Clock, fault?: Fault): Store {
  const logs = new Map<string, Log>();
  const deleted = new Map<string, Log>();
  let epochs = 0;
  const has = (one: Fault) => one === fault;
  const nameOf = (id: string) => {
    if (has("keeps all ids as one")) return "";
    return has("ignores the case of ids") ? id.toLowerCase() : id;
  };

  function find(id: string): Log | undefined {
    const log = logs.get(nameOf(id));
    if (log === undefined || has("keeps everything for ever")) return log;
    const from = has("counts its time from the beginning") ? log.begunAt : log.signAt;
    if (clock.now() < from + log.ttl) return log;
    logs.delete(nameOf(id));
    if (has("begins with epoch 1 again once it has forgotten")) epochs = 0;
    return undefined;
  }

  const isLive = (log: Log) =>
    !log.ended && (has("never lets a lease run out") || clock.now() < log.signAt + log.lease);

  const isGivenUp = (log: Log) => has("ends a read at an orphan") && !isLive(log);

  function refuse(code: StoreErrorCode, id: string): never {
    throw new StoreError(`Refused: ${code}`, { code, id });
  }

  function check(id: string, epoch: number): Log {
    const log = find(id) ?? refuse("fenced", id);
    if (has("refuses a late sign of life") && !isLive(log) && !log.ended) refuse("fenced", id);
    if (epoch === log.epoch || has("lets a zombie write always")) return log;
    if (has("lets a zombie write until its successor has") && log.written <= epoch) return log;
    return refuse("fenced", id);
  }

  function write(id: string, epoch: number, given: readonly StoredEntry[], end: boolean): void {
    const log = check(id, epoch);
    const tail = log.entries.length;
    const first = given[0]!.seq;
    const last = given.at(-1)!.seq;
    if (has("refuses what is asked again") && first <= tail) refuse("fenced", id);
    if (log.ended && !has("writes behind the end")) {
      if (last > tail || has("refuses the last entry asked again")) refuse("fenced", id);
      return;
    }
    if (first > tail + 1 && has("writes what it refuses")) log.entries.push(...given);
    if (first > tail + 1 && !has("leaves gaps")) refuse("gap", id);
    const isNew = ({ seq }: StoredEntry) => seq > tail || has("appends what is asked again twice");
    for (const { text } of given.filter(isNew)) {
      const kept = has("trims texts") ? text.trim() : text;
      log.entries.push({ seq: log.entries.length + 1, text: kept });
    }
    log.written = epoch;
    if (!has("does not count an append as a sign")) log.signAt = clock.now();
    log.ended ||= end && !has("ignores the end");
  }

  async function until(done: () => boolean, signal?: AbortSignal): Promise<void> {
    const heard = has("ignores signals") ? undefined : signal;
    const note = () => undefined;
    heard?.addEventListener("abort", note);
    // What has not come at once may never come: to look for it without a pause would take a processor.
    for (let looks = 0; !done() && heard?.aborted !== true; looks++)
      await later(looks < 100 ? 0 : 2);
    if (!has("leaves listeners behind")) heard?.removeEventListener("abort", note);
  }

  async function* read(id: string, after: number, signal?: AbortSignal) {
    let log = find(id);
    if (log === undefined && has("waits for what is missing")) await until(() => false, signal);
    if (log === undefined) return refuse("gone", id);
    const own = log;
    const takesAnother = has("gives readers another stream of the same id");
    let seq = has("reads the cursor's entry again") ? Math.max(0, after - 1) : after;
    const seen = has("misses what comes while it reads") ? log.entries.length : Infinity;
    const isMissing = () =>
      find(id) !== own && !takesAnother && !has("leaves readers of what was deleted alone");
    for (;;) {
      if (signal?.aborted === true && !has("ignores signals")) return;
      if (takesAnother) log = find(id) ?? log;
      if (isMissing()) refuse("gone", id);
      const size = has("gives all at once") ? Infinity : 100;
      const batch = log.entries.slice(seq, Math.min(seq + size, seen));
      if (has("reads with a gap") && seq > 0) batch.shift();
      seq += batch.length;
      if (batch.length > 0 || has("gives empty batches")) yield batch;
      else if (log.ended || has("ends a read at the newest entry")) return;
      else if (isGivenUp(log)) return;
      else {
        const current = () => (takesAnother ? find(id) : undefined) ?? own;
        await until(
          () => current().entries.length > seq || current().ended || isMissing() || isGivenUp(own),
          signal,
        );
      }
      await later();
    }
  }

  function status(id: string): StoredStatus {
    const log = find(id);
    if (log === undefined) {
      return { state: "missing", epoch: 0, oldest: 1, tail: 0, leaseLeft: 0, unreadFor: Infinity };
    }
    const live = isLive(log);
    if (live && has("counts a look as a sign")) log.signAt = clock.now();
    return {
      state: log.ended ? "ended" : live ? "live" : "orphaned",
      epoch: log.epoch,
      oldest: 1,
      tail: log.entries.length,
      leaseLeft: live ? log.signAt + log.lease - clock.now() : 0,
      unreadFor: clock.now() - log.readAt,
    };
  }

  const begin = (id: string): Log => {
    const now = clock.now();
    const before = deleted.get(nameOf(id));
    const log: Log = {
      ...{ epoch: 0, written: 0, lease: 0, ttl: 1e9, begunAt: now, signAt: now, readAt: -Infinity },
      ...{ entries: [], ended: false, reason: undefined },
      ...(has("keeps a wish beyond its stream") && { reason: before?.reason }),
      ...(has("keeps who attended beyond the stream") && before && { readAt: before.readAt }),
    };
    logs.set(nameOf(id), log);
    return log;
  };

  return {
    async acquire(id, { lease, ttl, fresh }) {
      await later();
      const known = find(id);
      if (known !== undefined && has("counts who asks for the lease as a sign")) {
        known.signAt = clock.now();
      }
      if (known?.ended === true && !has("gives a lease behind the end")) return undefined;
      if (known !== undefined && isLive(known) && !has("gives two leases at once"))
        return undefined;
      const isUsed = fresh === true && known !== undefined && known.entries.length > 0;
      if (isUsed && !has("gives what is not fresh as fresh")) return undefined;
      const log = known ?? begin(id);
      if (has("forgets a wish at a take-over")) log.reason = undefined;
      const epoch = has("forgets to raise the epoch") && known !== undefined ? log.epoch : ++epochs;
      const life = has("keeps the lifetime of the first producer") ? (known?.ttl ?? ttl) : ttl;
      Object.assign(log, { epoch, lease, ttl: life, signAt: clock.now() });
      return { epoch, tail: log.entries.length };
    },
    async append(id, epoch, entries, { end = false } = {}) {
      if (has("appends in any order")) await later(entries[0]!.seq % 3);
      if (has("confirms before it has written")) {
        void later(3)
          .then(() => {
            write(id, epoch, entries, end);
          })
          .catch(() => undefined);
      } else {
        await later();
        write(id, epoch, entries, end);
      }
    },
    async renew(id, epoch) {
      await later();
      const log = has("lets a zombie renew")
        ? (find(id) ?? refuse("fenced", id))
        : check(id, epoch);
      if (log.ended) refuse("fenced", id);
      if (!has("does not count renew as a sign")) log.signAt = clock.now();
    },
    read(id, after, { signal } = {}) {
      const left = new AbortController();
      const leave = () => {
        left.abort();
      };
      const batches = read(id, after, AbortSignal.any([left.signal, ...(signal ? [signal] : [])]));
      const heard = has("leaves listeners behind") ? signal : undefined;
      heard?.addEventListener("abort", leave);
      return {
        [Symbol.asyncIterator]: () => ({
          next: () => batches.next(),
          return() {
            if (!has("cannot be left")) leave();
            return batches.return(undefined);
          },
        }),
      };
    },
    async status(id) {
      await later();
      return status(id);
    },
    async attend(id) {
      await later();
      const log = find(id) ?? (has("begins what is only attended") ? begin(id) : undefined);
      if (log !== undefined && !has("forgets who attended")) log.readAt = clock.now();
      if (log !== undefined && has("counts a reader as a sign")) log.signAt = clock.now();
    },
    async stop(id, reason = "") {
      await later();
      const log = find(id);
      if (log === undefined) return has("stops what is missing");
      if (log.ended) return has("stops what has ended");
      log.reason ??= reason;
      return true;
    },
    async stopped(id, epoch, { signal } = {}) {
      await later();
      const before = has("hears only wishes to come") ? find(id)?.reason : undefined;
      const isOver = () => find(id)?.epoch !== epoch || find(id)?.ended === true;
      const reason = () => (has("never hears a wish") ? undefined : find(id)?.reason);
      const isHeard = () => reason() !== undefined && (before === undefined || reason() !== before);
      await until(() => isOver() || isHeard(), signal);
      return isOver() || !isHeard() || signal?.aborted === true ? undefined : reason();
    },
    async delete(id) {
      await later();
      const log = find(id);
      if (log !== undefined) deleted.set(nameOf(id), log);
      logs.delete(nameOf(id));
      if (has("begins with epoch 1 again after a delete")) epochs = 0;
    },
  };
}

function later(milliseconds = 0): Promise<void> {
  return new Promise((resolve) => {
    if (milliseconds > 0) setTimeout(resolve, milliseconds);
    else setImmediate(resolve);
  });
}
