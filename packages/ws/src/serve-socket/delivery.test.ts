import { afterEach, expect, test, vi } from "vitest";
import { deliver } from "./delivery.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

/** Delivers items at hand to a network that takes all; says how many it was given. */
async function delivered(source: Iterable<unknown>): Promise<number> {
  let parts = 0;
  const { atRest } = deliver(() => Promise.resolve({ source, isLog: false }), {
    mayPart: () => true,
    begun: () => undefined,
    part: () => parts++,
    end: () => undefined,
    none: () => undefined,
    failed: () => undefined,
  });
  await atRest;
  return parts;
}

test("A timer that was set meanwhile fires after few items, if they take their time", async () => {
  let made = 0;
  let before = Infinity; // the timer has fired
  vi.spyOn(performance, "now").mockImplementation(() => made); // a millisecond an item
  function* items() {
    setTimeout(() => (before = made));
    while (before === Infinity && made < 100_000) yield made++;
  }
  await delivered(items());
  expect(before).toBeLessThan(100);
});

test("There is no rest where none is due", async () => {
  const timers = vi.spyOn(globalThis, "setTimeout");
  vi.spyOn(performance, "now").mockReturnValue(0);
  expect(await delivered(Array.from({ length: 10_000 }))).toBe(10_000);
  expect(timers).not.toHaveBeenCalled();
});
