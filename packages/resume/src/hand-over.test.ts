import { fakeClock } from "@millrace/testing";
import { describe, expect, test } from "vitest";
import { memoryStore } from "./memory-store.ts";
import { record } from "./record.ts";
import { replay } from "./replay.ts";
import { status } from "./status.ts";
import { outcomeOf } from "../../core/src/outcome-of.fixture.ts";
import { byHand } from "./streams.fixture.ts";
import { takeOver } from "./take-over.ts";

const id = "chat-1";
const LEASE = 15_000;

/** A stream that a process records, which is about to close. */
async function closing(...values: string[]) {
  const clock = fakeClock();
  const options = { id, store: memoryStore({ clock }), clock };
  const hand = byHand<string>();
  const process = new AbortController();
  const first = outcomeOf(record(hand.readable, { ...options, handOver: process.signal }));
  await clock.advance(0);
  hand.give(...values);
  await clock.advance(20);
  return { clock, options, hand, first, process };
}

describe("a stream that is handed over", () => {
  test("is an orphan once its lease is over, and its source is cancelled at once", async () => {
    const { clock, options, hand, process } = await closing("mill");
    process.abort("closing");
    expect(hand.cancelled).toEqual(["closing"]);
    expect((await status(options)).state).toBe("live");
    await clock.advance(LEASE);
    expect(await status(options)).toEqual({ state: "orphaned", oldest: 1, seq: 1 });
  });

  test("is gone on with by another process, for all who read, also where it began", async () => {
    const { clock, options, first, process } = await closing("mill");
    const reader = outcomeOf(
      replay<string>({
        ...options,
        onOrphaned() {
          void takeOver<string>(options, () => ["race"]).cancel();
        },
      }),
    );
    process.abort("closing");
    await clock.advance(LEASE + 1_000);
    const whole = { items: ["mill", "race"] };
    expect(await reader).toEqual(whole);
    expect(await first).toEqual(whole);
    expect(clock.running).toBe(0);
  });

  test("is not begun where the process is closing already", async () => {
    const clock = fakeClock();
    const options = { id, store: memoryStore({ clock }), clock };
    const hand = byHand<string>();
    const handOver = AbortSignal.abort("closing");
    const { items, error } = await outcomeOf(record(hand.readable, { ...options, handOver }));
    expect([items, error]).toMatchObject([[], { code: "missing" }]);
    expect(hand.cancelled).toEqual(["closing"]);
  });

  test("that has ended has ended", async () => {
    const { clock, options, hand, first, process } = await closing("mill");
    hand.close();
    await clock.advance(20);
    process.abort("closing");
    expect(await first).toEqual({ items: ["mill"] });
    expect((await status(options)).state).toBe("done");
  });
});

describe("a reader of an orphan", () => {
  test("is told of each death once", async () => {
    const { clock, options, process } = await closing("mill");
    const told: number[] = [];
    const reader = outcomeOf(
      replay<string>({ ...options, onOrphaned: () => told.push(clock.now()), grace: 60_000 }),
    );
    process.abort();
    await clock.advance(LEASE + 5_000);
    expect(told).toHaveLength(1);
    const second = new AbortController();
    const hand = byHand<string>();
    void takeOver({ ...options, handOver: second.signal }, () => hand.readable);
    await clock.advance(0);
    hand.give("race");
    await clock.advance(20);
    second.abort();
    await clock.advance(LEASE + 5_000);
    expect(told).toHaveLength(2);
    await clock.advance(60_000);
    expect(await reader).toMatchObject({ items: ["mill", "race"], error: { code: "interrupted" } });
  });
});
