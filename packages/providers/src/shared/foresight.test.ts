import { describe, expect, test } from "vitest";
import { foresight, type Places } from "./foresight.ts";

/** What is foreseen of the texts behind the first. */
function foresee(places: Places, first: string, ...texts: string[]): (string | undefined)[] {
  return texts.map((text) => {
    const frame = foresight();
    frame.learn(first, places);
    return frame.foresee(text);
  });
}

describe("foresight", () => {
  test("reads the one string that differs, and forgets at the first other difference", () => {
    const frame = foresight();
    frame.learn('{"a":1,"x":"b"}', { key: "x" });
    expect(frame.foresee('{"a":1,"x":"\\u0063\\n"}')).toBe("c\n");
    expect(frame.foresee('{"a":2,"x":"d"}')).toBeUndefined();
    expect(frame.foresee('{"a":1,"x":"d"}')).toBeUndefined();
  });

  test("follows a counter wherever it stands, if it is a whole number", () => {
    const places = { key: "x", counter: "n", padding: "p" };
    const frame = foresight();
    frame.learn('{"n":9,"p":"..","x":"a"}', places);
    expect(frame.foresee('{"n":10,"p":"","x":"b"}')).toBe("b");
    expect(frame.counter).toBe(10);
    expect(
      foresee(
        places,
        '{"x":"a","p":"","n": 9}',
        '{"x":"b","p":"","n": 0}',
        '{"x":"b","p":"","n": 01}',
        '{"x":"b","p":"","n": -1}',
        '{"x":"b","p":"","n": 1.5}',
        '{"x":"b","p":"","n": 1e3}',
        '{"x":"b","p":"","n": "1"}',
        '{"x":"b","p":"","n": 1234567890123456}',
        '{"x":"b","p":"","n": }',
        '{"x":"b","p":""}',
      ),
    ).toEqual(["b", ...Array.from({ length: 8 }, () => undefined)]);
    expect(foresee(places, '{"n":1.5,"p":"","x":"a"}', '{"n":2.5,"p":"","x":"b"}')).toEqual([
      undefined,
    ]);
    const twice = '{"o":{"n":1},"n":1,"p":"","x":"a"}';
    expect(foresee(places, twice, twice)).toEqual([undefined]);
  });

  test("overlooks spaces between closing brackets, and nowhere else", () => {
    const first = '{"d":{"x":"a"} }';
    expect(
      foresee(
        { key: "x" },
        first,
        '{"d":{"x":"b"}}',
        '{"d":{"x":"b"  }   }   ',
        '{"d":{"x":"b "}}',
        '{"d":{"x":"b"}',
        '{"d":{"x":"b"}}}',
        '{"d":{"x":"b"}]',
        '{"d":{"x":"b"}}\u00a0',
        '{ "d":{"x":"b"}}',
      ),
    ).toEqual(["b", "b", "b ", ...Array.from({ length: 5 }, () => undefined)]);
    expect(foresee({ key: "x" }, '{"x":"a","y":1 }', '{"x":"b","y":1}')).toEqual([undefined]);
  });
});
