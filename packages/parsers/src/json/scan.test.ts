import { everyCut } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jsonScanner } from "./scan.ts";

/** What JSON.parse accepts. */
const VALID = [
  ...['""', '"\\u00e9\\uD83D\\ude00\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\u007f\u2028\ud800"', '"}]"'],
  ...["0", "-0", "10", "-1.50", "1e9", "1E+0", "0e-07", "123456789012345678901234567890", "1e999"],
  ...["true", "false", "null", " \t\r\nnull \t\r\n", "[]", "{}", "[[[]],{}]", " [ 1 , [ ] ] "],
  ...['{"a":1,"a":{"__proto__":[]},"":null}', '{"a" : [ true,"x" ] , "b":-0.1}'],
];

/** What it refuses, and where the first character stands that no JSON can have there. */
const INVALID: readonly [text: string, at: number][] = [
  ...[
    "x",
    "]",
    "}",
    ",",
    ":",
    "+1",
    ".5",
    "NaN",
    "Infinity",
    "undefined",
    "'a'",
    "\ufeff1",
    "\v1",
  ].map((text) => [text, 0] as [string, number]),
  ["01", 1],
  ["-01", 2],
  ["-a", 1],
  ["--1", 1],
  ["1.", 2],
  ["1.e1", 2],
  ["1.5.5", 3],
  ["1e", 2],
  ["1e+", 3],
  ["1e+-1", 3],
  ["1e5.5", 3],
  ["1ee", 2],
  ["1-1", 1],
  ["0x10", 1],
  ["1 2", 2],
  ["[1 2]", 3],
  ["truex", 4],
  ["trUe", 2],
  ["nul", 3],
  ['"\t"', 1],
  ['"a\n"', 2],
  ['"\0"', 1],
  ['"\\x41"', 2],
  ['"\\\'"', 2],
  ['"\\u12g4"', 5],
  ['"\\uD83D\\u"', 9],
  ['"a" "b"', 4],
  ["[1,]", 3],
  ["[,1]", 1],
  ["[1,,2]", 3],
  ["[1}", 2],
  ["[:", 1],
  ["[1:", 2],
  ["[]]", 2],
  ["[] x", 3],
  ["{1:2}", 1],
  ['{"a"}', 4],
  ['{"a",', 4],
  ['{"a":}', 5],
  ['{"a"::', 5],
  ['{"a":1,}', 7],
  ['{"a":1]', 6],
  ['{"a":1 "b"', 7],
  ['{"a":{}]', 7],
  ["{]", 1],
  ["{a:1}", 1],
  ["{'a':1}", 1],
  ["{,}", 1],
  ["[/**/1]", 1],
  ["[1]\u00a0", 3],
];

describe("jsonScanner", () => {
  test.each(VALID)("accepts %j", (text) => {
    expect(() => JSON.parse(text) as unknown).not.toThrow();
    expect(outcomes(text)).toEqual(["whole"]);
  });

  test.each(INVALID)("refuses %j at %d", (text, at) => {
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
    // Where the text just ends, it is not whole; otherwise, wrong there.
    expect(outcomes(text)).toEqual([at < text.length ? `wrong at ${String(at)}` : "not whole"]);
  });

  test("stops behind whole values, and behind the tokens of outer containers when told", () => {
    expect(stops('{"a":[1,{}]} ', 0)).toEqual(['{"a":[1,{}]}']);
    expect(stops('{"a":[1,{}] , "b" :2}', 1)).toEqual([
      "{",
      '"a"',
      ":",
      "[1,{}]",
      " ,",
      ' "b"',
      " :",
      "2",
      "}",
    ]);
    expect(stops("[[1]]", 2)).toEqual(["[", "[", "1", "]", "]"]);
  });

  test("knows how deep it may go", () => {
    const scanner = jsonScanner(2);
    expect(scanner.scan("[[]]", 0, -1)).toBe("more");
    scanner.restart();
    expect(scanner.scan('[{"a":[', 0, -1)).toBe("deep");
    expect(scanner.at()).toBe(6);
  });

  test("accepts what JSON.parse accepts, however it is cut, and nothing else", () => {
    const token = fc.constantFrom(
      ...["{", "}", "[", "]", ":", ",", '"', '"a"', "\\", "\\u00e9", "0", "-", "1.5", "e", "E+"],
      ...["true", "null", "fal", "se", " ", "\n", "\t", "x"],
    );
    const near = fc
      .tuple(fc.json(), fc.nat(), fc.nat(2), fc.string({ unit: token, maxLength: 1 }))
      .map(([json, at, removed, added]) => {
        const place = at % (json.length + 1);
        return json.slice(0, place) + added + json.slice(place + removed);
      });
    const input = fc.oneof(fc.json(), near, fc.string({ unit: token }));
    fc.assert(
      fc.property(input, (text) => {
        const [outcome, ...others] = outcomes(text);
        expect(others).toEqual([]);
        expect(outcome === "whole").toBe(isJson(text));
      }),
      { numRuns: 300 },
    );
  });
});

/** How the scan of a whole text ends, at every cut: the different ways. */
function outcomes(text: string): string[] {
  return Array.from(new Set(Array.from(everyCut(text), outcome)));
}

function outcome(pieces: readonly string[]): string {
  const scanner = jsonScanner(512);
  let offset = 0;
  for (const piece of pieces) {
    const verdict = scanner.scan(piece, 0, -1);
    if (verdict !== "more") return `${verdict} at ${String(offset + scanner.at())}`;
    offset += piece.length;
  }
  return scanner.end() ? "whole" : "not whole";
}

/** What stands between the places where a scan stops. */
function stops(text: string, surface: number): string[] {
  const scanner = jsonScanner(512);
  const found: string[] = [];
  let from = 0;
  while (scanner.scan(text, from, surface) === "token") {
    found.push(text.slice(from, scanner.at()));
    from = scanner.at();
  }
  return found;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
