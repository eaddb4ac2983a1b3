import type { Store } from "@millrace/core/store";
import { describe, expect, test } from "vitest";
import { record, replay } from "./index.ts";
import { REAL_STORES, type OpenStore, type StorePlace } from "./real-stores.fixture.ts";
import type { TestServer } from "./server-process.fixture.ts";
import { openTcpProxy, type TcpProxy } from "./tcp-proxy.fixture.ts";

const COUNT = 120;
const EVERY = 25; // ms between two words: a stream of three seconds
const PAUSE = 5_000;

const words = Array.from({ length: COUNT }, (_, index) => `word ${index} `);

const servers = Object.entries(REAL_STORES).filter(([name]) => name !== "sqlite");

describe.each(servers)("%s that goes away", (_, { missing, start }) => {
  if (missing !== undefined) console.warn(missing);

  describe.skipIf(missing !== undefined)("while a stream runs", () => {
    const outage = (name: string, happen: (world: World) => Promise<void>) => {
      test.concurrent(name, () => inWorld(start, happen));
    };

    outage("goes on when it was restarted: nothing lost, nothing twice", async (world) => {
      const read = await streamAround(world, async ({ kill, start }) => {
        await kill();
        await pause(300);
        await start();
      });
      expect(read).toEqual([words, words, words]);
    });

    outage("goes on when it was paused for five seconds", async (world) => {
      const read = await streamAround(world, async (server) => {
        server.pause();
        await pause(PAUSE);
        server.resume();
      });
      expect(read).toEqual([words, words, words]);
    });

    outage("goes on over connections that are cut again and again", async (world) => {
      const read = await streamAround(world, async () => {
        for (let cuts = 0; cuts < 5; cuts++) {
          world.proxy.cut();
          await pause(150);
        }
      });
      expect(read).toEqual([words, words, words]);
    });

    outage("is slow where it is slow, and complete", async (world) => {
      const read = await streamAround(world, () => {
        world.proxy.slowDown(150);
        return Promise.resolve();
      });
      expect(read).toEqual([words, words, words]);
    });

    outage("takes no more from a source than it can hold while it is away", async (world) => {
      const { open, server } = world;
      let taken = 0;
      async function* endless(): AsyncGenerator<string> {
        for (;;) yield await Promise.resolve(`word ${taken++} `);
      }
      const controller = new AbortController();
      const { signal } = controller;
      const live = read(record(endless(), { id: "chat-3", store: await open(), signal }));
      const outcome = expect(live).rejects.toMatchObject({ code: "cancelled" });
      while (taken < 1_000) await pause(5);
      server.pause();
      await pause(500);
      const before = taken;
      await pause(1_500);
      expect(taken).toBe(before);
      server.resume();
      while (taken === before) await pause(5);
      controller.abort();
      await outcome;
    });

    outage("lets go at once of who does not wait any more, while it is away", async (world) => {
      const { open, server } = world;
      const store = await open();
      const { epoch } = (await store.acquire("chat-4", { lease: 60_000, ttl: 60_000 }))!;
      server.pause();
      const controller = new AbortController();
      const stopped = store.stopped("chat-4", epoch, controller);
      const next = store.read("chat-4", 0, controller)[Symbol.asyncIterator]().next();
      await pause(50);
      const begun = Date.now();
      controller.abort();
      expect(await stopped).toBeUndefined();
      expect(await next).toEqual({ done: true, value: undefined });
      expect(Date.now() - begun).toBeLessThan(1_000);
    });

    outage("fails after a stated time, with what it failed of", async ({ open, server }) => {
      const [here, there] = [await open(300), await open(300)];
      const options = { id: "chat-2", patience: 1_000 };
      const live = read(record(slowly(), { ...options, store: here }));
      while ((await there.status("chat-2")).tail === 0) await pause(5);
      const follower = read(replay<string>({ ...options, store: there }));
      await pause(200);
      server.pause();
      const begun = Date.now();
      const outcomes = await Promise.allSettled([live, follower]);
      const failed = { status: "rejected", reason: { code: "store" } };
      expect(outcomes).toMatchObject([failed, failed]);
      expect(Date.now() - begun).toBeLessThan(6_000);
      await expect(there.status("chat-2")).rejects.toMatchObject({ code: "unavailable" });
      server.resume();
    });
  });
});

/** A server, and a way to it. */
interface World {
  server: TestServer;
  proxy: TcpProxy;
  /** The store of one process more. */
  open(this: void, timeout?: number): Promise<Store>;
}

async function inWorld(
  start: () => Promise<StorePlace>,
  happen: (world: World) => Promise<void>,
): Promise<void> {
  const place = await start();
  const proxy = await openTcpProxy(place.server!.port);
  const opened: OpenStore[] = [];
  try {
    await happen({
      server: place.server!,
      proxy,
      async open(timeout) {
        const own = await place.open({ port: proxy.port, timeout });
        opened.push(own);
        return own.store;
      },
    });
  } finally {
    place.server!.resume();
    await Promise.all(opened.map(({ close }) => close()));
    await proxy.close();
    await place.close();
  }
}

/** Records in one process, reads in both, and does something in the middle. */
async function streamAround(
  { open, server }: World,
  happening: (server: TestServer) => Promise<void>,
): Promise<string[][]> {
  const [here, there] = [await open(), await open()];
  const id = "chat-1";
  const live = read(record(slowly(), { id, store: here }));
  while ((await there.status(id)).state === "missing") await pause(5);
  const follower = read(replay<string>({ id, store: there }));
  await pause((COUNT * EVERY) / 3);
  await happening(server);
  const late = read(replay<string>({ id, store: there }));
  return Promise.all([live, follower, late]);
}

async function* slowly(): AsyncGenerator<string> {
  for (const word of words) {
    yield word;
    await pause(EVERY);
  }
}

async function read(stream: ReadableStream<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const word of stream) all.push(word);
  return all;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
