import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jsonLimits } from "./limits.ts";
import { jsonReader } from "./reader.ts";

const STREAM = { stage: "numbers", action: "read numbers", unit: "a value" };

describe("jsonReader", () => {
  test("is not misled by what looks like the place between two values", () => {
    const texts = ["}{", "},{", '"}{"', "]{", '"" "', '\\" "', '\\\\"\\', "", "x".repeat(300)];
    const value = fc.oneof(
      fc.record({ a: fc.constantFrom(...texts), b: fc.array(fc.record({ c: fc.nat() })) }),
      fc.array(fc.constantFrom<unknown>({}, [], 1, ...texts)),
      fc.constantFrom(...texts),
    );
    const input = fc.array(fc.tuple(value, fc.constantFrom("", "\n", " ", "  \n")), {
      size: "large",
    });
    fc.assert(
      fc.property(input, fc.constantFrom(100, 700, 2_000, 5_000), (values, size) => {
        const text = values.map(([one, space]) => JSON.stringify(one) + space).join("");
        expect(readAll(text, size)).toEqual(values.map(([one]) => one));
      }),
      { numRuns: 100 },
    );
  });

  test("finds the end of values that come in pieces, whatever is in their strings", () => {
    const text = ['{"a\\\\":"\\"}","b":["\\\\\\"",{}]}', '"\\\\"', '"}{"', "[[],[{}]]"];
    for (const size of [1, 2, 3, 5, 7]) {
      expect(readAll(text.join(""), size)).toEqual(text.map((one) => JSON.parse(one) as unknown));
    }
  });

  test("finds what is wrong in a value when that ends, or goes on for long", () => {
    const more = " ".repeat(100);
    expect(readAll(`[1,,${more.repeat(9)}`, 100)).toEqual([]);
    expect(() => readAll(`[1,,${more.repeat(11)}`, 100)).toThrow('unexpected ","');
    expect(() => readAll(`[1,,${more.repeat(5)}]`, 100)).toThrow('unexpected ","');
    expect(() => readAll("[1,}", 1)).toThrow('unexpected "}"');
  });

  test("does not take a guess for proof that a value is within its limits", () => {
    const nested = "[[[[]]]]";
    const many = `${"[] ".repeat(200)}${nested} []`.padEnd(2_000);
    expect(() => readAll(many, many.length, { maxDepth: 3 })).toThrow("maxDepth 3");
    expect(readAll(many, many.length, { maxDepth: 4 })).toHaveLength(202);
    const long = `${"[1] ".repeat(200)}[12345] [1]`.padEnd(2_000);
    expect(() => readAll(long, long.length, { maxLength: 6 })).toThrow("maxLength 6");
    expect(readAll(long, long.length, { maxLength: 7 })).toHaveLength(202);
  });
});

/** All values of a text, read in chunks of a size. */
function readAll(
  text: string,
  size: number,
  limits: { maxLength?: number; maxDepth?: number } = {},
): unknown[] {
  const reader = jsonReader(jsonLimits({ ...STREAM, ...limits }));
  const found: unknown[] = [];
  for (let from = 0; from < text.length; from += size) {
    const chunk = text.slice(from, from + size);
    let at = 0;
    while (at < chunk.length) {
      if (!reader.isOpen() && chunk.charAt(at).trim() === "") at++;
      else {
        if (!reader.isOpen()) reader.scanner.restart();
        at = reader.read(chunk, at, 0, true);
        if (at === -1) break;
        found.push(reader.value());
      }
    }
    reader.pass(chunk);
  }
  return found;
}
