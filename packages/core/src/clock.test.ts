import { expect, test } from "vitest";
import { systemClock } from "./clock.ts";

test("A timer calls back once, not before its time", async () => {
  const begun = systemClock.now();
  await new Promise<void>((resolve) => {
    systemClock.after(10, resolve);
  });
  // Timers count whole milliseconds, the clock counts their fractions.
  expect(systemClock.now() - begun).toBeGreaterThanOrEqual(9);
});

test("A timer that is stopped does not call back", async () => {
  let rang = false;
  systemClock.after(1, () => {
    rang = true;
  })();
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(rang).toBe(false);
});

test("A delay that is too long for a timer does not call back at once", async () => {
  for (const delay of [2 ** 31, Infinity]) {
    let rang = false;
    systemClock.after(delay, () => {
      rang = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(rang).toBe(false);
  }
});

test("A delay that never ends can be stopped, too", () => {
  expect(() => {
    systemClock.after(Infinity, () => undefined)();
  }).not.toThrow();
});
