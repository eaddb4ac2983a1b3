import * as fc from "fast-check";
import { expect, test } from "vitest";
import { byteLength, isLonger } from "./bytes.ts";

const text = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }));

test("It counts what TextEncoder makes, also of lone surrogates", () => {
  const encoder = new TextEncoder();
  const anything = fc.oneof(
    text,
    fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units)),
  );
  fc.assert(
    fc.property(anything, fc.nat(200), (text, most) => {
      const { length } = encoder.encode(text);
      expect(byteLength(text)).toBe(length);
      expect(isLonger(text, most)).toBe(length > most);
      expect(isLonger(text, length)).toBe(false);
      expect(isLonger(text, length - 1)).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});
