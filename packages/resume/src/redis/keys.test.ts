import { expect, test } from "vitest";
import { isBehind, keysOf, placeAfter } from "./keys.ts";

test("All keys of a stream are in one slot, whatever its id", () => {
  for (const id of ["chat-1", "a}b", "{x}"]) {
    const slots = keysOf("app:", id).all.map((key) => /\{(.*?)\}/.exec(key)?.[1]);
    expect(new Set(slots).size).toBe(1);
  }
});

test("A reader goes on in the epoch that wrote what follows its cursor", () => {
  const starts = "100:0 101:57 107:57 108:90 ";
  expect(placeAfter(starts, 0)).toBe("100-0");
  expect(placeAfter(starts, 56)).toBe("100-56");
  expect(placeAfter(starts, 57)).toBe("107-57");
  expect(placeAfter(starts, 89)).toBe("107-89");
  expect(placeAfter(starts, 1_000)).toBe("108-1000");
});

test("Places are ordered by epoch, then by number, and not as text", () => {
  expect(isBehind("10-1", "9-99")).toBe(true);
  expect(isBehind("9-10", "9-9")).toBe(true);
  expect(isBehind("9-9", "9-9")).toBe(false);
  expect(isBehind("9-9", "10-0")).toBe(false);
});
