import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { record, replay } from "../index.ts";
import type { TestServer } from "../server-process.fixture.ts";
import { CLIENTS, type TestClient } from "./redis-clients.fixture.ts";
import { missingRedis, startForgetfulRedis } from "./redis-server.fixture.ts";
import { redisStore, type RedisStore } from "./redis-store.ts";

const missing = missingRedis();
if (missing !== undefined) console.warn(missing);

describe.skipIf(missing !== undefined)("redisStore on a Redis that loses what it has", () => {
  let server: TestServer;
  let client: TestClient;
  let store: RedisStore;
  beforeAll(async () => {
    server = await startForgetfulRedis();
    client = await CLIENTS["@redis/client"]!(server.port);
    store = redisStore(client.client);
  });
  afterAll(async () => {
    store.close();
    client.close();
    await server.close();
  });

  let id: string;
  beforeEach(() => {
    id = crypto.randomUUID();
  });

  const command = (...parts: string[]) =>
    (client.client as { sendCommand(parts: string[]): Promise<unknown> }).sendCommand(parts);

  test("refuses the producer, and tells readers, when it comes back empty", async () => {
    async function* endless(): AsyncGenerator<number> {
      for (let number = 1; ; number++) {
        yield number;
        await pause(10);
      }
    }
    const live = read(record(endless(), { id, store }));
    while ((await store.status(id)).tail < 5) await pause(5);
    const follower = read(replay({ id, store }));
    const outcomes = Promise.allSettled([live, follower]);
    await pause(100);
    await server.kill();
    await server.start();
    const [recorded, followed] = await outcomes;
    expect(recorded).toMatchObject({ status: "rejected", reason: { name: "ResumeError" } });
    expect(followed).toMatchObject({ status: "rejected", reason: { code: "gone" } });
  });

  test("refuses to leave a gap where it comes back without the last entries", async () => {
    const { epoch } = (await store.acquire(id, { lease: 60_000, ttl: 60_000 }))!;
    const entry = (seq: number) => ({ seq, text: String(seq) });
    await store.append(id, epoch, [entry(1)]);
    const [log, state] = [`millrace:{${id}}:log`, `millrace:{${id}}:state`];
    const kept = await Promise.all([command("HGETALL", state), command("XLEN", log)]);
    await store.append(id, epoch, [entry(2)]);
    // As if the second append had not reached the disk.
    await command("XDEL", log, `${epoch}-2`);
    await command("HSET", state, "tail", "1");
    expect(kept[1]).toBe(2);
    await expect(store.append(id, epoch, [entry(3)])).rejects.toMatchObject({ code: "gap" });
  });

  test("says that it is full when Redis may take no more memory", async () => {
    const { epoch } = (await store.acquire(id, { lease: 60_000, ttl: 60_000 }))!;
    await command("CONFIG", "SET", "maxmemory", "1");
    try {
      const append = store.append(id, epoch, [{ seq: 1, text: "mill" }]);
      await expect(append).rejects.toMatchObject({ code: "full" });
    } finally {
      await command("CONFIG", "SET", "maxmemory", "0");
    }
    await store.append(id, epoch, [{ seq: 1, text: "mill" }], { end: true });
    expect(await store.status(id)).toMatchObject({ state: "ended", tail: 1 });
  });

  test("tells who is too far behind that the log was trimmed", async () => {
    const short = redisStore(client.client, { maxLength: 100 });
    const { epoch } = (await short.acquire(id, { lease: 60_000, ttl: 60_000 }))!;
    for (let seq = 1; seq <= 1_000; seq++) {
      await short.append(id, epoch, [{ seq, text: String(seq) }], { end: seq === 1_000 });
    }
    const { oldest } = await short.status(id);
    expect(oldest).toBeGreaterThan(100);
    expect(oldest).toBeLessThanOrEqual(901);
    await expect(firstOf(oldest - 2)).rejects.toMatchObject({ code: "gone" });
    expect(await firstOf(oldest - 1)).toBe(oldest);
    expect(await firstOf(999)).toBe(1_000);
    short.close();

    async function firstOf(after: number): Promise<number | undefined> {
      for await (const [entry] of short.read(id, after)) return entry?.seq;
      return undefined;
    }
  });
});

async function read<T>(stream: ReadableStream<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of stream) all.push(value);
  return all;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
