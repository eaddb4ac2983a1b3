import type { Store, StoredEntry } from "@millrace/core/store";
import { appendQueue } from "../shared/append-queue.ts";
import { firstPulled, pulled } from "../shared/pulled.ts";
import { readLog } from "./read-log.ts";
import { serverOf, type NatsConnection } from "./server.ts";
import { stateOf, statusOf } from "./state.ts";
import { stopWish } from "./stop-wish.ts";
import { logWriter } from "./write-log.ts";

export interface NatsStoreOptions {
  /**
   * Of the two JetStream streams, `<name>-log` and `<name>-sign`, and of their subjects. They are made
   * where they are missing, and taken as they are where not. Default `millrace`.
   */
  name?: string | undefined;
  /**
   * Milliseconds that NATS may be away. Calls wait so long, and reject with `unavailable` then.
   * Default 10,000.
   */
  timeout?: number | undefined;
  /** Milliseconds after which JetStream removes a message, whatever its `ttl`. Default two days. */
  maxAge?: number | undefined;
  /** Copies that a cluster keeps. Default 1. */
  replicas?: number | undefined;
  /** Default `file`. */
  storage?: "file" | "memory" | undefined;
}

/**
 * Keeps resumable streams in JetStream: for who runs on NATS already.
 *
 * - **In / Out:** a connection of `@nats-io/transport-node` or another of NATS's transports, which stays
 *   yours; a store for `record`, `replay`, `stop`, `status` and `takeOver`.
 * - **When:** readers hear of an entry as soon as JetStream has it.
 * - **Limits:** a reader holds 32 messages, and reads a log from its beginning, whatever its cursor. An
 *   entry must fit into a message (`max_payload`, 1 MiB unless you raise it). A stream is forgotten after
 *   its `ttl`, yet its messages are removed by `maxAge` only.
 * - **Errors:** `StoreError`: `fenced`, `gap`, `gone`, `full` (a limit of JetStream or of the account),
 *   `too-large` (an entry beyond `max_payload`), `unavailable` (no answer for `timeout`; `cause` is the
 *   client's last error). What else NATS refuses rejects as it is.
 * - **Cost:** a message a batch, never a round trip an entry: while one append is under way, the next
 *   ones wait and go together. A consumer of the server's a reader.
 * - **Source:** JetStream, expected last sequence of a subject; nats-server 2.9 or newer.
 *
 * @example
 * ```ts no-run
 * import { natsStore } from "@millrace/resume/nats";
 * import { connect } from "@nats-io/transport-node";
 *
 * const store = natsStore(await connect());
 * await store.acquire("chat-1", { lease: 15_000, ttl: 3_600_000 }); // => { epoch: 1767225600000000, tail: 0 }
 * ```
 */
export function natsStore(connection: NatsConnection, options: NatsStoreOptions = {}): Store {
  const { name = "millrace", timeout = 10_000, maxAge = TWO_DAYS, replicas = 1 } = options;
  const { storage = "file" } = options;
  const server = serverOf(connection, { name, timeout, maxAge, replicas, storage });
  const writer = logWriter(server, () => connection.info?.max_payload ?? DEFAULT_PAYLOAD);
  const append = appendQueue(writer.append);

  return {
    acquire: writer.acquire,
    async append(id, epoch, entries, { end = false } = {}) {
      if (entries.length > 0) await append(id, epoch, entries, end);
    },
    renew: writer.renew,
    read: (id, after, { signal } = {}) =>
      pulled<readonly StoredEntry[]>(() => readLog(server, id, after), signal),
    status: (id) => statusOf(server, id),
    async attend(id) {
      const task = { verb: "attend", id };
      const { state } = await stateOf(server, task);
      if (state !== undefined) await server.sign(task, "read", { born: state.last.message.born });
    },
    async stop(id, reason = "") {
      const task = { verb: "stop", id };
      const { state } = await stateOf(server, task);
      if (state === undefined || state.last.message.end) return false;
      await server.sign(task, "stop", { born: state.last.message.born, reason });
      return true;
    },
    stopped: (id, epoch, { signal } = {}) => firstPulled(() => stopWish(server, id, epoch), signal),
    delete: (id) => server.purge({ verb: "delete", id }),
  };
}

const TWO_DAYS = 172_800_000;
const DEFAULT_PAYLOAD = 1_048_576;
