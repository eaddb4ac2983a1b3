import { storeCases } from "@millrace/testing/store";
import { afterAll, beforeAll, describe, test } from "vitest";
import type { TestServer } from "../server-process.fixture.ts";
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
});
