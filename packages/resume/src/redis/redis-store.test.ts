import { storeCases } from "@millrace/testing/store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestServer } from "../server-process.fixture.ts";
import { connectionOf } from "./connection.ts";
import { keysOf } from "./keys.ts";
import { CLIENTS } from "./redis-clients.fixture.ts";
import { missingRedis, startRedis } from "./redis-server.fixture.ts";
import { redisStore } from "./redis-store.ts";

const SOME = { runs: 10 }; // `npm run crash` goes on where this ends

const missing = missingRedis();
if (missing !== undefined) console.warn(missing);

describe.skipIf(missing !== undefined)("redisStore", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.close());

  describe.each(Object.keys(CLIENTS))("with %s", (name) => {
    const cases = storeCases(async () => {
      const [own, other] = await Promise.all([
        CLIENTS[name]!(server.port),
        CLIENTS[name]!(server.port),
      ]);
      const [store, elsewhere] = [redisStore(own.client), redisStore(other.client)];
      return {
        store,
        other: elsewhere,
        close() {
          store.close();
          elsewhere.close();
          own.close();
          other.close();
          return Promise.resolve();
        },
      };
    }, SOME);
    test.concurrent.each(cases)("$name", ({ run }) => run());
  });

  test("knows of a reader that was there although its clock goes back", async () => {
    const { client, close } = await CLIENTS["@redis/client"]!(server.port);
    const store = redisStore(client);
    await store.acquire("chat-1", { lease: 60_000, ttl: 60_000 });
    await store.attend("chat-1");
    const seenAt = String(Date.now() + 10_000); // what a clock that was ahead has left behind
    await connectionOf(client).command("HSET", keysOf("millrace:", "chat-1").state, "read", seenAt);
    expect(await store.status("chat-1")).toMatchObject({ unreadFor: 0 });
    store.close();
    close();
  });
});
