import { setTimeout as pause } from "node:timers/promises";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { storeCases } from "@millrace/testing/store";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import type { TestServer } from "../server-process.fixture.ts";
import { missingNats, startNats } from "./nats-server.fixture.ts";
import { outcomeOf } from "../../../core/src/outcome-of.fixture.ts";
import { record } from "../record.ts";
import { openTcpProxy } from "../tcp-proxy.fixture.ts";
import { natsStore } from "./nats-store.ts";

const ROUNDS = 100; // without care, about one in a hundred rounds is refused
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

  test("takes long ids of any script, and refuses others without harm to the connection", async () => {
    const connection = await connect({ servers: `127.0.0.1:${server.port}` });
    const disconnects: unknown[] = [];
    void (async () => {
      for await (const { type } of connection.status()) disconnects.push(type);
    })();
    const store = natsStore(connection);
    const terms = { lease: 15_000, ttl: 60_000 };
    const ids = ["水", "🎡", "%", "x", "."].map((one) => one.repeat(512 / one.length));
    for (const id of ids) {
      const { epoch } = (await store.acquire(id, terms))!;
      await store.append(id, epoch, [{ seq: 1, text: "1" }]);
      await store.renew(id, epoch);
      expect(await store.stop(id, "Enough.")).toBe(true);
      expect(await store.stopped(id, epoch)).toBe("Enough.");
      for await (const batch of store.read(id, 0)) {
        expect(batch).toEqual([{ seq: 1, text: "1" }]);
        break;
      }
    }
    await expect(store.acquire("x".repeat(5_000), terms)).rejects.toThrow(RangeError);
    await expect(store.status("\ud800")).rejects.toThrow(URIError);
    await expect(store.acquire("\ud800", terms)).rejects.toThrow(URIError);
    expect(disconnects).toEqual([]);
    await connection.close();
  });

  test("refuses an entry that is longer than a message may be", async () => {
    const connection = await connect({ servers: `127.0.0.1:${server.port}` });
    const store = natsStore(connection, { name: "long" });
    const { epoch } = (await store.acquire("chat", { lease: 60_000, ttl: 60_000 }))!;
    const text = "x".repeat(connection.info!.max_payload + 1);
    const appended = store.append("chat", epoch, [{ seq: 1, text }]);
    await expect(appended).rejects.toMatchObject({
      name: "StoreError",
      code: "too-large",
      message: "Cannot append to chat: entry 1 does not fit into 1048576 bytes",
    });
    expect((await store.status("chat")).tail).toBe(0);
    const live = outcomeOf(record(["mill", text, "race"], { id: "other", store }));
    expect(await live).toMatchObject({
      items: ["mill"],
      error: {
        code: "store",
        message: "Cannot go on with other: the store takes no entry so large",
        cause: { code: "too-large" },
      },
    });
    await connection.close();
  });

  test("lets no sign of life that comes late stand in place of a successor's", async () => {
    const servers = `127.0.0.1:${server.port}`;
    const [late, connection] = await Promise.all([connect({ servers }), connect({ servers })]);
    const request = late.request.bind(late);
    let arrive = (): void => undefined;
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    late.request = async (subject, ...more) => {
      if (subject.includes(".sign.alive.")) await arrived;
      return request(subject, ...more);
    };
    const [zombie, store] = [natsStore(late), natsStore(connection)];
    const terms = { lease: 400, ttl: 60_000 };
    const lost = (await zombie.acquire("late", terms))!;
    const renewed = zombie.renew("late", lost.epoch);
    await pause(450);
    const { epoch } = (await store.acquire("late", { lease: 2_000, ttl: 60_000 }))!;
    await pause(2_100);
    await store.renew("late", epoch);
    arrive();
    await expect(renewed).rejects.toMatchObject({ code: "fenced" });
    expect(await store.status("late")).toMatchObject({ state: "live", epoch });
    await Promise.all([late.close(), connection.close()]);
  });

  test("leaves no consumer behind that comes when nobody waits for it any more", async () => {
    const connection = await connect({ servers: `127.0.0.1:${server.port}` });
    const proxy = await openTcpProxy(server.port);
    const far = await connect({ servers: `127.0.0.1:${proxy.port}` });
    const near = natsStore(connection, { name: "far" });
    const store = natsStore(far, { name: "far", timeout: 1_500 });
    await near.acquire("chat", { lease: 60_000, ttl: 60_000 });
    await store.status("chat");
    proxy.slowDown(450); // a consumer takes two rounds
    const reading = store.read("chat", 0)[Symbol.asyncIterator]();
    await expect(reading.next()).rejects.toMatchObject({ code: "unavailable" });
    await pause(1_500); // by then it has come
    proxy.slowDown(0);
    const { streams } = await jetstreamManager(connection);
    await vi.waitFor(
      async () => expect((await streams.info("far-log")).state.consumer_count).toBe(0),
      10_000,
    );
    await Promise.all([far.close(), connection.close()]);
    await proxy.close();
  });

  test("gives no epoch twice for an id that is deleted and used again at once", async () => {
    const connection = await connect({ servers: `127.0.0.1:${server.port}` });
    const store = natsStore(connection);
    const now = performance.now.bind(performance);
    const begun = now();
    // As if the server were far quicker: many rounds in a millisecond.
    vi.spyOn(performance, "now").mockImplementation(() => begun + (now() - begun) / 100);
    onTestFinished(() => void vi.restoreAllMocks());
    let before = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const { epoch } = (await store.acquire("again", { lease: 60_000, ttl: 60_000 }))!;
      expect(epoch).toBeGreaterThan(before);
      before = epoch;
      await store.delete("again");
    }
    await connection.close();
  });

  test("is made by many at once", async () => {
    const servers = `127.0.0.1:${server.port}`;
    const connections = await Promise.all(Array.from({ length: 12 }, () => connect({ servers })));
    for (let round = 0; round < ROUNDS; round += 1) {
      const stores = connections.map((one) => natsStore(one, { name: `crowd-${String(round)}` }));
      const found = await Promise.all(stores.map((store) => store.status("nobody")));
      expect(new Set(found.map(({ state }) => state))).toEqual(new Set(["missing"]));
    }
    await Promise.all(connections.map((one) => one.close()));
  });

  test("tells whose subjects are taken by a stream of another name", async () => {
    const connection = await connect({ servers: `127.0.0.1:${server.port}` });
    const { streams } = await jetstreamManager(connection);
    await streams.add({ name: "foreign", subjects: ["taken.>"] });
    await expect(natsStore(connection, { name: "taken" }).status("x")).rejects.toThrow(/overlap/);
    await connection.close();
  });
});
