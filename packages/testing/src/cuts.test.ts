import { map } from "@millrace/core";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { cuts, everyCut, roundTrip, someCuts } from "./index.ts";
import { markedPlaces } from "./marked-places.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

// Whichever run these tests stand in, they look at the quick one, unless they say so.
beforeEach(() => {
  vi.stubEnv("MILLRACE_LONG", undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

describe("everyCut", () => {
  test("tries the whole, each unit, empty pieces, and each cut in two", () => {
    expect([...everyCut("ab")].slice(0, 6)).toEqual([
      ["ab"],
      ["a", "b"],
      ["", "a", "", "b", ""],
      ["", "ab"],
      ["a", "b"],
      ["ab", ""],
    ]);
  });

  test("gives pieces that join to the whole, the same ones each time", () => {
    const whole = "Wasser\r\nläuft 🌊 \\u00fc";
    const all = [...everyCut(whole)];
    expect(all.every((pieces) => pieces.join("") === whole)).toBe(true);
    expect([...everyCut(whole)]).toEqual(all);
    expect(all.length).toBe(3 + whole.length + 1 + 20);
  });

  test("cuts bytes without copying them, so that stages meet a byteOffset", () => {
    const whole = bytesOf("é");
    const pieces = [...everyCut(whole)][1]!;
    expect(pieces).toEqual([new Uint8Array([0xc3]), new Uint8Array([0xa9])]);
    expect(pieces[1]!.buffer).toBe(whole.buffer);
  });

  test("cuts an array into its items, and nothing to nothing", () => {
    expect([...everyCut([1, 2, 3])]).toEqual([[1, 2, 3]]);
    expect([...everyCut([])]).toEqual([[]]);
    expect([...everyCut("")].every((pieces) => pieces.join("") === "")).toBe(true);
  });

  test("cuts what is longer than 4 kB at marked places only", () => {
    const whole = `${"x".repeat(5_000)}\r\n${"y".repeat(5_000)}`;
    const inTwo = [...everyCut(whole)].slice(3, -20);
    expect(inTwo.length).toBeLessThan(200);
    expect(inTwo).toContainEqual([`${"x".repeat(5_000)}\r`, `\n${"y".repeat(5_000)}`]);
  });
});

describe("someCuts", () => {
  const recorded = 'data: {"delta":"läuft \\u00fc 🌊"}\r\n\r\n'.repeat(500);

  test("tries the whole, each unit, empty pieces, and cuts at random", () => {
    const all = [...someCuts(recorded)];
    expect(all[0]).toEqual([recorded]);
    expect(all[1]).toEqual(recorded.split(""));
    expect(all[2]!.length).toBe(2 * recorded.length + 1);
    expect(all.every((pieces) => pieces.join("") === recorded)).toBe(true);
    expect(all.slice(-5).some((pieces) => pieces.length > 2)).toBe(true);
    expect([...someCuts(recorded)]).toEqual(all);
  });

  test.each<[string, RegExp]>([
    ["inside a CRLF", /\r$/],
    ["inside a surrogate pair", /[\ud800-\udbff]$/],
    ["inside an escape", /\\u00$/],
    ["inside a field name", /(^|\n)da?t?$/],
  ])("cuts in two %s, some times and not each time", (_, end) => {
    const isThere = (cut: string[]): boolean => cut.length === 2 && end.test(cut[0]!);
    const count = [...someCuts(recorded)].filter(isThere).length;
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThanOrEqual(16);
  });

  test("cuts bytes inside a UTF-8 sequence, and an array into its items", () => {
    const bytes = bytesOf(recorded);
    const places = [...someCuts(bytes)].filter(({ length }) => length === 2);
    expect(places.some(([, after]) => (after![0]! & 0xc0) === 0x80)).toBe(true);
    expect([...someCuts([1, 2])]).toEqual([[1, 2]]);
  });
});

describe("marked places are", () => {
  const far = "x".repeat(100);

  test.each([
    ["inside a CRLF", "a\r\n", [2]],
    ["inside a surrogate pair", "a🌊", [2]],
    ["inside an escape", "a\\n", [2]],
    ["inside a field name", "\ndata: ab", [1, 2, 3, 4, 5]],
  ])("%s", (_, text, places) => {
    expect(markedPlaces(text + far)).toEqual(expect.arrayContaining(places));
    // Nothing else but both ends is marked in front of the tail.
    const front = markedPlaces(far + far).filter((place) => place <= 100);
    expect(front).toEqual([0]);
  });

  test("inside a UTF-8 sequence", () => {
    const places = markedPlaces(bytesOf(`a🌊${far}`));
    expect(places.filter((place) => place < 20)).toEqual([0, 2, 3, 4]);
  });

  test("in the last 64 units", () => {
    expect(markedPlaces(far)).toEqual([0, ...Array.from({ length: 65 }, (_, at) => 36 + at)]);
  });

  test("not more than 64 of a kind, from the first to the last", () => {
    const places = markedPlaces("\r\n".repeat(5_000));
    expect(places.length).toBeLessThanOrEqual(2 + 64 + 64);
    expect(places).toContain(1);
  });
});

describe("cuts", () => {
  test("joins to the input and has empty pieces among others", () => {
    const seen = fc.sample(cuts(fc.constant<string>("race")), 200);
    expect(seen.every((pieces) => pieces.join("") === "race")).toBe(true);
    expect(seen.some((pieces) => pieces.includes(""))).toBe(true);
    expect(seen.some((pieces) => pieces.length > 4)).toBe(true);
  });

  test("shrinks to a short input with one cut", () => {
    const found = fc.check(
      fc.property(cuts(fc.string()), (pieces) => pieces.join("").length < 3 || pieces.length < 2),
    );
    const [pieces = []] = found.counterexample ?? [];
    expect(pieces.length).toBe(2);
    expect(pieces.join("").length).toBe(3);
  });
});

describe("in the long run", () => {
  test("every cut is tried where some would do, and every place of longer texts", () => {
    const text = "ab\r\n".repeat(1_100); // above the length up to which every place is cut
    const count = (cuttings: Iterable<unknown>) => Array.from(cuttings).length;
    const [some, every] = [count(someCuts(text)), count(everyCut(text))];
    expect(some).toBeLessThan(every);
    vi.stubEnv("MILLRACE_LONG", "1");
    expect(count(everyCut(text))).toBeGreaterThan(text.length);
    expect(count(everyCut(text))).toBeGreaterThan(every);
    expect(count(someCuts(text))).toBe(count(everyCut(text)));
  });

  test("ten times as many inputs are generated", async () => {
    const generate = async () => {
      let streams = 0;
      await roundTrip("numbers", {
        values: fc.nat(),
        encode: () => {
          streams++;
          return map((number: number) => `${number}\n`);
        },
        decode: () => map(Number),
        expected: (values) => values,
        ...{ maxLength: 0, runs: 3, seed: 1 },
      });
      return streams;
    };
    const short = await generate();
    vi.stubEnv("MILLRACE_LONG", "1");
    expect(await generate()).toBe(10 * short);
  });
});
