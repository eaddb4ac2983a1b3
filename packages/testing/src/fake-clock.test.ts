import { expect, test } from "vitest";
import { fakeClock } from "./index.ts";

test("Timers call back in the order of their time, each at its time", async () => {
  const clock = fakeClock();
  const seen: [string, number][] = [];
  const note = (name: string) => () => {
    seen.push([name, clock.now()]);
  };
  clock.after(20, note("later"));
  clock.after(10, note("first"));
  clock.after(20, note("last"));
  await clock.advance(15);
  expect(seen).toEqual([["first", 10]]);
  expect(clock.now()).toBe(15);
  await clock.advance(5);
  expect(seen).toEqual([
    ["first", 10],
    ["later", 20],
    ["last", 20],
  ]);
});

test("A timer that is stopped does not call back", async () => {
  const clock = fakeClock();
  let rang = false;
  const stop = clock.after(10, () => {
    rang = true;
  });
  expect(clock.running).toBe(1);
  stop();
  expect(clock.running).toBe(0);
  await clock.advance(100);
  expect(rang).toBe(false);
});

test("What a timer starts falls due within the same advance", async () => {
  const clock = fakeClock();
  const seen: number[] = [];
  const again = async () => {
    seen.push(clock.now());
    await Promise.resolve();
    if (seen.length < 3) clock.after(10, () => void again());
  };
  clock.after(10, () => void again());
  await clock.advance(30);
  expect(seen).toEqual([10, 20, 30]);
});

test("It never goes back, also when it is told twice at once", async () => {
  const clock = fakeClock();
  await Promise.all([clock.advance(100), clock.advance(10)]);
  expect(clock.now()).toBe(100);
  await clock.advance(-1);
  expect(clock.now()).toBe(100);
});

test("What is no number is no time, as it is to the platform's timers", async () => {
  const clock = fakeClock();
  await clock.advance(5);
  await clock.advance(Number.NaN);
  expect(clock.now()).toBe(5);
  const seen: number[] = [];
  clock.after(Number.NaN, () => seen.push(clock.now()));
  await clock.advance(1);
  expect(seen).toEqual([5]);
  expect(clock.running).toBe(0);
});
