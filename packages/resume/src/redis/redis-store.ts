import type { Store, StoredEntry, StoredState } from "@millrace/core/store";
import { appendQueue, type Group } from "../shared/append-queue.ts";
import { wholeMilliseconds } from "../shared/durations.ts";
import { firstPulled, pulled } from "../shared/pulled.ts";
import { fenced, gap } from "../shared/refusals.ts";
import { connectionOf, itemsOf, textOf, type RedisClient } from "./connection.ts";
import { openFeed } from "./feed.ts";
import { keysOf } from "./keys.ts";
import { readLog } from "./read-log.ts";
import { serverOf } from "./server.ts";
import { stopWish } from "./stop-wish.ts";

export interface RedisStoreOptions {
  /** Before every key. Default `millrace:`. */
  prefix?: string | undefined;
  /**
   * Milliseconds that Redis may be away, paused or restarted. Calls wait so long, and reject with
   * `unavailable` then. Default 10,000.
   */
  timeout?: number | undefined;
  /**
   * How many appends the log of a stream keeps, about: what is older is trimmed, and a reader who asks
   * for it hears `gone`. Default: all.
   */
  maxLength?: number | undefined;
}

export interface RedisStore extends Store {
  /** Hangs up the store's own connection, which closes by itself when nobody reads or records. */
  close(this: void): void;
}

// Of Redis, in one answer. Each holds the entries of one command.
const BATCH = 32;
// Entries in one command: a script of Redis can hand on some thousand values at most.
const MOST_AT_ONCE = 64;

/**
 * Keeps resumable streams in Redis or Valkey: any number of processes and machines share them.
 *
 * - **In / Out:** a connected client of `redis`, `@redis/client`, `ioredis` or `iovalkey`, which stays
 *   yours; a store for `record`, `replay`, `stop`, `status` and `takeOver`.
 * - **When:** readers hear of an entry as soon as Redis has it. All that this process follows comes over
 *   one connection more, a duplicate of the client's, which is there while somebody follows.
 * - **Limits:** one Redis, replicated or not; a cluster's nodes each need a store of their own. A reader
 *   holds two batches. An append lost by Redis itself (no append-only file, or a failover) is no gap
 *   that readers would not see: the producer is refused with `gap` or `fenced`.
 * - **Errors:** `StoreError`: `fenced`, `gap`, `gone`, `full` (Redis is out of memory), `unavailable` (no
 *   answer for `timeout`; `cause` is the client's last error). What else Redis refuses rejects as the
 *   client gives it.
 * - **Cost:** one command a batch, never a round trip an entry: while one append is under way, the
 *   next ones wait and go together.
 * - **Source:** Redis Streams; Redis 6.2 or newer, or Valkey.
 *
 * @example
 * ```ts no-run
 * import { createClient } from "redis";
 * import { redisStore } from "@millrace/resume/redis";
 *
 * const store = redisStore(await createClient().connect());
 * await store.acquire("chat-1", { lease: 15_000, ttl: 3_600_000 }); // => { epoch: 1767225600000, tail: 0 }
 * ```
 */
export function redisStore(client: RedisClient, options: RedisStoreOptions = {}): RedisStore {
  const { prefix = "millrace:", timeout = 10_000, maxLength = 0 } = options;
  const connection = connectionOf(client);
  const server = serverOf(connection, timeout);
  const feed = openFeed({ connection, prefix, timeout, count: BATCH });
  const append = appendQueue(send);
  const keysFor = (id: string) => keysOf(prefix, id);

  async function send(id: string, epoch: number, { entries, end }: Group): Promise<void> {
    for (let at = 0; at < entries.length; at += MOST_AT_ONCE) {
      const some = entries.slice(at, at + MOST_AT_ONCE);
      await write(id, epoch, some, end && at + MOST_AT_ONCE >= entries.length);
    }
  }

  async function write(
    id: string,
    epoch: number,
    entries: readonly StoredEntry[],
    end: boolean,
  ): Promise<void> {
    const first = entries[0]?.seq ?? 0;
    const verb = entries.length > 0 ? "append to" : "renew";
    const answer = await server.script(
      "append",
      { verb, id },
      keysFor(id).all,
      ...[String(epoch), end ? "1" : "0", String(maxLength), String(first)],
      ...entries.map(({ text }) => text),
    );
    const word = textOf(answer);
    if (word === "fenced") throw fenced(verb, id, epoch);
    if (word === "gap") throw gap(id, first);
  }

  return {
    async acquire(id, { lease, ttl, fresh = false }) {
      const parameters = [
        ...[lease, ttl].map(wholeMilliseconds).map(String),
        fresh ? "1" : "0",
        crypto.randomUUID(),
      ];
      const task = { verb: "acquire", id };
      const answer = await server.script("acquire", task, keysFor(id).all, ...parameters);
      if (answer === null) return undefined;
      const [epoch, tail] = itemsOf(answer);
      return { epoch: Number(epoch), tail: Number(tail) };
    },

    async append(id, epoch, entries, { end = false } = {}) {
      if (entries.length > 0) await append(id, epoch, entries, end);
    },

    renew: (id, epoch) => write(id, epoch, [], false),

    read: (id, after, { signal } = {}) =>
      pulled<readonly StoredEntry[]>(
        () => readLog({ id, keys: keysFor(id), after, server, feed, count: BATCH }),
        signal,
      ),

    async status(id) {
      const answer = await server.script("status", { verb: "look at", id }, keysFor(id).all, "0");
      if (answer === null) return MISSING;
      const [epoch, tail, state, left, unread, oldest] = itemsOf(answer);
      return {
        state: textOf(state) as StoredState,
        epoch: Number(epoch),
        oldest: Number(oldest),
        tail: Number(tail),
        leaseLeft: Number(left),
        unreadFor: Number(unread) < 0 ? Infinity : Number(unread),
      };
    },

    async attend(id) {
      await server.script("status", { verb: "attend", id }, keysFor(id).all, "1");
    },

    async stop(id, reason = "") {
      const task = { verb: "stop", id };
      return Number(await server.script("stop", task, keysFor(id).all, reason)) === 1;
    },

    stopped: (id, epoch, { signal } = {}) =>
      firstPulled(() => stopWish({ id, keys: keysFor(id), epoch, server, feed }), signal),

    async delete(id) {
      await server.script("delete", { verb: "delete", id }, keysFor(id).all);
    },

    close: feed.close,
  };
}

const MISSING = {
  state: "missing",
  epoch: 0,
  oldest: 1,
  tail: 0,
  leaseLeft: 0,
  unreadFor: Infinity,
} as const;
