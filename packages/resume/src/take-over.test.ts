import { fakeClock } from "@millrace/testing";
import { describe, expect, test } from "vitest";
import { memoryStore } from "./memory-store.ts";
import { record } from "./record.ts";
import { replay } from "./replay.ts";
import { status } from "./status.ts";
import { stop } from "./stop.ts";
import { outcomeOf } from "../../core/src/outcome-of.fixture.ts";
import { byHand, unreliable } from "./streams.fixture.ts";
import { takeOver } from "./take-over.ts";

const id = "chat-1";
const LEASE = 15_000;

/** A stream whose producer stands still after some values; `hand` is its source. */
async function abandoned(...values: string[]) {
  const clock = fakeClock();
  const store = memoryStore({ clock });
  const options = { id, store, clock };
  const hand = byHand<string>();
  let isAlive = true;
  const dying = unreliable(store, (call) =>
    call === "stopped" || (call === "renew" && !isAlive) ? "silent" : "done",
  );
  const first = outcomeOf(record(hand.readable, { ...options, store: dying }));
  await clock.advance(0);
  hand.give(...values);
  await clock.advance(20);
  isAlive = false;
  await clock.advance(LEASE);
  return { clock, store, options, hand, first };
}

describe("takeOver", () => {
  test("goes on from what is there, for all who read", async () => {
    const { options, hand, first } = await abandoned("mill", "race");
    expect(await status(options)).toEqual({ state: "orphaned", oldest: 1, seq: 2 });
    const reader = outcomeOf(replay(options));
    const second = takeOver.entries<string>(options, async function* (soFar) {
      yield (await outcomeOf(soFar)).items.join();
      yield "wheel";
    });
    expect(await outcomeOf(second)).toEqual({
      items: [
        { seq: 3, value: "mill,race" },
        { seq: 4, value: "wheel" },
      ],
    });
    const whole = { items: ["mill", "race", "mill,race", "wheel"] };
    expect(await reader).toEqual(whole);
    hand.give("zombie");
    expect(await first).toEqual(whole);
    expect(hand.cancelled).toHaveLength(1);
    expect(await status(options)).toEqual({ state: "done", oldest: 1, seq: 5 });
    expect(options.clock.running).toBe(0);
  });

  test("refuses the zombie before it has written anything itself", async () => {
    const { clock, options, hand } = await abandoned("mill");
    const second = byHand<string>();
    const live = outcomeOf(takeOver(options, () => second.readable));
    await clock.advance(0);
    hand.give("zombie");
    await clock.advance(20);
    expect(hand.cancelled).toMatchObject([{ name: "AbortError" }]);
    second.give("race");
    second.close();
    await clock.advance(20);
    expect(await live).toEqual({ items: ["race"] });
    expect(await outcomeOf(replay(options))).toEqual({ items: ["mill", "race"] });
  });

  test("makes a source only for the one that takes over; others read", async () => {
    const { clock, options } = await abandoned("mill");
    const calls: number[] = [];
    const all = Array.from({ length: 5 }, (_, index) =>
      outcomeOf(
        takeOver<string>(options, () => {
          calls.push(index);
          return ["race"];
        }),
      ),
    );
    await clock.advance(1_000);
    expect(await Promise.all(all)).toEqual(Array(5).fill({ items: ["race"] }));
    expect(calls).toHaveLength(1);
  });

  test("takes nothing from a producer that lives, nor from a stream that has ended", async () => {
    const clock = fakeClock();
    const options = { id, store: memoryStore({ clock }), clock };
    const hand = byHand<string>();
    void record(hand.readable, options);
    await clock.advance(0);
    hand.give("mill");
    await clock.advance(20);
    const never = () => Promise.reject(new Error("never"));
    const reading = outcomeOf(takeOver(options, never));
    const refused = outcomeOf(takeOver(options, never));
    expect(await outcomeOf(takeOver({ ...options, onHeld: "error" }, never))).toMatchObject({
      error: { code: "held" },
    });
    hand.give("race");
    hand.close();
    await clock.advance(20);
    expect(await reading).toEqual({ items: ["race"] });
    expect(await refused).toEqual({ items: ["race"] });
    expect(await outcomeOf(takeOver(options, never))).toEqual({ items: [] });
  });

  test("knows no stream that was never begun, and begins none", async () => {
    const store = memoryStore();
    const taken = takeOver({ id, store }, () => ["mill"]);
    expect(await outcomeOf(taken)).toMatchObject({ items: [], error: { code: "missing" } });
    expect(await status({ id, store })).toEqual({ state: "missing" });
  });

  test("records what goes wrong while it goes on", async () => {
    const { options } = await abandoned("mill");
    const failed = { items: ["mill"], error: { message: "no model" } };
    await outcomeOf(takeOver(options, () => Promise.reject(new Error("no model"))));
    expect(await outcomeOf(replay(options))).toMatchObject(failed);
    expect(await status(options)).toMatchObject({ state: "error", seq: 2 });
  });

  test("stops at once where somebody asked the dead one to stop", async () => {
    const { clock, store, options } = await abandoned("mill");
    await store.stop(id, "Enough.");
    const second = byHand<string>();
    const live = outcomeOf(takeOver(options, () => second.readable));
    await clock.advance(20);
    expect(await live).toMatchObject({ items: [], error: { code: "cancelled" } });
    expect(second.cancelled).toHaveLength(1);
    expect(await stop(options)).toBe(false);
  });

  test("gives nothing so far where the dead one has written nothing", async () => {
    const { options } = await abandoned();
    const live = takeOver<string>(options, async function* (soFar) {
      yield String((await outcomeOf(soFar)).items.length);
    });
    expect(await outcomeOf(live)).toEqual({ items: ["0"] });
  });

  test("stays the producer while it thinks", async () => {
    const { clock, options } = await abandoned("mill");
    let resolve!: (words: string[]) => void;
    const live = outcomeOf(
      takeOver<string>(options, () => new Promise((given) => (resolve = given))),
    );
    await clock.advance(10 * LEASE);
    expect(await status(options)).toMatchObject({ state: "live" });
    resolve(["race"]);
    await clock.advance(20);
    expect(await live).toEqual({ items: ["race"] });
  });

  test("may be taken over in turn", async () => {
    const { clock, store, options } = await abandoned("one");
    const dead = unreliable(store, (call) => (call === "renew" ? "silent" : "done"));
    const second = byHand<string>();
    const live = outcomeOf(takeOver({ ...options, store: dead }, () => second.readable));
    await clock.advance(0);
    second.give("two");
    await clock.advance(LEASE + 1);
    await outcomeOf(takeOver<string>(options, () => ["three"]));
    second.give("zombie");
    await clock.advance(20);
    expect(await live).toEqual({ items: ["two", "three"] });
    expect(await outcomeOf(replay(options))).toEqual({ items: ["one", "two", "three"] });
  });
});
