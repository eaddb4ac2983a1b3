import { createClient } from "@redis/client";
import { Redis as IoRedis } from "ioredis";
import { Redis as IoValkey } from "iovalkey";
import type { RedisClient } from "./connection.ts";

/** A real client, connected, and how to let it go. */
export interface TestClient {
  client: RedisClient;
  close(this: void): void;
}

/** Each that the store knows, as its documentation has it. None of them gives up connecting. */
export const CLIENTS: Record<string, (port: number) => Promise<TestClient>> = {
  async "@redis/client"(port) {
    const client = createClient({ socket: { port, host: "127.0.0.1", reconnectStrategy: 100 } });
    client.on("error", ignore);
    await client.connect();
    return {
      client,
      close() {
        client.destroy();
      },
    };
  },
  ioredis: (port) => Promise.resolve(opened(new IoRedis(port, "127.0.0.1"))),
  iovalkey: (port) => Promise.resolve(opened(new IoValkey(port, "127.0.0.1"))),
};

function opened(client: IoRedis | IoValkey): TestClient {
  client.on("error", ignore);
  return {
    client,
    close() {
      client.disconnect();
    },
  };
}

function ignore(): void {
  // A test that takes Redis away expects it.
}
