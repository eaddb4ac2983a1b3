import type { Store, StoredEntry } from "@millrace/core/store";
import { appendQueue } from "../shared/append-queue.ts";
import { tryFor } from "../shared/patience.ts";
import { firstPulled, pulled, type Pull } from "../shared/pulled.ts";
import { closed, full } from "../shared/refusals.ts";
import { restEvery } from "../shared/rest.ts";
import { openChanges, type Changes, type Follow } from "./changes.ts";
import { checkRuntime, isBusy, isFull, openDatabase, type SqliteDatabase } from "./database.ts";
import { openLog, type Log, type StreamNumber } from "./log.ts";

const STEPS_A_TURN = 16; // each may read or write some dozen entries

export interface SqliteStoreOptions {
  /** Milliseconds between two looks for what other processes have written. Default 25. */
  pollInterval?: number | undefined;
  /**
   * Milliseconds that other processes may hold the database. Calls wait so long, and reject with
   * `unavailable` then. Default 10,000.
   */
  timeout?: number | undefined;
  /**
   * How many entries of a stream are kept: what is older is trimmed, and a reader who asks for it
   * hears `gone`. Default: all.
   */
  maxLength?: number | undefined;
}

export interface SqliteStore extends Store {
  /** Lets go of the database, and closes it unless it was given. Readers hear that it is over. */
  close(this: void): Promise<void>;
}

/**
 * Keeps resumable streams in a file, with the SQLite of the runtime: any number of processes of one
 * machine share them, and what was appended survives a process that is killed.
 *
 * - **In / Out:** the path of a file, or a database of `node:sqlite` or `bun:sqlite`, which stays yours
 *   and should be in WAL mode; a store for `record`, `replay`, `stop`, `status` and `takeOver`.
 * - **When:** readers in this process hear of an entry at once, those in others at their next look.
 * - **Limits:** one machine; never a network file system. Node.js from 22.13, Bun, Deno. Losing power may
 *   lose the last appends, unless you give a database with `PRAGMA synchronous = FULL`.
 * - **Errors:** `StoreError`: `fenced`, `gap`, `gone`, `full` (the disk), `unavailable` (others have held
 *   the database for `timeout`). What else SQLite refuses rejects as it is. It throws at once for a path
 *   on a runtime without SQLite.
 * - **Cost:** a transaction an append, without waiting for the disk; while somebody follows, one look
 *   for all streams each `pollInterval`, and a query only where somebody has written.
 * - **Source:** SQLite, write-ahead logging; `PRAGMA data_version`.
 *
 * @example
 * ```ts no-run
 * import { sqliteStore } from "@millrace/resume/sqlite";
 *
 * const store = sqliteStore("streams.db");
 * await store.acquire("chat-1", { lease: 15_000, ttl: 3_600_000 }); // => { epoch: 1767225600000, tail: 0 }
 * ```
 */
export function sqliteStore(
  database: SqliteDatabase | string,
  options: SqliteStoreOptions = {},
): SqliteStore {
  if (typeof database === "string") checkRuntime();
  const { pollInterval = 25, timeout = 10_000, maxLength = 0 } = options;
  const patience = { timeout, isPassing: isBusy };
  const follows = new Set<Follow>();
  const rest = restEvery(STEPS_A_TURN);
  let opening: Promise<Opened> | undefined;
  let isClosed = false;
  let closing: Promise<void> | undefined;

  async function open(): Promise<Opened> {
    const own = typeof database === "string" ? await openDatabase(database) : database;
    const log = openLog(own, maxLength);
    return { log, changes: changesOf(own, log, pollInterval), database: own };
  }

  async function opened(verb: string, id: string): Promise<Opened> {
    await rest();
    if (isClosed) throw closed(verb, id);
    opening ??= open().catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  }

  async function close(): Promise<void> {
    isClosed = true;
    for (const stream of follows) stream.leave();
    const own = await opening?.catch(() => undefined);
    if (typeof database === "string") own?.database.close();
  }

  /** Does one thing to a stream, and tells those who follow it. */
  function act<T>(verb: string, id: string, work: (log: Log) => T): Promise<T> {
    return tryFor(patience, { verb, id }, async () => {
      const { log, changes } = await opened(verb, id);
      try {
        const result = work(log);
        changes.tell(id);
        return result;
      } catch (error) {
        throw isFull(error) ? full(verb, id, error) : error;
      }
    });
  }

  const look = <T>(verb: string, id: string, work: (log: Log) => T): Promise<T> =>
    tryFor(patience, { verb, id }, async () => work((await opened(verb, id)).log));

  const append = appendQueue((id, epoch, { entries, end }) =>
    act("append to", id, (log) => {
      log.append(id, epoch, entries, end);
    }),
  );

  /** Asks again after each change, until there is an answer. */
  function follow<T>(
    id: string,
    verb: string,
    ask: (log: Log) => T | undefined,
    isAnswer: (answer: T) => boolean,
  ): Pull<T> {
    let stream: Follow | undefined;
    let isLeft = false;
    const isOver = (): boolean => isLeft; // a function, since it changes while others are awaited
    return {
      async next() {
        const { changes } = await opened(verb, id);
        if (isOver()) return undefined;
        follows.add((stream ??= changes.follow(id)));
        for (;;) {
          const { count } = stream;
          const answer = await look(verb, id, ask);
          if (answer === undefined || isAnswer(answer)) return answer;
          await stream.changedSince(count);
          if (isOver()) return undefined;
        }
      },
      close() {
        isLeft = true;
        stream?.leave();
        if (stream !== undefined) follows.delete(stream);
      },
    };
  }

  function readFrom(id: string, after: number): Pull<StoredEntry[]> {
    let seq = after;
    let stream: StreamNumber | undefined;
    const pull = follow<StoredEntry[]>(
      id,
      "read",
      (log) => log.read((stream ??= log.open(id)), seq),
      (entries) => entries.length > 0,
    );
    return {
      async next() {
        const entries = await pull.next();
        seq = entries?.at(-1)?.seq ?? seq;
        return entries;
      },
      close: pull.close,
    };
  }

  return {
    acquire: (id, wish) => act("acquire", id, (log) => log.acquire(id, wish)),
    async append(id, epoch, entries, { end = false } = {}) {
      if (entries.length > 0) await append(id, epoch, entries, end);
    },
    renew: (id, epoch) =>
      look("renew", id, (log) => {
        log.append(id, epoch, [], false);
      }),
    read: (id, after, { signal } = {}) =>
      pulled<readonly StoredEntry[]>(() => readFrom(id, after), signal),
    status: (id) => look("look at", id, (log) => log.status(id)),
    attend: (id) =>
      look("attend", id, (log) => {
        log.attend(id);
      }),
    stop: (id, reason = "") => act("stop", id, (log) => log.stop(id, reason)),
    async stopped(id, epoch, { signal } = {}) {
      const wish = await firstPulled(
        () =>
          follow<string | null>(
            id,
            "wait for a stop of",
            (log) => log.wish(id, epoch),
            (found) => found !== null,
          ),
        signal,
      );
      return wish ?? undefined;
    },
    delete: (id) =>
      act("delete", id, (log) => {
        log.delete(id);
      }),
    close: () => (closing ??= close()),
  };
}

interface Opened {
  log: Log;
  changes: Changes;
  database: SqliteDatabase;
}

// A database does not count what is written through itself as a change: stores that share one tell
// each other.
const shared = new WeakMap<SqliteDatabase, Changes>();

function changesOf(database: SqliteDatabase, log: Log, interval: number): Changes {
  let changes = shared.get(database);
  if (changes === undefined) shared.set(database, (changes = openChanges(log, interval)));
  return changes;
}
