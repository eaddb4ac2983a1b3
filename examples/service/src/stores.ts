import { setTimeout as sleep } from "node:timers/promises";
import { memoryStore, type Store } from "@millrace/resume";
import { within } from "./within.ts";

/** Where resumable answers are written down. */
export interface OpenStore {
  store: Store;
  /** Other processes read it, and go on with what this one leaves. */
  isShared: boolean;
  close(this: void): Promise<void>;
}

const OPEN_WITHIN = 10_000; // milliseconds: a store may come up after the service
const ANSWER_WITHIN = 2_000;
const TRY_AGAIN = 250;
const MOST_IN_MEMORY = 10_000; // streams: more than a process has live at a time; its bytes are bounded, too

/** By the scheme of the URL. What a store needs is loaded when it is chosen, and not before. */
const STORES: Readonly<Record<string, (url: URL, patience: number) => Promise<OpenStore>>> = {
  "memory:": () => {
    const store = memoryStore({ maxStreams: MOST_IN_MEMORY });
    return Promise.resolve({ store, isShared: false, close: () => Promise.resolve() });
  },
  "sqlite:": openSqlite,
  "redis:": openRedis,
  "rediss:": openRedis,
  "nats:": openNats,
};

/** Whether there is a store for such a URL. */
export function isStoreUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host, pathname } = new URL(url);
  // Behind two slashes stands a host: SQLite would be given no file, and keep all in one that it throws away.
  if (protocol === "sqlite:") return host === "" && pathname !== "";
  return Object.hasOwn(STORES, protocol);
}

/** Opens the store at a URL such as `redis://localhost:6379`; throws an `Error` that says why it cannot. */
export async function openStore(address: string, patience = OPEN_WITHIN): Promise<OpenStore> {
  const url = new URL(address);
  const name = `${url.protocol}${url.host === "" ? url.pathname : `//${url.host}`}`; // no password
  let opened: OpenStore | undefined;
  try {
    opened = await STORES[url.protocol]!(url, patience);
    await within(ANSWER_WITHIN, opened.store.status("ready"));
    return opened;
  } catch (cause) {
    await opened?.close().catch(() => undefined);
    throw new Error(`Cannot open the store ${name}: ${(cause as Error).message}`, { cause });
  }
}

async function openSqlite({ pathname }: URL): Promise<OpenStore> {
  const { sqliteStore } = await import("@millrace/resume/sqlite");
  const store = sqliteStore(decodeURIComponent(pathname));
  return { store, isShared: true, close: store.close };
}

async function openRedis({ href }: URL, patience: number): Promise<OpenStore> {
  const { createClient } = await installed("@redis/client", import("@redis/client"));
  const { redisStore } = await import("@millrace/resume/redis");
  const client = createClient({ url: href });
  client.on("error", () => undefined); // it connects again; who asks it meanwhile is told
  try {
    await within(patience, client.connect());
  } catch (error) {
    client.destroy();
    throw error;
  }
  const store = redisStore(client);
  return {
    store,
    isShared: true,
    async close() {
      store.close();
      await letGo(client.close(), () => client.destroy());
    },
  };
}

async function openNats({ host, username, password }: URL, patience: number): Promise<OpenStore> {
  const transport = import("@nats-io/transport-node");
  const { connect } = await installed("@nats-io/transport-node", transport);
  const { natsStore } = await import("@millrace/resume/nats");
  const connection = await triedFor(patience, () =>
    connect({
      servers: host,
      timeout: ANSWER_WITHIN,
      maxReconnectAttempts: -1,
      ...(username !== "" && { user: decodeURIComponent(username) }),
      ...(password !== "" && { pass: decodeURIComponent(password) }),
    }),
  );
  return {
    store: natsStore(connection),
    isShared: true,
    close: () => letGo(connection.drain(), () => connection.close()),
  };
}

/** Tries again, for a client that gives up at once where another one waits for its server to come up. */
async function triedFor<T>(patience: number, attempt: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + patience;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() + TRY_AGAIN > deadline) throw error;
      await sleep(TRY_AGAIN);
    }
  }
}

/** Waits for a client to say goodbye, but not for a server that is away, nor for what is over already. */
async function letGo(goodbye: Promise<void>, hangUp: () => unknown): Promise<void> {
  await within(ANSWER_WITHIN, goodbye).catch(hangUp);
}

async function installed<T>(name: string, loading: Promise<T>): Promise<T> {
  try {
    return await loading;
  } catch (cause) {
    throw new Error(`it needs the package ${name}, which is not installed`, { cause });
  }
}
