import { describe, expect, test } from "vitest";
import { answers, tokens, type Answer } from "./index.ts";

const LONE_SURROGATE = /\p{Surrogate}/u;

describe("tokens", () => {
  test("are words with the space before them, signs and line ends", () => {
    expect(tokens("The mill turns.\n\nIt is 1,250 kg!")).toEqual([
      ...["The", " mill", " turns", ".", "\n\n", "It", " is", " ", "1", ",", "250", " kg", "!"],
    ]);
  });

  test("keep a contraction's end together", () => {
    expect(tokens("I'm sure it's 'so'")).toEqual([
      ...["I", "'m", " sure", " it", "'s", " '", "so", "'"],
    ]);
  });

  test("keep the spaces of an indented line apart from its word", () => {
    expect(tokens("if:\n    go")).toEqual(["if", ":", "\n", "   ", " go"]);
  });

  test("join to their text and never split a character of it", () => {
    for (const { text = "" } of Object.values<Answer>(answers)) {
      const pieces = tokens(text, 7);
      expect(pieces.join("")).toBe(text);
      expect(pieces.filter((piece) => piece === "" || LONE_SURROGATE.test(piece))).toEqual([]);
    }
  });

  test("cut long words in other places for other seeds, in the same for the same", () => {
    const word = "watermillwrightsapprentice";
    expect(tokens(word, 3)).toEqual(tokens(word, 3));
    const cuts = new Set([1, 2, 3, 4].map((seed) => tokens(word, seed).join("|")));
    expect(cuts.size).toBeGreaterThan(1);
  });
});
