import { describe, expect, test } from "vitest";
import { random } from "../inputs/random.ts";
import { trendOf, type Point } from "./trend.ts";

const draw = random(1);
const points = (measure: (done: number) => number): Point[] =>
  Array.from({ length: 16 }, (_, index) => [index * 9_000, measure(index * 9_000)] as const);

describe("a trend", () => {
  test("is what a line rises by", () => {
    expect(trendOf(points((done) => 1_000 + 12 * done))).toBe(12);
    expect(trendOf([[0, 1], [2, 5]])).toBe(2); // oxfmt-ignore
  });

  test("is nothing where there is but noise, and one outlier changes nothing", () => {
    const noise = points(() => 20e6 + 100_000 * (draw() - 0.5));
    expect(Math.abs(trendOf(noise))).toBeLessThan(1);
    noise[15] = [135_000, 40e6];
    expect(Math.abs(trendOf(noise))).toBeLessThan(1);
  });

  test("finds what leaks a few bytes each time, in the same noise", () => {
    const leak = points((done) => 20e6 + 16 * done + 100_000 * (draw() - 0.5));
    expect(trendOf(leak)).toBeGreaterThan(14);
  });
});
