import type { IncomingMessage } from "node:http";
import { StoreError, type Store } from "@millrace/core/store";
import { fakeClock } from "@millrace/testing";
import { describe, expect, test } from "vitest";
import { memoryStore } from "./memory-store.ts";
import { record } from "./record.ts";
import { replay } from "./replay.ts";
import { status } from "./status.ts";
import { stop } from "./stop.ts";
import { outcomeOf } from "../../core/src/outcome-of.fixture.ts";
import { byHand, counted, unreliable, type Fate } from "./streams.fixture.ts";

const id = "chat-1";
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

function world() {
  const clock = fakeClock();
  const store = memoryStore({ clock });
  return { clock, store, options: { id, store, clock } };
}

async function recorded(values: unknown[]) {
  const made = world();
  await outcomeOf(record(values, made.options));
  return made;
}

/** A stream whose producer has written some numbers and died. */
async function orphan(count: number, lease = 1_000) {
  const made = world();
  const { epoch } = (await made.store.acquire(id, { lease, ttl: 1_000_000 }))!;
  const entries = numbers(count).map((seq) => ({ seq, text: String(seq) }));
  await made.store.append(id, epoch, entries);
  await made.clock.advance(lease);
  return made;
}

describe("replay", () => {
  test("gives what follows the cursor, and the end", async () => {
    const { options } = await recorded(["a", "b", "c"]);
    for (const after of [undefined, null, "", 0, "0"]) {
      expect(await outcomeOf(replay({ ...options, after }))).toEqual({ items: ["a", "b", "c"] });
    }
    expect(await outcomeOf(replay({ ...options, after: 2 }))).toEqual({ items: ["c"] });
    expect(await outcomeOf(replay.entries({ ...options, after: "1" }))).toEqual({
      items: [
        { seq: 2, value: "b" },
        { seq: 3, value: "c" },
      ],
    });
    for (const after of [3, 4, "done"]) {
      expect(await outcomeOf(replay({ ...options, after }))).toEqual({ items: [] });
    }
  });

  test("takes the header of a request of Node as it is typed", async () => {
    const { options } = await recorded(["a", "b", "c"]);
    const { headers } = { headers: { "last-event-id": "2" } } as Pick<IncomingMessage, "headers">;
    const after = headers["last-event-id"];
    expect(await outcomeOf(replay({ ...options, after }))).toEqual({ items: ["c"] });
  });

  test.each([
    5,
    ["1", "2"],
    "5",
    "-1",
    "1.5",
    "1e3",
    "0x1",
    " 1",
    "01",
    "now",
    "$",
    "1-1",
    NaN,
    -1,
    1.5,
    1e15,
    "9".repeat(16),
  ])("refuses the cursor %j", async (after) => {
    const { options } = await recorded(["a", "b", "c"]);
    const refused = { items: [], error: { code: "cursor", status: 400 } };
    expect(await outcomeOf(replay({ ...options, after }))).toMatchObject(refused);
    await expect(replay.check({ ...options, after })).rejects.toMatchObject(refused.error);
  });

  test("knows no stream that was never begun", async () => {
    const { options } = world();
    const missing = { code: "missing", status: 404, id };
    expect(await outcomeOf(replay(options))).toMatchObject({ items: [], error: missing });
    await expect(replay.check(options)).rejects.toMatchObject(missing);
  });

  test("says what it would begin with", async () => {
    const { options } = await recorded(["a"]);
    await expect(replay.check({ ...options, after: 1 })).resolves.toBeUndefined();
    const aborted = { ...options, signal: AbortSignal.abort(new Error("gone")) };
    await expect(replay.check(aborted)).rejects.toThrow("gone");
  });

  test("follows what comes, in the middle of a stream", async () => {
    const { clock, options } = world();
    const hand = byHand<number>();
    void record(hand.readable, options);
    await clock.advance(0);
    hand.give(1, 2, 3);
    await clock.advance(20);
    const reader = outcomeOf(replay({ ...options, after: 2 }));
    hand.give(4);
    hand.close();
    await clock.advance(20);
    expect(await reader).toEqual({ items: [3, 4] });
    expect(clock.running).toBe(0);
  });

  test("says that entries are gone that a store has dropped", async () => {
    const clock = fakeClock();
    const store = memoryStore({ clock, maxBytes: 2_000 });
    const options = { id, store, clock };
    const hand = byHand<number>();
    void record(hand.readable, options);
    await clock.advance(0);
    for (const value of numbers(100)) {
      hand.give(value);
      await clock.advance(11);
    }
    const { oldest } = await store.status(id);
    expect(oldest).toBeGreaterThan(50);
    const gone = { code: "gone", status: 410, seq: 0 };
    expect(await outcomeOf(replay(options))).toMatchObject({ items: [], error: gone });
    await expect(replay.check(options)).rejects.toMatchObject(gone);
    hand.close();
    await clock.advance(11);
    const rest = await outcomeOf(replay({ ...options, after: oldest }));
    expect(rest).toEqual({ items: numbers(100).slice(oldest) });
  });

  test("says that entries are gone that a store drops before a slow reader comes to them", async () => {
    const clock = fakeClock();
    const store = memoryStore({ clock, maxBytes: 2_000 });
    const options = { id, store, clock };
    const hand = byHand<number>();
    void record(hand.readable, options);
    await clock.advance(0);
    hand.give(1);
    const reader = replay(options).getReader();
    expect(await reader.read()).toEqual({ done: false, value: 1 });
    for (const value of numbers(100)) {
      hand.give(value);
      await clock.advance(11);
    }
    await expect(reader.read()).rejects.toMatchObject({ code: "gone", seq: 1 });
  });

  test("says that a stream is gone that is deleted meanwhile", async () => {
    const { clock, store, options } = world();
    void record(byHand().readable, options);
    await clock.advance(0);
    const reader = outcomeOf(replay(options));
    await clock.advance(0);
    await store.delete(id);
    expect(await reader).toMatchObject({ items: [], error: { code: "gone" } });
  });

  test("is an error where the producer has died, after a time of grace", async () => {
    const { clock, options } = await orphan(3);
    const reader = outcomeOf(replay({ ...options, grace: 5_000 }));
    let isOver = false;
    void reader.then(() => {
      isOver = true;
    });
    await clock.advance(4_900);
    expect(isOver).toBe(false);
    await clock.advance(200);
    expect(await reader).toMatchObject({
      items: [1, 2, 3],
      error: { name: "ResumeError", code: "interrupted", seq: 3, status: 502 },
    });
    expect(clock.running).toBe(0);
  });

  test("sees a producer die whom it has seen alive", async () => {
    const { clock, store, options } = world();
    const { epoch } = (await store.acquire(id, { lease: 15_000, ttl: 1_000_000 }))!;
    await store.append(id, epoch, [{ seq: 1, text: "1" }]);
    const reader = outcomeOf(replay(options));
    await clock.advance(14_000);
    await store.append(id, epoch, [{ seq: 2, text: "2" }]);
    await clock.advance(14_000 + 15_000);
    let isOver = false;
    void reader.then(() => {
      isOver = true;
    });
    await clock.advance(0);
    expect(isOver).toBe(false);
    await clock.advance(3_000);
    expect(await reader).toMatchObject({ items: [1, 2], error: { code: "interrupted", seq: 2 } });
  });

  test("waits as long as its producer is silent and alive", async () => {
    const { clock, options } = world();
    const hand = byHand<number>();
    void record(hand.readable, options);
    await clock.advance(0);
    const reader = outcomeOf(replay(options));
    await clock.advance(600_000);
    hand.give(1);
    hand.close();
    await clock.advance(20);
    expect(await reader).toEqual({ items: [1] });
  });

  test("goes on where another producer takes over in time", async () => {
    const { clock, store, options } = await orphan(2);
    const reader = outcomeOf(replay(options));
    await clock.advance(10_000);
    const { epoch } = (await store.acquire(id, { lease: 15_000, ttl: 1_000_000 }))!;
    await clock.advance(12_000);
    await store.append(id, epoch, [{ seq: 3, text: "3" }]);
    await store.append(id, epoch, [{ seq: 4, text: '!{"type":"done"}' }], { end: true });
    await clock.advance(0);
    expect(await reader).toEqual({ items: [1, 2, 3] });
  });

  test("gives a reader that comes late what is there, then the same error", async () => {
    const { options } = world();
    await outcomeOf(
      record(async function* () {
        yield await Promise.resolve(1);
        throw new TypeError("broken");
      }, options),
    );
    const failed = { items: [1], error: { name: "TypeError", message: "broken" } };
    expect(await outcomeOf(replay(options))).toMatchObject(failed);
    for (const after of [1, 2]) {
      expect(await outcomeOf(replay({ ...options, after }))).toMatchObject({
        items: [],
        error: failed.error,
      });
    }
  });

  test("holds a batch at most for a reader that is slow", async () => {
    const { clock, store, options } = world();
    const { store: counting, calls } = counted(store);
    await outcomeOf(record(numbers(10_000), options));
    const reader = replay({ ...options, store: counting }).getReader();
    await reader.read();
    await clock.advance(0);
    expect(calls["read"]).toBe(1);
    for (let count = 1; count < 300; count++) await reader.read();
    expect(calls["read"]).toBe(2);
    await reader.cancel();
  });

  test("lets go at once when it is cancelled", async () => {
    const { clock, options } = world();
    void record(byHand().readable, options);
    await clock.advance(0);
    const before = clock.running;
    const reader = replay(options).getReader();
    const read = reader.read();
    await clock.advance(0);
    expect(clock.running).toBeGreaterThan(before);
    await reader.cancel();
    expect(await read).toEqual({ done: true, value: undefined });
    await clock.advance(0);
    expect(clock.running).toBe(before);
  });

  test("ends when its signal aborts, with its reason, and listens no more afterwards", async () => {
    const { clock, options } = world();
    const hand = byHand<number>();
    void record(hand.readable, options);
    await clock.advance(0);
    hand.give(1);
    const controller = new AbortController();
    const reader = outcomeOf(replay({ ...options, signal: controller.signal }));
    await clock.advance(20);
    controller.abort(new Error("gone"));
    expect(await reader).toMatchObject({ items: [1], error: { message: "gone" } });
    const { signal } = controller;
    expect(await outcomeOf(replay({ ...options, signal }))).toMatchObject({
      items: [],
      error: { message: "gone" },
    });
  });

  test("ends at once when its signal aborts between two tries of a store that fails", async () => {
    const { clock, store, options } = world();
    await outcomeOf(record([1], options));
    for (const call of ["status", "read"]) {
      const bad = unreliable(store, (made) => (made === call ? "refused" : "done"));
      const controller = new AbortController();
      const { signal } = controller;
      const reader = outcomeOf(replay({ ...options, store: bad, signal }));
      await clock.advance(300);
      controller.abort(new Error("gone"));
      expect(await reader).toMatchObject({ items: [], error: { message: "gone" } });
      await clock.advance(0);
      expect(clock.running).toBe(0);
    }
  });

  test("reads on after its store has failed for a while, without loss or double", async () => {
    const { clock, store, options } = world();
    const fates: Fate[] = ["refused", "lost", "done", "lost", "refused", "refused"];
    const bad = unreliable(store, (call) => (call === "read" ? (fates.shift() ?? "done") : "done"));
    await outcomeOf(record(numbers(1_000), options));
    const reader = outcomeOf(replay({ ...options, store: bad }));
    await clock.advance(10_000);
    expect(await reader).toEqual({ items: numbers(1_000) });
    expect(clock.running).toBe(0);
  });

  test.each<Fate>(["refused", "silent"])(
    "fails when its store is %s for too long",
    async (fate) => {
      const { clock, store, options } = world();
      void record(byHand().readable, options);
      await clock.advance(0);
      for (const call of ["status", "read"]) {
        const bad = unreliable(store, (made) => (made === call ? fate : "done"));
        if (call === "read" && fate === "silent") continue; // then it may be that nothing comes
        const failing = call === "read" ? { ...bad, read: () => failingRead() } : bad;
        const reader = outcomeOf(replay({ ...options, store: failing, patience: 5_000 }));
        await clock.advance(6_000);
        expect(await reader).toMatchObject({ items: [], error: { code: "store", status: 503 } });
      }
    },
  );

  test("fails when its store falls silent while it waits", async () => {
    const { clock, store, options } = world();
    const hand = byHand<number>();
    void record(hand.readable, options);
    await clock.advance(0);
    let fate: Fate = "done";
    const bad = unreliable(store, () => fate);
    const reader = outcomeOf(replay({ ...options, store: bad, patience: 5_000 }));
    await clock.advance(100);
    fate = "silent";
    await clock.advance(30_000);
    expect(await reader).toMatchObject({ items: [], error: { code: "store" } });
  });

  test("is interrupted where a store ends without an end", async () => {
    const { clock, store, options } = world();
    void record(byHand().readable, options);
    await clock.advance(0);
    const ending = { ...store, read: emptyRead };
    expect(await outcomeOf(replay({ ...options, store: ending }))).toMatchObject({
      items: [],
      error: { code: "interrupted", seq: 0 },
    });
  });

  test("lets go at once of a store that does not answer", async () => {
    const { clock, store } = world();
    const bad = unreliable(store, () => "silent");
    const reader = replay({ id, store: bad, clock }).getReader();
    const read = reader.read();
    await clock.advance(0);
    await reader.cancel();
    await read;
    expect(clock.running).toBe(0);
  });

  test("skips nothing in silence where a store does", async () => {
    const { store, options } = await recorded([1, 2, 3]);
    const leaky = {
      ...store,
      async *read(...parameters: Parameters<typeof store.read>) {
        for await (const batch of store.read(...parameters))
          yield batch.filter((_, at) => at !== 1);
      },
    };
    expect(await outcomeOf(replay({ ...options, store: leaky }))).toMatchObject({
      items: [1],
      error: { code: "gone", seq: 1 },
    });
  });

  test.each([
    "hello",
    "",
    "!",
    "!null",
    '!{"type":"error"}',
    '!{"type":"cancelled"}',
    '!{"type":"x"}',
  ])("refuses what was written by somebody else: %s", async (text) => {
    const { store, options } = world();
    const { epoch } = (await store.acquire(id, { lease: 1_000, ttl: 1_000 }))!;
    await store.append(id, epoch, [{ seq: 1, text }], { end: true });
    expect(await outcomeOf(replay(options))).toMatchObject({
      items: [],
      error: { code: "entry", seq: 1 },
    });
    await expect(status(options)).rejects.toMatchObject(
      text.startsWith("!") ? { code: "entry" } : {},
    );
  });
});

describe("replay, for encoders and for readers that have kept nothing", () => {
  const parts = [
    { type: "text-start", id: "t" },
    { type: "text-delta", id: "t", delta: "mill" },
    { type: "tool-input-start", id: "c", toolName: "f" },
    { type: "text-end", id: "t" },
    { type: "reasoning-start", id: "r" },
    { type: "tool-input-delta", id: "c", delta: "{" },
    { type: "reset", blocks: ["c"] },
    { type: "reasoning-delta", id: "r", delta: "hm" },
    { type: "reasoning-end", id: "r" },
  ];
  const started = (...places: number[]) => places.map((place) => ({ value: parts[place] }));
  const numbered = (after: number) =>
    parts.slice(after).map((value, index) => ({ seq: after + index + 1, value }));

  test.each([
    [0, []],
    [1, started(0)],
    [3, started(0, 2)],
    [4, started(2)],
    [6, started(2, 4)],
    [7, started(4)],
    [9, []],
  ])("says first what was open behind entry %d", async (after, open) => {
    const { options } = await recorded(parts);
    expect(await outcomeOf(replay.entries({ ...options, after, reopen: true }))).toEqual({
      items: [...open, ...numbered(after)],
    });
    expect(await outcomeOf(replay({ ...options, after, reopen: true }))).toEqual({
      items: [...open, ...numbered(after)].map(({ value }) => value),
    });
  });

  test("says at once what is open, before anything else comes", async () => {
    const { clock, options } = world();
    const hand = byHand<unknown>();
    void record(hand.readable, options);
    await clock.advance(0);
    hand.give(...parts.slice(0, 2));
    await clock.advance(20);
    const reader = replay({ ...options, after: 2, reopen: true }).getReader();
    expect(await reader.read()).toEqual({ done: false, value: parts[0] });
    await reader.cancel();
  });

  test("gives the whole to an encoder, once the cursor is known to be good", async () => {
    const { options } = await recorded(parts);
    expect(await outcomeOf(replay.entries({ ...options, after: 5, whole: true }))).toEqual({
      items: numbered(0),
    });
    expect(await outcomeOf(replay.entries({ ...options, after: 11, whole: true }))).toMatchObject({
      items: [],
      error: { code: "cursor" },
    });
  });

  test("minds no values of other shapes", async () => {
    const { options } = await recorded([null, 1, "x-start", { type: "x-start" }, { id: "a" }, [1]]);
    const { items } = await outcomeOf(replay({ ...options, after: 6, reopen: true }));
    expect(items).toEqual([]);
  });
});

test("Times that are none are refused, for with them nothing would ever be over", async () => {
  const { options } = world();
  for (const wrong of [{ patience: NaN }, { patience: -1 }]) {
    expect(() => replay({ ...options, ...wrong })).toThrow("patience must be 0 or more");
    await expect(replay.check({ ...options, ...wrong })).rejects.toThrow(RangeError);
    await expect(stop({ ...options, ...wrong })).rejects.toThrow(RangeError);
    await expect(status({ ...options, ...wrong })).rejects.toThrow(RangeError);
  }
  expect(() => replay({ ...options, grace: NaN })).toThrow("grace must be 0 or more");
  await expect(stop({ ...options, ttl: NaN })).rejects.toThrow(RangeError);
});

describe("stop", () => {
  test("has nothing to stop where nothing is produced", async () => {
    const { options } = await recorded([1]);
    expect(await stop(options)).toBe(false);
    expect(await stop({ ...options, id: "missing" })).toBe(false);
  });

  test("ends a stream whose producer has died", async () => {
    const { options } = await orphan(2);
    const reader = outcomeOf(replay(options));
    expect(await stop({ ...options, reason: "Enough." })).toBe(true);
    expect(await reader).toMatchObject({ items: [1, 2], error: { code: "cancelled", seq: 3 } });
    expect(await stop(options)).toBe(false);
  });

  test("is content where somebody else has taken over, and fails where the end is not taken", async () => {
    for (const code of ["fenced", "full"] as const) {
      const { store, options } = await orphan(2);
      const refusal = new StoreError("Refused", { code, id });
      const refusing = { ...store, append: () => Promise.reject(refusal) };
      const stopping = stop({ ...options, store: refusing });
      if (code === "fenced") expect(await stopping).toBe(true);
      else await expect(stopping).rejects.toBe(refusal);
    }
  });

  test("ends it also where the store's answer to that was lost", async () => {
    const { store, clock, options } = await orphan(2);
    let isLost = false;
    const lossy: Store = {
      ...store,
      async acquire(...asked) {
        const lease = await store.acquire(...asked);
        if (isLost) return lease;
        isLost = true;
        throw new StoreError("No answer", { code: "unavailable", id });
      },
    };
    const stopping = stop({ ...options, store: lossy, reason: "Enough." });
    await clock.advance(5_000);
    expect(await stopping).toBe(true);
    expect(await status(options)).toMatchObject({ state: "cancelled", reason: "Enough." });
  });

  test("leaves it to somebody else who goes on meanwhile", async () => {
    const { store, options } = await orphan(2);
    const busy = { ...store, acquire: () => Promise.resolve(undefined) };
    expect(await stop({ ...options, store: busy })).toBe(true);
    expect((await store.status(id)).state).toBe("orphaned");
  });
});

describe("status", () => {
  test("knows no stream that is deleted while it looks", async () => {
    const { store, options } = await recorded([1]);
    const emptied = { ...store, read: emptyRead };
    expect(await status({ ...options, store: emptied })).toEqual({ state: "missing" });
  });

  test("asks a store that is closed no more", async () => {
    const { store, options, clock } = world();
    const refusal = new StoreError("It is closed", { code: "closed", id });
    const closed = { ...store, status: () => Promise.reject(refusal) };
    const asked = status({ ...options, store: closed });
    await expect(asked).rejects.toMatchObject({ code: "store", cause: refusal });
    expect(clock.running).toBe(0);
  });
});

/** Ends at once. */
function emptyRead(): AsyncIterable<never> {
  const next = () => Promise.resolve({ done: true as const, value: undefined });
  return { [Symbol.asyncIterator]: () => ({ next }) };
}

function failingRead(): AsyncIterable<never> {
  const next = () => Promise.reject(new Error("The connection is down"));
  return { [Symbol.asyncIterator]: () => ({ next }) };
}
