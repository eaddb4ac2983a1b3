import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { missingNats, startNats } from "../../../packages/resume/src/nats/nats-server.fixture.ts";
import {
  missingRedis,
  startRedis,
} from "../../../packages/resume/src/redis/redis-server.fixture.ts";
import type { TestServer } from "../../../packages/resume/src/server-process.fixture.ts";
import {
  missingSqlite,
  newDatabaseFile,
} from "../../../packages/resume/src/sqlite/sqlite-file.fixture.ts";
import { readConfig } from "./config.ts";
import { ANSWER, closeLater, eventsOf, open, RAW, textOf, TEXT } from "./service.fixture.ts";
import { openStore } from "./stores.ts";

const ASKED = { prompt: "Well?", resumable: true };
const ENDED_WITHIN = 20_000; // milliseconds, on a busy machine
const FREE_PORT = 9; // of the discard protocol, which nobody serves

const servers = {
  redis: { missing: missingRedis(), start: startRedis },
  nats: { missing: missingNats(), start: startNats },
};

/** One service tells an answer, another one that was started on the same store knows it. */
async function answersBehind(store: string): Promise<void> {
  const first = await open(ANSWER, { store });
  const told = await first.post(RAW, ASKED);
  const events = await eventsOf(told);
  expect(textOf(events)).toBe(TEXT);
  const second = await open(ANSWER, { store });
  const url = `${second.service.url}${told.headers.get("location")}`;
  expect(await eventsOf(await fetch(url))).toEqual(events);
  expect(await eventsOf(await fetch(`${url}?after=3`))).toEqual(events.slice(3));
  expect(second.upstream.requests).toHaveLength(0);
}

describe.each(["redis", "nats"] as const)("the store at %s://", (scheme) => {
  const { missing, start } = servers[scheme];
  if (missing !== undefined) console.warn(missing);
  let server: TestServer | undefined;
  beforeAll(async () => {
    if (missing === undefined) server = await start();
  });
  afterAll(() => server?.close());

  test.skipIf(missing !== undefined)("is shared by services", async () => {
    await answersBehind(`${scheme}://127.0.0.1:${server!.port}`);
  });

  test.skipIf(missing !== undefined)(
    "that has gone keeps no service from its end, nor from another one",
    async () => {
      const own = await start();
      const { service } = await open(ANSWER, { store: `${scheme}://127.0.0.1:${own.port}` });
      await own.close();
      await service.drain();
      await service.close();
    },
    ENDED_WITHIN,
  );

  test.skipIf(missing !== undefined)(
    "may come up after the service",
    async () => {
      const own = await start();
      closeLater(own.close);
      await own.kill();
      const opening = openStore(`${scheme}://127.0.0.1:${own.port}`);
      await sleep(300);
      await own.start();
      const { store, close } = await opening;
      expect(await store.status("x")).toMatchObject({ state: "missing" });
      await close();
    },
    ENDED_WITHIN,
  );

  test("that is not there is said to be so, without its password", async () => {
    const opening = openStore(`${scheme}://ada:secret@127.0.0.1:${FREE_PORT}`, 200);
    await expect(opening).rejects.toThrow(`Cannot open the store ${scheme}://127.0.0.1:9: `);
    await expect(opening).rejects.not.toThrow("secret");
  });
});

describe("the store at sqlite:", () => {
  const missing = missingSqlite();
  if (missing !== undefined) console.warn(missing);

  test.skipIf(missing !== undefined)("is shared by services of one machine", async () => {
    const { path, remove } = newDatabaseFile();
    closeLater(() => {
      remove();
      return Promise.resolve();
    });
    await answersBehind(`sqlite:${path}`);
  });

  test("that cannot be made is said to be so", async () => {
    await expect(openStore("sqlite:/nowhere/streams.db")).rejects.toThrow(
      "Cannot open the store sqlite:/nowhere/streams.db: ",
    );
  });
});

test.each([
  "mysql://localhost",
  "redis",
  "sqlite:",
  "sqlite://streams.db",
  "__proto__:x",
  "constructor:",
])("a store at %s is refused by the name of its variable", (store) => {
  expect(() => readConfig({ STORE: store })).toThrow("STORE: ");
});
