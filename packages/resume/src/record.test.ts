import { StoreError, type Store } from "@millrace/core/store";
import { LimitError, isStageError } from "@millrace/core";
import { countingSource, fakeClock } from "@millrace/testing";
import { describe, expect, test } from "vitest";
import { memoryStore } from "./memory-store.ts";
import { record } from "./record.ts";
import { replay } from "./replay.ts";
import { status } from "./status.ts";
import { stop } from "./stop.ts";
import { outcomeOf } from "../../core/src/outcome-of.fixture.ts";
import { byHand, counted, unreliable, type Call, type Fate } from "./streams.fixture.ts";

const id = "chat-1";
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

function world() {
  const clock = fakeClock();
  const store = memoryStore({ clock });
  return { clock, store, options: { id, store, clock } };
}

describe("record", () => {
  test("gives the values, and leaves them for others", async () => {
    const { options } = world();
    const values = ["mill", { race: [1, null, "🎡"] }, "", 0, false, null];
    expect(await outcomeOf(record(values, options))).toEqual({ items: values });
    expect(await outcomeOf(replay(options))).toEqual({ items: values });
    expect(await status(options)).toEqual({ state: "done", oldest: 1, seq: values.length + 1 });
  });

  test("numbers the values from 1, the same for everybody", async () => {
    const { options } = world();
    const entries = [
      { seq: 1, value: "mill" },
      { seq: 2, value: "race" },
    ];
    expect(await outcomeOf(record.entries(["mill", "race"], options))).toEqual({ items: entries });
    expect(await outcomeOf(replay.entries(options))).toEqual({ items: entries });
  });

  test("takes generators, and functions that make a source", async () => {
    const { options } = world();
    async function* words() {
      yield await Promise.resolve("mill");
    }
    expect(await outcomeOf(record(words(), options))).toEqual({ items: ["mill"] });
    const late = record(() => Promise.resolve(["race"]), { ...options, id: "chat-2" });
    expect(await outcomeOf(late)).toEqual({ items: ["race"] });
  });

  test("records a stream of nothing", async () => {
    const { options } = world();
    expect(await outcomeOf(record([], options))).toEqual({ items: [] });
    expect(await outcomeOf(replay(options))).toEqual({ items: [] });
    expect(await status(options)).toEqual({ state: "done", oldest: 1, seq: 1 });
  });

  test("says that a stream is missing that is deleted while it is looked at", async () => {
    const { options, store } = world();
    await outcomeOf(record(["mill"], options));
    const deleting: Store = {
      ...store,
      async status(of) {
        const found = await store.status(of);
        await store.delete(of);
        return found;
      },
    };
    expect(await status({ ...options, store: deleting })).toEqual({ state: "missing" });
  });

  test("records long streams as they are", async () => {
    const { options } = world();
    const values = numbers(20_000);
    expect(await outcomeOf(record(values, options))).toEqual({ items: values });
    expect(await outcomeOf(replay(options))).toEqual({ items: values });
  });

  test("reaches its end with a reader that is now slower and now faster than its store", async () => {
    const values = numbers(5_000);
    for (let run = 0; run < 20; run++) {
      let index = 0;
      const source = new ReadableStream<number>(
        {
          pull(controller) {
            if (index < values.length) controller.enqueue(values[index++]!);
            else controller.close();
          },
        },
        { highWaterMark: 0 },
      );
      const reader = record(source, { id, store: memoryStore() }).getReader();
      let count = 0;
      while (!(await reader.read()).done) count++;
      expect(count).toBe(values.length);
    }
  });

  test("gives a value when it is stored, and not before", async () => {
    const { clock, store } = world();
    const held: (() => void)[] = [];
    const slow = {
      ...store,
      async append(...parameters: Parameters<typeof store.append>) {
        await new Promise<void>((resolve) => held.push(resolve));
        await store.append(...parameters);
      },
    };
    const hand = byHand<string>();
    const live = record(hand.readable, { id, store: slow, clock }).getReader();
    const read = live.read();
    let isGiven = false;
    void read.then(() => {
      isGiven = true;
    });
    hand.give("mill");
    await clock.advance(1);
    expect(isGiven).toBe(false);
    held.shift()!();
    expect(await read).toEqual({ done: false, value: "mill" });
    await live.cancel();
  });

  test("sends the first value and one after a silence at once, and gathers what follows closely", async () => {
    const { clock, store } = world();
    const { store: counting, appends } = counted(store);
    const hand = byHand<number>();
    void record(hand.readable, { id, store: counting, clock });
    await clock.advance(0);
    hand.give(1);
    await clock.advance(0);
    expect(appends).toEqual([1]);
    hand.give(2, 3, 4);
    await clock.advance(5);
    expect(appends).toEqual([1]);
    await clock.advance(10);
    expect(appends).toEqual([1, 3]);
    await clock.advance(1_000);
    hand.give(5);
    await clock.advance(0);
    expect(appends).toEqual([1, 3, 1]);
    hand.give(...numbers(40));
    await clock.advance(0);
    expect(appends).toEqual([1, 3, 1, 16, 16]);
    hand.give(6);
    hand.close();
    await clock.advance(0);
    expect(appends).toEqual([1, 3, 1, 16, 16, 10]);
    expect(clock.running).toBe(0);
  });

  test("cuts batches at eight thousand units", async () => {
    const { clock, store } = world();
    const { store: counting, appends } = counted(store);
    const hand = byHand<string>();
    void record(hand.readable, { id, store: counting, clock });
    await clock.advance(0);
    hand.give("first", "x".repeat(5_000), "x".repeat(5_000), "x".repeat(10_000));
    await clock.advance(0);
    expect(appends).toEqual([1, 2, 1]);
    hand.close();
    await clock.advance(0);
  });

  test("follows the store's pace, whatever its reader does", async () => {
    const { options } = world();
    const source = countingSource(numbers(2_000));
    const live = record(source.readable, options);
    let pulled = -1;
    while (pulled !== source.pulled) {
      ({ pulled } = source);
      await options.clock.advance(20);
    }
    expect(await status(options)).toMatchObject({ state: "done", seq: 2_001 });
    expect(await outcomeOf(live)).toEqual({ items: numbers(2_000) });
  });

  test("asks no more of its source while the store does not answer", async () => {
    const { clock, store } = world();
    const fates: Fate[] = [];
    const silent = unreliable(store, (call) =>
      call === "append" ? (fates.shift() ?? "silent") : "done",
    );
    const source = countingSource(numbers(100_000));
    const live = record(source.readable, { id, store: silent, clock, patience: 60_000 });
    await clock.advance(30_000);
    expect(source.pulled).toBeLessThan(400);
    await live.cancel();
  });

  test("leaves the process to others, also where neither its source nor its store ever waits", async () => {
    const endless = new ReadableStream<number>({
      pull: (controller) => {
        controller.enqueue(1);
      },
    });
    const store = memoryStore();
    const live = outcomeOf(record(endless, { id, store }));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await stop({ id, store })).toBe(true);
    expect(await live).toMatchObject({ error: { code: "cancelled" } });
  });

  test("records what its source fails with, behind everything before", async () => {
    const { options } = world();
    const failure = new LimitError("Cannot split lines", { stage: "lines", offset: 7 });
    async function* fails() {
      yield await Promise.resolve("mill");
      throw failure;
    }
    expect(await outcomeOf(record(fails(), options))).toEqual({ items: ["mill"], error: failure });
    const { items, error } = await outcomeOf(replay(options));
    expect(items).toEqual(["mill"]);
    expect(isStageError(error, "limit")).toBe(true);
    expect(error).toMatchObject({ name: "LimitError", message: "Cannot split lines", offset: 7 });
    expect(await status(options)).toMatchObject({ state: "error", seq: 2 });
  });

  test("keeps nothing of an error but what tells it apart", async () => {
    const { options } = world();
    const failure = Object.assign(new Error("Unauthorized"), {
      status: 401,
      code: "auth",
      retryAfterMs: 2_000,
      requestHeaders: { authorization: "Bearer secret" },
      url: "https://example.com/?key=secret",
    });
    await outcomeOf(record(() => Promise.reject(failure), options));
    const { error } = await outcomeOf(replay(options));
    const kept = { status: 401, code: "auth", retryAfterMs: 2_000 };
    expect(error).toMatchObject({ message: "Unauthorized", ...kept });
    const [texts] = await outcomeOf(storedTexts(options.store)).then(({ items }) => [items]);
    expect(JSON.stringify(texts)).not.toContain("secret");
  });

  test("fails where a value is no JSON, and says so to everybody", async () => {
    const { options } = world();
    const source = countingSource<unknown>(["mill", undefined, "race"]);
    const expected = { items: ["mill"], error: { name: "TypeError" } };
    expect(await outcomeOf(record(source.readable, options))).toMatchObject(expected);
    expect(await outcomeOf(replay(options))).toMatchObject(expected);
    expect(source.cancelled).toBe(true);
  });

  test("leaves no timer and no listener when it is over", async () => {
    const { clock, options } = world();
    await outcomeOf(record(numbers(100), options));
    await outcomeOf(replay(options));
    expect(clock.running).toBe(0);
  });

  test("tells the host when it is over, whatever happens", async () => {
    const { options } = world();
    const works: Promise<void>[] = [];
    const waitUntil = (work: Promise<void>) => void works.push(work);
    await outcomeOf(record(["mill"], { ...options, waitUntil }));
    await outcomeOf(
      record(() => Promise.reject(new Error("no")), { ...options, id: "2", waitUntil }),
    );
    await outcomeOf(record(["mill"], { ...options, waitUntil }));
    expect(await Promise.all(works)).toEqual([undefined, undefined, undefined]);
  });

  test("refuses options that make no sense", () => {
    const { options } = world();
    expect(() => record([], { ...options, lease: 0 })).toThrow(RangeError);
    expect(() => record([], { ...options, linger: NaN })).toThrow(RangeError);
    expect(() => record([], { ...options, lease: 2_000, ttl: 1_000 })).toThrow("ttl");
  });
});

describe("record, when its stream is cancelled", () => {
  test("goes on for somebody else, by default", async () => {
    const { clock, options } = world();
    const hand = byHand<string>();
    const live = record(hand.readable, options);
    await clock.advance(0);
    hand.give("mill");
    await clock.advance(0);
    await live.cancel("gone");
    const reader = outcomeOf(replay(options));
    await clock.advance(60_000);
    expect(hand.cancelled).toEqual([]);
    hand.give("race");
    hand.close();
    await clock.advance(20);
    expect(await reader).toEqual({ items: ["mill", "race"] });
    expect(clock.running).toBe(0);
  });

  test("is cancelled when nobody reads for long enough", async () => {
    const { clock, options } = world();
    const hand = byHand<string>();
    const live = record(hand.readable, { ...options, linger: 20_000 });
    await clock.advance(0);
    hand.give("mill");
    await clock.advance(0);
    await live.cancel();
    await clock.advance(19_000);
    expect(hand.cancelled).toHaveLength(0);
    await clock.advance(2_000);
    expect(hand.cancelled).toMatchObject([{ name: "AbortError" }]);
    expect(await status(options)).toMatchObject({ state: "cancelled", seq: 2 });
    expect(await outcomeOf(replay(options))).toMatchObject({
      items: ["mill"],
      error: { name: "AbortError", code: "cancelled", seq: 2 },
    });
    expect(clock.running).toBe(0);
  });

  test("is cancelled some time after the last reader elsewhere has left", async () => {
    const { clock, options } = world();
    const hand = byHand<string>();
    await record(hand.readable, { ...options, linger: 10_000 }).cancel();
    await clock.advance(0);
    const reader = replay(options).getReader();
    const read = reader.read();
    await clock.advance(30_000);
    expect(hand.cancelled).toHaveLength(0);
    await reader.cancel();
    await read;
    await clock.advance(9_000);
    expect(hand.cancelled).toHaveLength(0);
    await clock.advance(6_000);
    expect(hand.cancelled).toHaveLength(1);
  });

  test("looks again who reads when its store has failed to say", async () => {
    const { clock, store, options } = world();
    const fates: Fate[] = ["refused", "refused"];
    const bad = unreliable(store, (call) =>
      call === "status" ? (fates.shift() ?? "done") : "done",
    );
    const hand = byHand<string>();
    await record(hand.readable, { ...options, store: bad, linger: 10_000 }).cancel();
    await clock.advance(10_500);
    expect([hand.cancelled.length, fates.length]).toEqual([0, 1]);
    await clock.advance(60_000);
    expect(hand.cancelled).toHaveLength(1);
    expect(fates).toHaveLength(0);
  });

  test("goes on while somebody reads slowly what is there already", async () => {
    const { clock, options } = world();
    const hand = byHand<number>();
    await record(hand.readable, { ...options, linger: 8_000 }).cancel();
    await clock.advance(0);
    hand.give(...numbers(100));
    await clock.advance(100);
    const reader = replay<number>(options).getReader();
    for (const number of numbers(100)) {
      expect(await reader.read()).toEqual({ done: false, value: number });
      await clock.advance(1_000);
    }
    expect(hand.cancelled).toHaveLength(0);
    await reader.cancel();
    await clock.advance(20_000);
    expect(hand.cancelled).toHaveLength(1);
  });

  test("goes on for ever, if asked to", async () => {
    const { clock, options } = world();
    const hand = byHand<string>();
    await record(hand.readable, { ...options, linger: Infinity }).cancel();
    await clock.advance(1_000_000);
    expect(hand.cancelled).toHaveLength(0);
    hand.close();
    await clock.advance(1);
    expect(await status(options)).toMatchObject({ state: "done" });
    expect(clock.running).toBe(0);
  });

  test("cancels its source with the reason, if asked to", async () => {
    const { clock, options } = world();
    const hand = byHand<string>();
    const live = record(hand.readable, { ...options, onDisconnect: "cancel" });
    await clock.advance(0);
    await live.cancel("gone");
    await clock.advance(0);
    expect(hand.cancelled).toEqual(["gone"]);
    expect(await status(options)).toEqual({
      state: "cancelled",
      oldest: 1,
      seq: 1,
      reason: "gone",
    });
    expect(clock.running).toBe(0);
  });

  test("cancels its source, also before it has begun", async () => {
    const { clock, options } = world();
    const hand = byHand<string>();
    await record(hand.readable, { ...options, onDisconnect: "cancel" }).cancel("gone");
    await clock.advance(0);
    expect(hand.cancelled).toEqual(["gone"]);
    let isCalled = false;
    const late = record(
      () => {
        isCalled = true;
        return [];
      },
      { ...options, id: "chat-2", onDisconnect: "cancel" },
    );
    await late.cancel();
    await clock.advance(0);
    expect(isCalled).toBe(false);
  });
});

describe("record, of an error that is not kind", () => {
  test.each<[string, unknown]>([
    ["whose fields throw", new Proxy({}, { get: refuseToSay })],
    ["whose message throws", Object.defineProperty(new Error(), "message", { get: refuseToSay })],
  ])("ends with one %s", async (_, error) => {
    const { clock, options } = world();
    const hand = byHand<string>();
    const live = outcomeOf(record(hand.readable, options));
    await clock.advance(0);
    hand.fail(error);
    await clock.advance(0);
    expect(await live).toHaveProperty("error");
    expect(await outcomeOf(replay(options))).toHaveProperty("error");
    expect(await status(options)).toMatchObject({ state: "error", seq: 1 });
    expect(clock.running).toBe(0);
  });

  test("keeps what is thrown and is no error, as one", async () => {
    for (const [thrown, message] of [
      ["no water", "no water"],
      [undefined, "undefined"],
    ]) {
      const { options } = world();
      // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- this is what it is about
      await outcomeOf(record(() => Promise.reject(thrown), options));
      const { error } = await outcomeOf(replay(options));
      expect(error).toMatchObject({ name: "Error", message });
    }
  });

  test("keeps of an error, and of a wish to stop, what fits into an entry of any store", async () => {
    const { options, store } = world();
    const long = "x".repeat(1_000_000);
    const error = Object.assign(new Error(long), { name: long, code: long, stage: long });
    await outcomeOf(record(() => Promise.reject(error), options));
    const others = ["stopped", "aborted"].map((name) => ({ ...options, id: name }));
    const recordings = others.map((other) => outcomeOf(record(byHand().readable, other)));
    await stop({ ...others[0]!, reason: long });
    const signal = AbortSignal.abort(new Error(long));
    recordings.push(outcomeOf(record(byHand().readable, { ...options, id: "third", signal })));
    await stop({ ...others[1]!, reason: "Enough." });
    await Promise.all(recordings);
    for (const name of [id, "stopped", "aborted", "third"]) {
      for await (const [entry] of store.read(name, 0)) {
        expect(entry!.text.length).toBeLessThan(16 * 1024);
      }
    }
  });
});

describe("An id that no stream may have", () => {
  test.each([
    ["too long", "x".repeat(513)],
    ["not well-formed", "chat-\ud800"],
  ])("is refused where it is %s, and nothing is found under it", async (_, wrong) => {
    const { options } = world();
    const place = { ...options, id: wrong };
    expect(() => record([], place)).toThrow(RangeError);
    expect(await outcomeOf(replay(place))).toMatchObject({ items: [], error: { code: "missing" } });
    await expect(replay.check(place)).rejects.toMatchObject({ code: "missing", status: 404 });
    expect(await status(place)).toEqual({ state: "missing" });
    expect(await stop(place)).toBe(false);
  });
});

describe("record, when somebody stops it", () => {
  test("cancels its source, and ends as stopped for everybody", async () => {
    const { clock, options } = world();
    const hand = byHand<string>();
    const live = outcomeOf(record(hand.readable, options));
    await clock.advance(0);
    hand.give("mill");
    await clock.advance(0);
    const reader = outcomeOf(replay(options));
    expect(await stop({ ...options, reason: "Enough." })).toBe(true);
    const stopped = {
      items: ["mill"],
      error: { code: "cancelled", message: "The stream chat-1 was stopped: Enough." },
    };
    expect(await live).toMatchObject(stopped);
    expect(await reader).toMatchObject(stopped);
    expect(hand.cancelled).toMatchObject([{ name: "AbortError", message: "Enough." }]);
    expect(await status(options)).toEqual({
      state: "cancelled",
      oldest: 1,
      seq: 2,
      reason: "Enough.",
    });
    expect(await stop(options)).toBe(false);
    expect(clock.running).toBe(0);
  });

  test("hears of a signal", async () => {
    const { clock, options } = world();
    const controller = new AbortController();
    const hand = byHand<string>();
    const live = outcomeOf(record(hand.readable, { ...options, signal: controller.signal }));
    await clock.advance(0);
    controller.abort(new DOMException("The user left.", "AbortError"));
    expect(await live).toMatchObject({ items: [], error: { code: "cancelled" } });
    expect(hand.cancelled).toMatchObject([{ message: "The user left." }]);
  });

  test("tells the maker of its source by a signal", async () => {
    const { clock, options } = world();
    let given: AbortSignal | undefined;
    const live = outcomeOf(
      record<string>(({ signal }) => {
        given = signal;
        return new Promise(() => undefined);
      }, options),
    );
    await clock.advance(0);
    await stop(options);
    expect(await live).toMatchObject({ error: { code: "cancelled" } });
    expect(given?.aborted).toBe(true);
  });

  test("does not hang where its source does not hear", async () => {
    const { options } = world();
    const deaf: AsyncIterable<string> = {
      [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }),
    };
    const live = outcomeOf(record(deaf, options));
    await options.clock.advance(0);
    await stop(options);
    expect(await live).toMatchObject({ error: { code: "cancelled" } });
  });
});

describe("record, where somebody else has the id", () => {
  test("reads what they record, from the beginning, and cancels its own source", async () => {
    const { clock, options } = world();
    const first = byHand<string>();
    const second = byHand<string>();
    const live = outcomeOf(record(first.readable, options));
    await clock.advance(0);
    first.give("mill");
    await clock.advance(0);
    let isCalled = false;
    const following = outcomeOf(record(second.readable, options));
    const lazy = outcomeOf(
      record(() => {
        isCalled = true;
        return ["never"];
      }, options),
    );
    await clock.advance(0);
    expect(second.cancelled).toMatchObject([{ name: "AbortError" }]);
    first.give("race");
    first.close();
    await clock.advance(20);
    const whole = { items: ["mill", "race"] };
    expect(await Promise.all([live, following, lazy])).toEqual([whole, whole, whole]);
    expect(isCalled).toBe(false);
    expect(await outcomeOf(record(["again"], options))).toEqual(whole);
  });

  test("fails, if asked to", async () => {
    const { options } = world();
    await outcomeOf(record(["mill"], options));
    const source = countingSource(["race"]);
    const held = record(source.readable, { ...options, onHeld: "error" });
    expect(await outcomeOf(held)).toMatchObject({
      items: [],
      error: { code: "held", status: 409 },
    });
    expect(source.cancelled).toBe(true);
  });

  test("fails where half a stream stands that nobody produces any more, until it is deleted", async () => {
    const { clock, store, options } = world();
    const { epoch } = (await store.acquire(id, { lease: 10, ttl: 100_000 }))!;
    await store.append(id, epoch, [{ seq: 1, text: '"mill"' }]);
    await clock.advance(20);
    expect(await outcomeOf(record(["race"], options))).toMatchObject({
      items: [],
      error: { code: "interrupted", seq: 1 },
    });
    await store.delete(id);
    expect(await outcomeOf(record(["race"], options))).toEqual({ items: ["race"] });
  });

  test("ends for a follower when its own signal aborts, and leaves the producer alone", async () => {
    const { clock, options } = world();
    const hand = byHand<string>();
    const live = outcomeOf(record(hand.readable, options));
    await clock.advance(0);
    hand.give("mill");
    const counting = new AbortController();
    const { signal } = counting;
    const following = outcomeOf(record(["never"], { ...options, signal }));
    await clock.advance(20);
    counting.abort(new Error("gone"));
    expect(await following).toMatchObject({ items: ["mill"], error: { message: "gone" } });
    hand.close();
    await clock.advance(20);
    expect(await live).toEqual({ items: ["mill"] });
    const late = record(["never"], { ...options, signal });
    expect(await outcomeOf(late)).toMatchObject({ items: [], error: { message: "gone" } });
    expect(clock.running).toBe(0);
  });

  test("minds no source that somebody else reads", async () => {
    const { options } = world();
    await outcomeOf(record(["mill"], options));
    const locked = new ReadableStream<string>();
    locked.getReader();
    expect(await outcomeOf(record(locked, options))).toEqual({ items: ["mill"] });
    const failed = await outcomeOf(record(locked, { ...options, id: "chat-2" }));
    expect(failed).toMatchObject({ items: [], error: { name: "TypeError" } });
  });

  test("begins where somebody else has died before the first value", async () => {
    const { clock, store, options } = world();
    await store.acquire(id, { lease: 10, ttl: 100_000 });
    await clock.advance(20);
    expect(await outcomeOf(record(["mill"], options))).toEqual({ items: ["mill"] });
  });

  test("reads on what its successor writes, once it is taken for dead", async () => {
    const { clock, store, options } = world();
    const hand = byHand<string>();
    // A process that stands still: its signs of life do not arrive.
    const stopped = unreliable(store, (call) => (call === "renew" ? "silent" : "done"));
    const live = outcomeOf(record(hand.readable, { ...options, store: stopped }));
    await clock.advance(0);
    hand.give("mill");
    await clock.advance(16_000);
    const { epoch } = (await store.acquire(id, { lease: 15_000, ttl: 100_000 }))!;
    hand.give("zombie");
    await clock.advance(20);
    await store.append(
      id,
      epoch,
      [
        { seq: 2, text: '"race"' },
        { seq: 3, text: '!{"type":"done"}' },
      ],
      { end: true },
    );
    await clock.advance(20);
    expect(await live).toEqual({ items: ["mill", "race"] });
    expect(hand.cancelled).toMatchObject([{ name: "AbortError" }]);
    expect(clock.running).toBe(0);
  });
});

describe("record, when its store fails", () => {
  test("loses nothing and doubles nothing while it is away for a while", async () => {
    const { clock, store } = world();
    let fate: Fate = "done";
    const bad = unreliable(store, (call) => (call === "append" ? fate : "done"));
    const hand = byHand<number>();
    const live = outcomeOf(record(hand.readable, { id, store: bad, clock }));
    await clock.advance(0);
    const values = numbers(60);
    for (const value of values) {
      fate = value % 7 < 2 ? "refused" : value % 7 < 4 ? "lost" : "done";
      hand.give(value);
      await clock.advance(15);
    }
    fate = "done";
    hand.close();
    await clock.advance(3_000);
    expect(await live).toEqual({ items: values });
    expect(await outcomeOf(replay({ id, store, clock }))).toEqual({ items: values });
    expect(clock.running).toBe(0);
  });

  test.each<Fate>(["refused", "silent"])(
    "fails when it is %s for too long, and stops its source",
    async (fate) => {
      const { clock, store } = world();
      let now: Fate = "done";
      const bad = unreliable(store, (call) => (call === "append" ? now : "done"));
      const hand = byHand<number>();
      const live = outcomeOf(record(hand.readable, { id, store: bad, clock, patience: 5_000 }));
      await clock.advance(0);
      hand.give(1);
      await clock.advance(20);
      now = fate;
      hand.give(2);
      await clock.advance(12_000);
      expect(await live).toMatchObject({ items: [1], error: { code: "store", status: 503 } });
      expect(hand.cancelled).toMatchObject([{ code: "store" }]);
      expect(clock.running).toBe(0);
    },
  );

  test("fails where it has lost what it had confirmed, rather than to leave a gap", async () => {
    const { clock, store, options } = world();
    const hand = byHand<number>();
    let isLost = false;
    const forgetful = {
      ...store,
      append: (...parameters: Parameters<typeof store.append>) =>
        isLost
          ? Promise.reject(new StoreError("Cannot append: entry 1 is missing", { code: "gap", id }))
          : store.append(...parameters),
    };
    const live = outcomeOf(record(hand.readable, { ...options, store: forgetful }));
    await clock.advance(0);
    hand.give(1);
    await clock.advance(20);
    isLost = true;
    hand.give(2);
    await clock.advance(20);
    expect(await live).toMatchObject({ items: [1], error: { code: "store" } });
  });

  test("fails when a batch is refused and nothing is heard of another one", async () => {
    const { clock, store } = world();
    const fates: Fate[] = ["done", "refused", "silent"];
    const bad = unreliable(store, (call) =>
      call === "append" ? (fates.shift() ?? "silent") : "done",
    );
    const hand = byHand<number>();
    const live = outcomeOf(record(hand.readable, { id, store: bad, clock, patience: 5_000 }));
    await clock.advance(0);
    hand.give(1);
    await clock.advance(20);
    hand.give(...numbers(32));
    await clock.advance(12_000);
    expect(await live).toMatchObject({ items: [1], error: { code: "store" } });
    expect(clock.running).toBe(0);
  });

  test("does not wait for it when it is cancelled before it could begin", async () => {
    const { clock, store } = world();
    const bad = unreliable(store, () => "silent");
    const source = countingSource(["mill"]);
    const options = { id, store: bad, clock, onDisconnect: "cancel" } as const;
    await record(source.readable, options).cancel("gone");
    expect(source.cancelled).toBe(true);
  });

  test.each<Call>(["append", "renew", "attend", "status", "stopped"])(
    "takes what it throws in %s for a rejection",
    async (call) => {
      const { clock, store, options } = world();
      let isDown = false;
      const throwing: Store = {
        ...store,
        [call]: (...given: never[]) => {
          if (isDown) throw new Error("The connection is down");
          return (store[call] as (...given: never[]) => unknown)(...given);
        },
      };
      const hand = byHand<number>();
      const reader = record(hand.readable, { ...options, store: throwing }).getReader();
      hand.give(1);
      await clock.advance(100);
      isDown = true;
      const following = outcomeOf(replay(options));
      const failing = outcomeOf(replay({ ...options, store: throwing }));
      hand.give(2);
      await clock.advance(6_000);
      isDown = false;
      void reader.cancel(); // the others read on
      hand.close();
      await clock.advance(4_000);
      expect(await following).toEqual({ items: [1, 2] });
      expect(await failing).toEqual({ items: [1, 2] });
    },
  );

  test("begins once the store is there", async () => {
    const { clock, store } = world();
    const fates: Fate[] = ["refused", "refused", "lost", "refused"];
    const bad = unreliable(store, (call) =>
      call === "acquire" ? (fates.shift() ?? "done") : "done",
    );
    const live = outcomeOf(record(["mill"], { id, store: bad, clock, lease: 4_000 }));
    await clock.advance(10_000);
    expect(await live).toEqual({ items: ["mill"] });
  });

  test("fails where it cannot begin", async () => {
    const { clock, store } = world();
    const bad = unreliable(store, (call) => (call === "acquire" ? "silent" : "done"));
    const source = countingSource(["mill"]);
    const live = outcomeOf(record(source.readable, { id, store: bad, clock, patience: 3_000 }));
    await clock.advance(4_000);
    expect(await live).toMatchObject({ items: [], error: { code: "store" } });
    expect(source.cancelled).toBe(true);
    expect(clock.running).toBe(0);
  });
});

function storedTexts(store: ReturnType<typeof memoryStore>): ReadableStream<string> {
  return new ReadableStream({
    async start(controller) {
      for await (const batch of store.read(id, 0))
        for (const { text } of batch) controller.enqueue(text);
      controller.close();
    },
  });
}

function refuseToSay(): never {
  throw new Error("I do not say");
}
