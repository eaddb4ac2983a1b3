import { expect, test } from "vitest";
import { growth, histogram } from "./timing.ts";

const silences = (...counts: [number, number][]) =>
  histogram({ timePerChunk: { p50: 0, p90: 0, p99: 0, max: 0, counts } });

test("Each silence is in the bar of its length", () => {
  const bars = silences([0.001, 3], [0.002, 1], [0.099, 5], [7, 2]);
  expect(bars.filter(({ count }) => count > 0)).toEqual([
    { from: 0, below: 2, count: 3 },
    { from: 2, below: 5, count: 1 },
    { from: 50, below: 100, count: 5 },
    { from: 1000, below: Infinity, count: 2 },
  ]);
});

test("Without silences all bars are empty", () => {
  expect(histogram({ timePerChunk: undefined }).every(({ count }) => count === 0)).toBe(true);
});

test("The line of growth climbs from the first arrival to all there is", () => {
  const arrivals = [
    { at: 100, characters: 0 },
    { at: 500, characters: 30 },
    { at: 1000, characters: 40 },
  ];
  expect(growth(arrivals, 1000, 100)).toEqual([
    { x: 0.1, y: 0 },
    { x: 0.5, y: 0.75 },
    { x: 1, y: 1 },
  ]);
  expect(growth([], 0, 100)).toEqual([]);
});

test("The line has no more points than can be seen, and always the last one", () => {
  const arrivals = Array.from({ length: 10_000 }, (_, at) => ({ at, characters: at }));
  const points = growth(arrivals, 10_000, 50);
  expect(points.length).toBeLessThanOrEqual(51);
  expect(points.at(-1)).toEqual({ x: 0.9999, y: 1 });
});
