import { fakeClock } from "@millrace/testing";
import { storeCases } from "@millrace/testing/store";
import { describe, expect, test } from "vitest";
import { memoryStore } from "./memory-store.ts";

const LASTING = { lease: 1_000_000, ttl: 2_000_000 };

describe("memoryStore", () => {
  for (const { name, run } of storeCases(() => {
    const clock = fakeClock();
    return { store: memoryStore({ clock }), pass: clock.advance };
  })) {
    test(name, run);
  }

  test("forgets streams that have ended before others, the oldest first, and refuses more that are live", async () => {
    const clock = fakeClock();
    const store = memoryStore({ clock, maxStreams: 3 });
    const begin = async (id: string, lease = LASTING.lease) =>
      (await store.acquire(id, { ...LASTING, lease }))!.epoch;
    const live = await begin("live");
    await begin("orphan", 10);
    const ended = await begin("ended");
    await store.append("ended", ended, [{ seq: 1, text: "" }], { end: true });
    await clock.advance(20);
    const stateOf = async (id: string) => (await store.status(id)).state;

    await begin("one more");
    expect(await stateOf("ended")).toBe("missing");
    await begin("and one more");
    expect(await stateOf("orphan")).toBe("missing");
    await expect(begin("too many")).rejects.toMatchObject({ name: "StoreError", code: "full" });
    expect(await stateOf("live")).toBe("live");
    await store.append("live", live, [{ seq: 1, text: "" }], { end: true });
    await begin("the last");
    expect(await stateOf("the last")).toBe("live");
  });

  test("forgets what is out of date without being asked for it", async () => {
    const clock = fakeClock();
    const store = memoryStore({ clock, maxStreams: 1 });
    await store.acquire("first", { lease: 10, ttl: 100 });
    await clock.advance(100);
    expect(await store.acquire("second", LASTING)).toBeDefined();
    expect(clock.running).toBe(0);
  });

  test("keeps within its bytes: first without those that have ended, then without the oldest of the largest", async () => {
    const store = memoryStore({ maxBytes: 10_000 });
    const text = "x".repeat(400); // some 860 bytes
    const fill = async (id: string, count: number, end = false) => {
      const { epoch } = (await store.acquire(id, LASTING))!;
      for (let seq = 1; seq <= count; seq++) {
        await store.append(id, epoch, [{ seq, text }], { end: end && seq === count });
      }
    };
    await fill("ended", 5, true);
    await fill("small", 2);
    await fill("large", 200);
    expect((await store.status("ended")).state).toBe("missing");
    expect(await store.status("small")).toMatchObject({ oldest: 1, tail: 2 });
    const { oldest, tail } = await store.status("large");
    expect(tail).toBe(200);
    expect(oldest).toBeGreaterThan(185);
    const left = [];
    for await (const batch of store.read("large", oldest - 1)) {
      left.push(...batch);
      if (left.at(-1)!.seq === tail) break;
    }
    expect(left).toHaveLength(tail - oldest + 1);
    const early = store.read("large", 3)[Symbol.asyncIterator]();
    await expect(early.next()).rejects.toMatchObject({ code: "gone" });
  });

  test("keeps others within its bytes beside an entry that is larger than they are", async () => {
    const store = memoryStore({ maxBytes: 10_000 });
    const large = (await store.acquire("large", LASTING))!;
    await store.append("large", large.epoch, [{ seq: 1, text: "x".repeat(4_000) }]);
    const { epoch } = (await store.acquire("long", LASTING))!;
    for (let seq = 1; seq <= 8; seq++) {
      await store.append("long", epoch, [{ seq, text: "y".repeat(400) }]);
    }
    expect(await store.status("large")).toMatchObject({ oldest: 1, tail: 1 });
    expect((await store.status("long")).oldest).toBeGreaterThan(5);
  });

  test("keeps the newest entry, however large", async () => {
    const store = memoryStore({ maxBytes: 1_000 });
    const { epoch } = (await store.acquire("a", LASTING))!;
    await store.append("a", epoch, [{ seq: 1, text: "x".repeat(5_000) }]);
    await store.append("a", epoch, [{ seq: 2, text: "y".repeat(5_000) }], { end: true });
    expect(await store.status("a")).toMatchObject({ state: "ended", oldest: 2, tail: 2 });
  });
});
