import { isDeepStrictEqual } from "node:util";
import { isStageError, run } from "@millrace/core";
import { cuts } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { partialJson } from "../partial-json.ts";
import { damaged, documents } from "./documents.fixture.ts";
import { accepted, refused } from "./grammar.fixture.ts";

describe("The grammar of partialJson", () => {
  test("has a table of at least 150 texts", () => {
    expect(accepted.length + refused.length).toBeGreaterThan(150);
  });

  test.each(accepted)("takes %j", (text) => {
    const expected = parse(text);
    for (const chunks of [[text], text.split("")]) {
      const last = run(partialJson(), chunks).at(-1)!;
      expect(last.complete).toBe(true);
      expectSame(last.value, expected);
    }
  });

  test.each(refused)("refuses %j at %i", (text, offset) => {
    expect(() => parse(text)).toThrow();
    for (const chunks of [[text], text.split("")]) {
      let error: unknown;
      try {
        run(partialJson(), chunks);
      } catch (thrown) {
        error = thrown;
      }
      expect(isStageError(error, offset < text.length ? "parse" : "incomplete")).toBe(true);
      expect(error).toMatchObject({ offset });
    }
  });

  test("is that of JSON.parse for all that is JSON", () => {
    fc.assert(
      fc.property(cuts(documents), (chunks) => {
        const last = run(partialJson(), chunks).at(-1)!;
        expect(last.complete).toBe(true);
        expectSame(last.value, parse(chunks.join("")));
      }),
      { numRuns: 400 },
    );
  });

  test("is that of JSON.parse for what nearly is JSON", () => {
    fc.assert(
      fc.property(cuts(damaged), (chunks) => {
        const text = chunks.join("");
        if (text.trim() === "") return;
        let expected: { value: unknown } | undefined;
        try {
          expected = { value: parse(text) };
        } catch {
          expect(() => run(partialJson(), chunks)).toThrow();
          return;
        }
        expectSame(run(partialJson(), chunks).at(-1)!.value, expected.value);
      }),
      { numRuns: 1000 },
    );
  });
});

function parse(text: string): unknown {
  return JSON.parse(text) as unknown;
}

/** By value, and in the order of members; -0 is not 0. */
function expectSame(value: unknown, expected: unknown): void {
  expect(isDeepStrictEqual(value, expected)).toBe(true);
  expect(JSON.stringify(value)).toBe(JSON.stringify(expected));
}
