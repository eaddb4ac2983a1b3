import type { AcquireOptions, Lease, StoredEntry, StoredStatus } from "@millrace/core/store";
import { wholeMilliseconds } from "../shared/durations.ts";
import { fenced, gap, missing, trimmed } from "../shared/refusals.ts";
import type { SqliteDatabase, SqliteValue } from "./database.ts";

/** The streams in a database. Every step is one transaction, done when it returns. */
export interface Log {
  acquire(this: void, id: string, options: AcquireOptions): Lease | undefined;
  append(
    this: void,
    id: string,
    epoch: number,
    entries: readonly StoredEntry[],
    end: boolean,
  ): void;
  /** Finds a stream to read it, whatever comes under its id later. */
  open(this: void, id: string): StreamNumber;
  /** What is there behind an entry, at most a batch of it; undefined: nothing, and nothing comes. */
  read(this: void, stream: StreamNumber, after: number): StoredEntry[] | undefined;
  status(this: void, id: string): StoredStatus;
  attend(this: void, id: string): void;
  stop(this: void, id: string, reason: string): boolean;
  /** The wish to stop; null while there is none; undefined when there is no such producer any more. */
  wish(this: void, id: string, epoch: number): string | null | undefined;
  delete(this: void, id: string): void;
  /** Changes whenever somebody else has written. */
  version(this: void): number;
  /** Of each of the streams, what changes with whatever happens to it. */
  marks(this: void, ids: readonly string[]): Map<string, string>;
}

/** Names a stream: an id may be used again, and this may not. */
export interface StreamNumber {
  id: string;
  born: number;
}

const SCHEMA = `
CREATE TABLE IF NOT EXISTS millrace_streams (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  born INTEGER NOT NULL, -- the first epoch
  epoch INTEGER NOT NULL, -- begins with the time, so that none is ever given twice
  tail INTEGER, -- NULL: the stream was forgotten; the row stays a while, should the clock go back
  ended INTEGER NOT NULL DEFAULT 0,
  lease INTEGER NOT NULL,
  ttl INTEGER NOT NULL,
  seen INTEGER NOT NULL, -- when the producer last was; times are the machine's
  attended INTEGER, -- when a reader last was
  oldest INTEGER NOT NULL DEFAULT 1,
  wish TEXT -- the reason to stop
);
CREATE INDEX IF NOT EXISTS millrace_streams_kept ON millrace_streams (seen + ttl) WHERE tail IS NOT NULL;
CREATE INDEX IF NOT EXISTS millrace_streams_forgotten ON millrace_streams (seen + 2 * ttl) WHERE tail IS NULL;
CREATE TABLE IF NOT EXISTS millrace_entries (
  stream INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (stream, seq)
) WITHOUT ROWID;
`;

const BATCH = 128;
const SWEEP = 20; // streams that are forgotten at once, when another one begins

interface Row {
  number: number;
  born: number;
  epoch: number;
  tail: number;
  ended: number;
  lease: number;
  ttl: number;
  seen: number;
  attended: number | null;
  oldest: number;
  wish: string | null;
}

export function openLog(database: SqliteDatabase, maxLength: number): Log {
  database.exec(SCHEMA);
  const sql = statements(database);

  /** The stream, unless it is missing. */
  function find(id: string): Row | undefined {
    const row = sql("SELECT * FROM millrace_streams WHERE id = ?").get(id) as
      | Row
      | null
      | undefined;
    return row == null || isGone(row) ? undefined : row;
  }

  function isGone({ tail, seen, ttl }: Row): boolean {
    return (tail as number | null) === null || Date.now() > seen + ttl;
  }

  function change<T>(work: () => T): T {
    sql("BEGIN IMMEDIATE").run();
    try {
      const result = work();
      sql("COMMIT").run();
      return result;
    } catch (error) {
      try {
        sql("ROLLBACK").run();
      } catch {
        // SQLite has rolled it back itself, as it does where the disk is full.
      }
      throw error;
    }
  }

  function producer(verb: string, id: string, epoch: number): Row {
    const row = find(id);
    if (row?.epoch !== epoch) throw fenced(verb, id, epoch);
    return row;
  }

  /** Forgets some whose time is over: entries when it is, epochs after as long again. */
  function sweep(): void {
    const now = Date.now();
    const old = sql(
      "SELECT number FROM millrace_streams WHERE tail IS NOT NULL AND seen + ttl < ? LIMIT ?",
    ).all(now, SWEEP) as { number: number }[];
    for (const { number } of old) {
      sql("DELETE FROM millrace_entries WHERE stream = ?").run(number);
      sql("UPDATE millrace_streams SET tail = NULL WHERE number = ?").run(number);
    }
    sql(
      "DELETE FROM millrace_streams WHERE number IN " +
        "(SELECT number FROM millrace_streams WHERE tail IS NULL AND seen + 2 * ttl < ? LIMIT ?)",
    ).run(now, SWEEP);
  }

  function trim(number: number, tail: number): void {
    const oldest = tail - maxLength + 1; // none is smaller than the one before: the tail only grows
    if (maxLength === 0 || oldest <= 1) return;
    sql("DELETE FROM millrace_entries WHERE stream = ? AND seq < ?").run(number, oldest);
    sql("UPDATE millrace_streams SET oldest = ? WHERE number = ?").run(oldest, number);
  }

  return {
    acquire: (id, { lease, ttl, fresh = false }) =>
      change(() => {
        const row = find(id);
        const now = Date.now();
        if (row === undefined) {
          sweep();
          const { number, epoch } = sql(
            "INSERT INTO millrace_streams (id, born, epoch, tail, lease, ttl, seen) VALUES (?1, ?2, ?2, 0, ?3, ?4, ?2) " +
              "ON CONFLICT (id) DO UPDATE SET born = max(epoch + 1, excluded.epoch), " +
              "epoch = max(epoch + 1, excluded.epoch), tail = 0, lease = excluded.lease, " +
              "ttl = excluded.ttl, seen = excluded.seen, ended = 0, oldest = 1, attended = NULL, wish = NULL " +
              "RETURNING number, epoch",
          ).get(id, now, wholeMilliseconds(lease), wholeMilliseconds(ttl)) as Row;
          sql("DELETE FROM millrace_entries WHERE stream = ?").run(number);
          return { epoch, tail: 0 };
        }
        const { number, tail } = row;
        if (row.ended === 1 || now < row.seen + row.lease || (fresh && tail > 0)) return undefined;
        const epoch = row.epoch + 1;
        sql(
          "UPDATE millrace_streams SET epoch = ?, lease = ?, ttl = ?, seen = ? WHERE number = ?",
        ).run(epoch, wholeMilliseconds(lease), wholeMilliseconds(ttl), now, number);
        return { epoch, tail };
      }),

    append(id, epoch, entries, end) {
      const verb = entries.length > 0 ? "append to" : "renew";
      change(() => {
        const { number, tail, ended } = producer(verb, id, epoch);
        const first = entries[0]?.seq ?? tail + 1;
        const last = first + entries.length - 1;
        if (ended === 1) {
          if (entries.length > 0 && last <= tail) return; // asked again
          throw fenced(verb, id, epoch);
        }
        if (first > tail + 1) throw gap(id, first);
        const insert = sql("INSERT INTO millrace_entries (stream, seq, text) VALUES (?, ?, ?)");
        for (const { seq, text } of entries) if (seq > tail) insert.run(number, seq, text);
        sql("UPDATE millrace_streams SET tail = ?, ended = ?, seen = ? WHERE number = ?").run(
          Math.max(tail, last),
          end ? 1 : 0,
          Date.now(),
          number,
        );
        trim(number, Math.max(tail, last));
      });
    },

    open(id) {
      const row = find(id);
      if (row === undefined) throw missing(id);
      return { id, born: row.born };
    },

    read({ id, born }, after) {
      const row = find(id);
      if (row?.born !== born) throw missing(id);
      if (after + 1 < row.oldest) throw trimmed(id, after + 1);
      if (after >= row.tail) return row.ended === 1 ? undefined : [];
      return sql(
        "SELECT seq, text FROM millrace_entries WHERE stream = ? AND seq > ? ORDER BY seq LIMIT ?",
      ).all(row.number, after, BATCH) as StoredEntry[];
    },

    status(id) {
      const row = find(id);
      if (row === undefined) return MISSING;
      const { epoch, oldest, tail, ended, seen, lease, attended } = row;
      const now = Date.now();
      const left = Math.max(0, seen + lease - now);
      return {
        state: ended === 1 ? "ended" : left > 0 ? "live" : "orphaned",
        ...{ epoch, oldest, tail },
        leaseLeft: ended === 1 ? 0 : left,
        unreadFor: attended === null ? Infinity : Math.max(0, now - attended),
      };
    },

    attend(id) {
      sql("UPDATE millrace_streams SET attended = ? WHERE id = ? AND tail IS NOT NULL").run(
        Date.now(),
        id,
      );
    },

    stop: (id, reason) =>
      change(() => {
        const row = find(id);
        if (row === undefined || row.ended === 1) return false;
        sql("UPDATE millrace_streams SET wish = coalesce(wish, ?) WHERE number = ?").run(
          reason,
          row.number,
        );
        return true;
      }),

    wish(id, epoch) {
      const row = find(id);
      return row?.epoch === epoch && row.ended === 0 ? row.wish : undefined;
    },

    delete(id) {
      change(() => {
        sql(
          "DELETE FROM millrace_entries WHERE stream = (SELECT number FROM millrace_streams WHERE id = ?)",
        ).run(id);
        sql("UPDATE millrace_streams SET tail = NULL WHERE id = ?").run(id);
      });
    },

    version: () => (sql("PRAGMA data_version").get() as { data_version: number }).data_version,

    marks(ids) {
      const rows = sql(
        "SELECT id, epoch || ' ' || coalesce(tail, '-') || ' ' || ended || ' ' || (wish IS NULL) AS mark " +
          "FROM millrace_streams WHERE id IN (SELECT value FROM json_each(?))",
      ).all(JSON.stringify(ids)) as { id: string; mark: string }[];
      return new Map(rows.map(({ id, mark }) => [id, mark]));
    },
  };
}

/** Prepares each statement once. */
function statements(database: SqliteDatabase): (sql: string) => Statement {
  const prepared = new Map<string, Statement>();
  return (sql) => {
    let statement = prepared.get(sql);
    if (statement === undefined) prepared.set(sql, (statement = database.prepare(sql)));
    return statement;
  };
}

interface Statement {
  run(...parameters: SqliteValue[]): unknown;
  get(...parameters: SqliteValue[]): unknown;
  all(...parameters: SqliteValue[]): unknown[];
}

const MISSING: StoredStatus = {
  state: "missing",
  epoch: 0,
  oldest: 1,
  tail: 0,
  leaseLeft: 0,
  unreadFor: Infinity,
};
