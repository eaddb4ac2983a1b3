import { describe, expect, test } from "vitest";
import { endsInHalf, isPair } from "./surrogates.ts";
import { wholeCharacters } from "./whole-characters.ts";

const WHEAT = "🌾";
const [HIGH, LOW] = WHEAT.split("") as [string, string];

describe("wholeCharacters", () => {
  function outputs(...texts: string[]): string[] {
    const given: string[] = [];
    const whole = wholeCharacters((text) => given.push(text));
    for (const text of texts) whole.put(text);
    whole.finish();
    return given;
  }

  test("holds half a character until the other half comes", () => {
    expect(outputs(`mill ${HIGH}`, `${LOW}!`)).toEqual(["mill ", `${WHEAT}!`]);
    expect(outputs(HIGH, LOW)).toEqual([WHEAT]);
  });

  test("gives whole text at once, and nothing for nothing", () => {
    expect(outputs("a", "", WHEAT)).toEqual(["a", WHEAT]);
    expect(outputs("")).toEqual([]);
  });

  test("loses no half that stays alone", () => {
    expect(outputs(HIGH, HIGH, "a")).toEqual([HIGH, `${HIGH}a`]);
    expect(outputs(LOW, "a", HIGH)).toEqual([LOW, "a", HIGH]);
  });

  test("holds no half that stands behind what failed", () => {
    const given: string[] = [];
    let isFailing = true;
    const whole = wholeCharacters((text) => {
      if (isFailing) throw new Error("too long");
      given.push(text);
    });
    expect(() => whole.put(`mill ${HIGH}`)).toThrow("too long");
    isFailing = false;
    whole.finish();
    expect(given).toEqual([]);
  });

  test("ends with a last text, behind what it held", () => {
    const given: string[] = [];
    const whole = wholeCharacters((text) => given.push(text));
    whole.put(HIGH);
    whole.finish(LOW);
    whole.finish();
    expect(given).toEqual([WHEAT]);
  });
});

test("half a character at the end is a high surrogate", () => {
  for (const text of ["a\ud800", "\udbff", HIGH]) expect(endsInHalf(text)).toBe(true);
  for (const text of ["", "a", "\ud7ff", "\udc00", WHEAT, `${HIGH}a`])
    expect(endsInHalf(text)).toBe(false);
});

test("a pair is one character of two units", () => {
  expect(isPair(`a${WHEAT}`, 1)).toBe(true);
  expect(isPair("\u{10000}", 0)).toBe(true);
  expect(isPair(`a${WHEAT}`, 2)).toBe(false);
  expect(isPair("\uffff", 0)).toBe(false);
  expect(isPair(HIGH, 0)).toBe(false);
  expect(isPair("a", 1)).toBe(false);
});
