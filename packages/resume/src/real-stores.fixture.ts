import type { Store } from "@millrace/core/store";
import { connect } from "@nats-io/transport-node";
import { missingNats, startNats } from "./nats/nats-server.fixture.ts";
import { natsStore } from "./nats/nats-store.ts";
import { CLIENTS } from "./redis/redis-clients.fixture.ts";
import { missingRedis, startRedis } from "./redis/redis-server.fixture.ts";
import { redisStore } from "./redis/redis-store.ts";
import type { TestServer } from "./server-process.fixture.ts";
import { missingSqlite, newDatabaseFile } from "./sqlite/sqlite-file.fixture.ts";
import { sqliteStore } from "./sqlite/sqlite-store.ts";

/** A kind of store, and where to start what it stands on. */
export interface RealStore {
  /** Why no test with it can run here. */
  missing: string | undefined;
  start(this: void): Promise<StorePlace>;
}

/** What processes share. */
export interface StorePlace {
  /** None: it is a file. */
  server: TestServer | undefined;
  /** The store of one process, on the way that a port is: the server's own, or a proxy's. */
  open(this: void, options?: OpenOptions): Promise<OpenStore>;
  close(this: void): Promise<void>;
}

export interface OpenOptions {
  port?: number | undefined;
  timeout?: number | undefined;
}

export interface OpenStore {
  store: Store;
  close(this: void): Promise<void>;
}

export const REAL_STORES: Record<string, RealStore> = {
  sqlite: {
    missing: missingSqlite(),
    start() {
      const { path, remove } = newDatabaseFile();
      return Promise.resolve({
        server: undefined,
        open({ timeout } = {}) {
          const store = sqliteStore(path, { timeout });
          return Promise.resolve({ store, close: store.close });
        },
        close() {
          remove();
          return Promise.resolve();
        },
      });
    },
  },
  "redis by @redis/client": onRedis("@redis/client"),
  "redis by ioredis": onRedis("ioredis"),
  nats: {
    missing: missingNats(),
    async start() {
      const server = await startNats();
      return {
        server,
        async open({ port = server.port, timeout } = {}) {
          const connection = await connect({
            servers: `127.0.0.1:${String(port)}`,
            maxReconnectAttempts: -1,
            reconnectTimeWait: 100,
            timeout: 1_000, // so long it waits where a connection is cut that it has just begun
          });
          return { store: natsStore(connection, { timeout }), close: () => connection.close() };
        },
        close: server.close,
      };
    },
  },
};

function onRedis(client: string): RealStore {
  return {
    missing: missingRedis(),
    async start() {
      const server = await startRedis();
      return {
        server,
        async open({ port = server.port, timeout } = {}) {
          const own = await CLIENTS[client]!(port);
          const store = redisStore(own.client, { timeout });
          return {
            store,
            close() {
              store.close();
              own.close();
              return Promise.resolve();
            },
          };
        },
        close: server.close,
      };
    },
  };
}
