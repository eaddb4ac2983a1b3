import { expect, test } from "vitest";
import { openRate } from "./rate.ts";

test("So many may come in a second, and twice as many in one go", () => {
  const mayCome = openRate(10, 0);
  const burst = Array.from({ length: 25 }, () => mayCome(0)).filter(Boolean);
  expect(burst).toHaveLength(20);
  const second = Array.from({ length: 1_000 }, (_, ms) => mayCome(ms + 1)).filter(Boolean);
  expect(second).toHaveLength(10);
  expect(mayCome(60_000)).toBe(true);
  expect(openRate(Infinity, 0)(0)).toBe(true);
});
