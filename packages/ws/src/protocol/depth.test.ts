import * as fc from "fast-check";
import { expect, test } from "vitest";
import { isDeeper } from "./depth.ts";

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

test("It tells the depth of what JSON.parse would build", () => {
  const value = fc.jsonValue({
    maxDepth: 6,
    stringUnit: fc.constantFrom('"', "\\", "[", "{", "x"),
  });
  fc.assert(
    fc.property(value, fc.nat(7), (value, most) => {
      expect(isDeeper(JSON.stringify(value), most)).toBe(depthOf(value) > most);
    }),
    { numRuns: 2_000 },
  );
});

test("What is no JSON is read to its end, once", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('"', "\\", "[", "]", "x") }), (text) => {
      expect(isDeeper(text, 1_000)).toBe(false);
    }),
  );
  expect(isDeeper(`"${"\\".repeat(200_001)}`, 10)).toBe(false);
  expect(isDeeper('"\\"'.repeat(100_000), 10)).toBe(false);
});
