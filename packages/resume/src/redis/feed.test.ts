import { createClient, createCluster, RESP_TYPES } from "@redis/client";
import { Redis as IoRedis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { TestServer } from "../server-process.fixture.ts";
import type { RedisClient } from "./connection.ts";
import { CLIENTS, type TestClient } from "./redis-clients.fixture.ts";
import { missingRedis, startRedis } from "./redis-server.fixture.ts";
import { redisStore, type RedisStore } from "./redis-store.ts";

const missing = missingRedis();
if (missing !== undefined) console.warn(missing);

const LASTING = { lease: 60_000, ttl: 60_000 };
const MANY = 200;

describe.skipIf(missing !== undefined)("what a process follows in Redis", () => {
  let server: TestServer;
  let probe: IoRedis;
  beforeAll(async () => {
    server = await startRedis();
    probe = new IoRedis(server.port, "127.0.0.1");
  });
  afterAll(async () => {
    probe.disconnect();
    await server.close();
  });

  let own: TestClient;
  let store: RedisStore;
  beforeEach(async () => {
    own = await CLIENTS["@redis/client"]!(server.port);
    store = redisStore(own.client);
  });
  afterEach(() => {
    store.close();
    own.close();
  });

  async function connections(): Promise<number> {
    return String(await probe.call("CLIENT", "LIST"))
      .trim()
      .split("\n").length;
  }

  async function begin(to: RedisStore = store): Promise<{ id: string; epoch: number }> {
    const id = crypto.randomUUID();
    return { id, epoch: (await to.acquire(id, LASTING))!.epoch };
  }

  const entry = (seq: number) => ({ seq, text: `entry ${seq}` });

  async function textsOf(id: string, from: RedisStore = store, after = 0): Promise<string[]> {
    const texts: string[] = [];
    for await (const batch of from.read(id, after)) texts.push(...batch.map(({ text }) => text));
    return texts;
  }

  test("comes over one connection more, which goes when nobody follows", async () => {
    const before = await connections();
    const streams = await Promise.all(Array.from({ length: MANY }, () => begin()));
    const reading = streams.map(({ id }) => textsOf(id));
    const stops = streams.map(({ id, epoch }) => store.stopped(id, epoch));
    for (let seq = 1; seq <= 3; seq++) {
      for (const { id, epoch } of streams) void store.append(id, epoch, [entry(seq)]);
    }
    while ((await connections()) === before) await pause(5);
    expect(await connections()).toBe(before + 1);
    for (const { id, epoch } of streams) void store.append(id, epoch, [entry(4)], { end: true });
    for (const texts of await Promise.all(reading)) {
      expect(texts).toEqual([1, 2, 3, 4].map((seq) => entry(seq).text));
    }
    expect(await Promise.all(stops)).toEqual(streams.map(() => undefined));
    while ((await connections()) > before) await pause(20);
  });

  test("is heard at once also by who comes while the connection is blocked", async () => {
    const quiet = await begin();
    const waiting = textsOf(quiet.id);
    const begun = performance.now();
    for (let turn = 0; turn < 40; turn++) {
      const { id, epoch } = await begin();
      const reading = textsOf(id);
      await pause(10); // it waits for what comes
      await store.append(id, epoch, [entry(1)], { end: true });
      expect(await reading).toEqual(["entry 1"]);
    }
    // Were each to wait for the end of a block, it would take twice as long on average.
    expect(performance.now() - begun).toBeLessThan(4_000);
    await store.append(quiet.id, quiet.epoch, [entry(1)], { end: true });
    expect(await waiting).toEqual(["entry 1"]);
  });

  test("is heard by many readers of one stream, wherever each of them is", async () => {
    const { id, epoch } = await begin();
    const reading: Promise<string[]>[] = [];
    for (let seq = 1; seq <= 60; seq++) {
      reading.push(textsOf(id, store, seq % 7));
      await store.append(id, epoch, [entry(seq)], { end: seq === 60 });
    }
    const all = await Promise.all(reading);
    all.forEach((texts, index) => {
      const after = (index + 1) % 7;
      expect(texts).toEqual(
        Array.from({ length: 60 - after }, (_, n) => entry(after + n + 1).text),
      );
    });
  });

  test("is not taken for another stream that comes under its id", async () => {
    const { id, epoch } = await begin();
    await store.append(id, epoch, [entry(1)]);
    const batches = store.read(id, 0)[Symbol.asyncIterator]();
    expect((await batches.next()).value).toEqual([entry(1)]);
    await store.delete(id);
    const again = (await store.acquire(id, LASTING))!;
    await store.append(id, again.epoch, [entry(1), entry(2)]);
    await expect(batches.next()).rejects.toMatchObject({ code: "gone" });
  });

  test("ends with an error when the store is closed", async () => {
    const { id } = await begin();
    const reading = textsOf(id);
    await pause(50);
    store.close();
    await expect(reading).rejects.toThrow(/the store is closed/);
    await expect(textsOf(id)).rejects.toThrow(/the store is closed/);
  });

  test.each<[string, (port: number) => Promise<RedisClient & { quit(): Promise<unknown> }>]>([
    [
      "that puts a prefix before its keys",
      (port) => Promise.resolve(new IoRedis(port, "127.0.0.1", { keyPrefix: "app:" })),
    ],
    [
      "that gives numbers as text",
      (port) => Promise.resolve(new IoRedis(port, "127.0.0.1", { stringNumbers: true })),
    ],
    [
      "that loses patience early",
      (port) => Promise.resolve(new IoRedis(port, "127.0.0.1", { commandTimeout: 200 })),
    ],
    [
      "that keeps no commands while it is not connected",
      async (port) => {
        const client = new IoRedis(port, "127.0.0.1", { enableOfflineQueue: false });
        await new Promise((resolve) => client.once("ready", resolve));
        return client;
      },
    ],
    ["of the older protocol", (port) => createClient({ socket: { port }, RESP: 2 }).connect()],
    [
      "that gives bytes",
      async (port) => {
        const typeMapping = { [RESP_TYPES.BLOB_STRING]: Buffer, [RESP_TYPES.NUMBER]: String };
        return createClient({ socket: { port }, commandOptions: { typeMapping } }).connect();
      },
    ],
  ])("is heard by a client %s", async (_, connect) => {
    const client = await connect(server.port);
    const other = redisStore(client);
    const { id, epoch } = await begin(other);
    const reading = textsOf(id, other);
    const stop = other.stopped(id, epoch);
    await pause(300);
    await other.append(id, epoch, [entry(1), entry(2)]);
    expect(await other.stop(id, "enough")).toBe(true);
    expect(await stop).toBe("enough");
    await other.append(id, epoch, [entry(3)], { end: true });
    expect(await reading).toEqual([1, 2, 3].map((seq) => entry(seq).text));
    expect(await textsOf(id, other, 2)).toEqual(["entry 3"]);
    other.close();
    await client.quit();
  });

  test("needs a client that it knows, of one node", () => {
    expect(() => redisStore({} as never)).toThrow(TypeError);
    const cluster = new IoRedis.Cluster([server.port], { lazyConnect: true });
    expect(() => redisStore(cluster as never)).toThrow(/give it a client of one/);
    const other = createCluster({ rootNodes: [{ socket: { port: server.port } }] });
    expect(() => redisStore(other as never)).toThrow(/give it a client of one/);
  });
});

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
