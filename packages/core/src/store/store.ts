/** One line in the log of a stream. */
export interface StoredEntry {
  /** From 1, dense in the stream. */
  seq: number;
  /** What the recorder wrote. A store never looks into it. */
  text: string;
}

/** The right to write a stream. */
export interface Lease {
  /**
   * From 1. Larger than any that was given before for this id, also before it was deleted or
   * forgotten: who wrote then must not be taken for who writes now. Not dense.
   */
  epoch: number;
  /** The last entry when the lease was given: the producer goes on with `tail + 1`. 0: none. */
  tail: number;
}

export interface AcquireOptions {
  /** Milliseconds until a producer that gives no sign (`append`, `renew`) counts as dead. */
  lease: number;
  /** Milliseconds that the stream is kept after its producer's last sign. */
  ttl: number;
  /** Refused where anything was appended before. Default false. */
  fresh?: boolean | undefined;
}

export interface ReadOptions {
  signal?: AbortSignal | undefined;
}

/**
 * - `missing`: never begun, deleted, or forgotten after its time.
 * - `live`: a producer's lease runs.
 * - `orphaned`: it ran out, and no last entry came.
 * - `ended`: the last entry is there.
 */
export type StoredState = "missing" | "live" | "orphaned" | "ended";

export interface StoredStatus {
  state: StoredState;
  /** Of the newest producer; 0 where the stream is missing. */
  epoch: number;
  /** The first entry that is still there, or the next one if there is none: 1 unless trimmed. */
  oldest: number;
  /** The last entry; 0: none. */
  tail: number;
  /** Milliseconds that the lease still runs; 0 unless live. */
  leaseLeft: number;
  /** Milliseconds since a reader was last seen (`attend`); Infinity if none was. */
  unreadFor: number;
}

/**
 * Where resumable streams are kept: an append-only log for each id, with one producer at a time.
 *
 * The producer holds a lease, and each of its appends names its epoch. From the moment that `acquire`
 * gives a new one, nothing of an earlier epoch is taken any more, also what is on its way. The store's
 * own clock measures leases and lifetimes.
 *
 * What the stream's state refuses rejects with a `StoreError`. A store that cannot be reached tries for a
 * stated time and rejects with another, `unavailable`; what else fails below it may come as it is. Whether
 * the call took effect may then be unknown, so every call may be made again.
 */
export interface Store {
  /**
   * Makes the caller the one producer. Undefined, and nothing changes, while another's lease runs,
   * once the stream has ended, and with `fresh` where there are entries.
   */
  acquire(id: string, options: AcquireOptions): Promise<Lease | undefined>;

  /**
   * Appends in order, all or the first few; `entries[0].seq` follows the tail. A sign of life.
   * `end: true`: the last of them ends the stream, and with it the lease.
   *
   * A producer sends several before the first has settled: they take effect in the order of the
   * calls, and behind one that failed none leaves a gap. What is there already, of the same epoch, is
   * taken as done: also a whole append that is asked again, also one that ended the stream.
   *
   * Rejects with `fenced` where the epoch is not the newest, or the stream has ended or is missing;
   * with `gap` where `entries[0].seq` is beyond `tail + 1`. An epoch whose lease ran out is as good
   * as before until another is acquired.
   */
  append(
    id: string,
    epoch: number,
    entries: readonly StoredEntry[],
    options?: { end?: boolean | undefined },
  ): Promise<void>;

  /** A sign of life without an entry. Rejects with `fenced` as `append` does. */
  renew(id: string, epoch: number): Promise<void>;

  /**
   * Entries with `seq > after`, in order, in batches that are not empty: what is there, then what
   * comes, as it comes. Ends behind the last entry of an ended stream, and at once when the signal
   * aborts, or its iterator's `return` is called, also while it waits.
   *
   * Pulled by its reader: it holds one batch of at most some hundred entries, however far behind the
   * reader is. An orphaned stream it waits for, since it may be taken over.
   *
   * Throws `gone` where entry `after + 1` was trimmed, and where the stream is missing, or goes
   * missing while it waits (seen within a second, or when anything else is asked of the stream).
   */
  read(id: string, after: number, options?: ReadOptions): AsyncIterable<readonly StoredEntry[]>;

  status(id: string): Promise<StoredStatus>;

  /** A reader is here. Nothing happens where the stream is missing. */
  attend(id: string): Promise<void>;

  /**
   * Asks the producer to stop, wherever it is, and those that take over from it: the wish stays
   * until the stream ends. False where there is nothing to stop: it is missing or has ended.
   */
  stop(id: string, reason?: string): Promise<boolean>;

  /**
   * Resolves with the reason ("" if none was given) when somebody asks the producers of this stream
   * to stop, within a second, from any process, or has asked before. With undefined at once when the
   * signal aborts, and in time when the epoch is not the newest any more or the stream is over.
   */
  stopped(id: string, epoch: number, options?: ReadOptions): Promise<string | undefined>;

  /** Forgets the stream. Its producer is refused from then on; the id may be used again. */
  delete(id: string): Promise<void>;
}
