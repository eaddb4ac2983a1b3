import type { StoredEntry } from "@millrace/core/store";
import type { Pull } from "../shared/pulled.ts";
import { missing, trimmed } from "../shared/refusals.ts";
import { itemsOf, textOf } from "./connection.ts";
import type { Feed } from "./feed.ts";
import type { Follower } from "./follower.ts";
import { placeAfter, type Keys } from "./keys.ts";
import { logEntries, type LogEntry } from "./log-entries.ts";
import type { Server } from "./server.ts";

export interface ReadLogOptions {
  id: string;
  keys: Keys;
  after: number;
  server: Server;
  feed: Feed;
  /** Entries of Redis in one batch. */
  count: number;
}

const MOST_GIVEN = 256; // entries in one batch

/**
 * Reads the log of a stream, then follows it. While it keeps up, what comes is handed over by the
 * feed; once it is behind, it asks for the next batch itself.
 */
export function readLog({
  id,
  keys,
  after,
  server,
  feed,
  count,
}: ReadLogOptions): Pull<StoredEntry[]> {
  const task = { verb: "read", id };
  let seq = after; // of the last entry that was given
  let born = ""; // the stream that is read, whatever comes under its id later
  let follower: Follower | undefined;
  let isEnded = false;
  let isClosed = false;

  let fresh: StoredEntry[] = []; // taken from the log, and not given yet

  async function exists(): Promise<boolean> {
    return Number(await server.command(task, "EXISTS", keys.log)) === 1;
  }

  /** Finds the place in the log, unless there is nothing to read, now or ever. */
  async function open(): Promise<Follower | undefined> {
    const [found, state] = await Promise.all([
      exists(),
      server.command(task, "HMGET", keys.state, "born", "starts", "tail", "ended"),
    ]);
    const [first, starts, tail, ended] = itemsOf(state);
    if (!found || starts == null) throw missing(id);
    born = textOf(first);
    if (isClosed || (ended != null && after >= Number(textOf(tail)))) return undefined;
    const isOver = async (): Promise<boolean> => !(await exists());
    return feed.follow({ key: keys.log, task, place: placeAfter(textOf(starts), after), isOver });
  }

  async function more(from: Follower): Promise<LogEntry[]> {
    if (!from.isUpToDate()) {
      const place = `(${from.place}`;
      const range = ["XRANGE", keys.log, place, "+", "COUNT", String(count)];
      const entries = logEntries(await server.command(task, ...range));
      const last = entries.at(-1);
      if (last !== undefined) {
        from.moveTo(last.place);
        return entries;
      }
      if (!(await exists())) throw missing(id);
    }
    const heard = await from.next();
    if (heard === undefined) throw missing(id);
    return logEntries(heard);
  }

  /** What is new in it. A fence is nothing; entries that were trimmed meanwhile are missed. */
  function take(log: readonly LogEntry[]): StoredEntry[] {
    const taken: StoredEntry[] = [];
    for (const { entries, end, born: other } of log) {
      if (other !== undefined && other !== born) throw missing(id);
      for (const entry of entries) {
        if (entry.seq <= seq) continue;
        if (entry.seq !== seq + 1) throw trimmed(id, seq + 1);
        seq = entry.seq;
        taken.push(entry);
      }
      isEnded ||= end;
    }
    return taken;
  }

  return {
    async next() {
      while (fresh.length === 0 && !isEnded && !isClosed) {
        follower ??= await open();
        if (follower === undefined) return undefined;
        fresh = take(await more(follower));
      }
      const batch = fresh.slice(0, MOST_GIVEN);
      fresh = fresh.slice(MOST_GIVEN);
      return batch.length > 0 ? batch : undefined;
    },
    close() {
      isClosed = true;
      follower?.leave();
    },
  };
}
