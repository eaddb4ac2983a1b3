import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { StoredEntry } from "@millrace/core/store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { missingSqlite, newDatabaseFile } from "./sqlite-file.fixture.ts";
import { sqliteStore, type SqliteStore } from "./sqlite-store.ts";

const missing = missingSqlite();
if (missing !== undefined) console.warn(missing);

const APPENDER = fileURLToPath(new URL("append-forever.fixture.ts", import.meta.url));
const SOME = 200;

describe.skipIf(missing !== undefined)("sqliteStore between processes", () => {
  let path: string;
  let remove: () => void;
  let store: SqliteStore;
  beforeEach(() => {
    ({ path, remove } = newDatabaseFile());
    store = sqliteStore(path);
  });
  afterEach(async () => {
    await store.close();
    remove();
  });

  /** Kills a process that appends, once it has confirmed some; gives the last that it confirmed. */
  async function appendAndDie(id: string): Promise<number> {
    const options = ["--conditions=@millrace/source", "--import=tsx"];
    const child = spawn(process.execPath, [...options, APPENDER, path, id]);
    let confirmed = 0;
    const lines = createInterface({ input: child.stdout });
    lines.on("line", (line) => {
      confirmed = Number(line);
      if (confirmed === SOME) child.kill("SIGKILL");
    });
    await Promise.all([once(child, "exit"), once(lines, "close")]);
    expect(child.signalCode).toBe("SIGKILL");
    return confirmed;
  }

  test("keeps what a killed process had confirmed, for the next one to go on with", async () => {
    const confirmed = await appendAndDie("chat-1");
    let lease = await store.acquire("chat-1", { lease: 60_000, ttl: 60_000 });
    while (lease === undefined) {
      await pause(50);
      lease = await store.acquire("chat-1", { lease: 60_000, ttl: 60_000 });
    }
    const { epoch, tail } = lease;
    expect(tail).toBeGreaterThanOrEqual(confirmed);
    await store.append("chat-1", epoch, [{ seq: tail + 1, text: `entry ${tail + 1}` }], {
      end: true,
    });
    const all: StoredEntry[] = [];
    for await (const batch of store.read("chat-1", 0)) all.push(...batch);
    expect(all.map(({ seq, text }) => [seq, text])).toEqual(
      Array.from({ length: tail + 1 }, (_, index) => [index + 1, `entry ${index + 1}`]),
    );
  });

  test("follows what another process writes, until it is killed", async () => {
    const controller = new AbortController();
    const dying = appendAndDie("chat-2");
    while ((await store.status("chat-2")).state === "missing") await pause(5);
    let last = 0;
    const reading = (async () => {
      for await (const batch of store.read("chat-2", 0, controller)) {
        for (const { seq } of batch) expect(seq).toBe(++last);
      }
    })();
    const confirmed = await dying;
    while (last < confirmed) await pause(5);
    while ((await store.status("chat-2")).state === "live") await pause(20);
    expect(await store.status("chat-2")).toMatchObject({ state: "orphaned", tail: last });
    controller.abort();
    await reading;
  });

  test("shares a given database with its owner, who keeps it", async () => {
    const module: string = "node:sqlite";
    const { DatabaseSync } = (await import(module)) as {
      DatabaseSync: new (path: string) => Parameters<typeof sqliteStore>[0] & object;
    };
    const database = new DatabaseSync(path);
    const [here, there] = [sqliteStore(database), sqliteStore(database)];
    const { epoch } = (await here.acquire("chat-3", { lease: 60_000, ttl: 60_000 }))!;
    const batches = there.read("chat-3", 0)[Symbol.asyncIterator]();
    const next = batches.next();
    await pause(60);
    await here.append("chat-3", epoch, [{ seq: 1, text: "mill" }]);
    expect((await next).value).toMatchObject([{ seq: 1, text: "mill" }]);
    await Promise.all([here.close(), there.close()]);
    await expect(batches.next()).rejects.toThrow(/closed/);
    expect(database.prepare("SELECT count(*) AS count FROM millrace_entries").get()).toMatchObject({
      count: 1,
    });
    database.close();
  });

  test("trims where it is told to, and tells who is too far behind", async () => {
    const short = sqliteStore(path, { maxLength: 10 });
    const { epoch } = (await short.acquire("chat-4", { lease: 60_000, ttl: 60_000 }))!;
    for (let seq = 1; seq <= 25; seq++) {
      await short.append("chat-4", epoch, [{ seq, text: `${seq}` }], { end: seq === 25 });
    }
    expect(await short.status("chat-4")).toMatchObject({ oldest: 16, tail: 25 });
    const first = (after: number) => short.read("chat-4", after)[Symbol.asyncIterator]().next();
    await expect(first(14)).rejects.toMatchObject({ code: "gone" });
    expect((await first(15)).value).toHaveLength(10);
    await short.close();
  });

  test("tells the same of what it keeps when an old append is asked again", async () => {
    const short = sqliteStore(path, { maxLength: 5 });
    const { epoch } = (await short.acquire("chat-6", { lease: 60_000, ttl: 60_000 }))!;
    const entries = Array.from({ length: 20 }, (_, index) => ({ seq: index + 1, text: "mill" }));
    await short.append("chat-6", epoch, entries);
    await short.append("chat-6", epoch, entries.slice(0, 10)); // its answer was lost
    expect(await short.status("chat-6")).toMatchObject({ oldest: 16, tail: 20 });
    await expect(short.read("chat-6", 10)[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: "gone",
    });
    await short.close();
  });

  test("keeps no entries of streams whose time is over, however many there are", async () => {
    const module: string = "node:sqlite";
    const { DatabaseSync } = (await import(module)) as {
      DatabaseSync: new (path: string) => Parameters<typeof sqliteStore>[0] & object;
    };
    const database = new DatabaseSync(":memory:");
    const own = sqliteStore(database);
    const begin = async (id: string, ttl: number) => {
      const { epoch } = (await own.acquire(id, { lease: ttl, ttl }))!;
      await own.append(id, epoch, [{ seq: 1, text: "mill" }]);
    };
    for (let count = 0; count < 60; count++) await begin(`old-${count}`, 500);
    await pause(550); // and less than twice their time
    for (let count = 0; count < 3; count++) await begin(`new-${count}`, 60_000);
    expect(database.prepare("SELECT count(*) AS count FROM millrace_entries").get()).toMatchObject({
      count: 3,
    });
    await pause(550);
    for (let count = 3; count < 6; count++) await begin(`new-${count}`, 60_000);
    expect(database.prepare("SELECT count(*) AS count FROM millrace_streams").get()).toMatchObject({
      count: 6,
    });
    database.close();
  });

  test("is not taken for another stream that comes under its id", async () => {
    const terms = { lease: 60_000, ttl: 60_000 };
    const { epoch } = (await store.acquire("chat-5", terms))!;
    await store.append("chat-5", epoch, [{ seq: 1, text: "mill" }]);
    const batches = store.read("chat-5", 0)[Symbol.asyncIterator]();
    await batches.next();
    await store.delete("chat-5");
    const again = (await store.acquire("chat-5", terms))!;
    expect(again.epoch).toBeGreaterThan(epoch);
    const both = [1, 2].map((seq) => ({ seq, text: "race" }));
    await store.append("chat-5", again.epoch, both);
    await expect(batches.next()).rejects.toMatchObject({ code: "gone" });
  });
});

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
