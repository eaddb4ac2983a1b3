import { connect } from "@nats-io/transport-node";
import { storeCases } from "@millrace/testing/store";
import { afterAll, beforeAll, describe, test } from "vitest";
import type { TestServer } from "../server-process.fixture.ts";
import { missingNats, startNats } from "./nats-server.fixture.ts";
import { natsStore } from "./nats-store.ts";

const SOME = { runs: 10 }; // `npm run crash` goes on where this ends

const missing = missingNats();
if (missing !== undefined) console.warn(missing);

describe.skipIf(missing !== undefined)("natsStore", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startNats();
  });
  afterAll(() => server.close());

  const cases = storeCases(async () => {
    const servers = `127.0.0.1:${server.port}`;
    const [own, other] = await Promise.all([connect({ servers }), connect({ servers })]);
    return {
      store: natsStore(own),
      other: natsStore(other),
      async close() {
        await Promise.all([own.close(), other.close()]);
      },
    };
  }, SOME);
  test.concurrent.each(cases)("$name", ({ run }) => run());
});
