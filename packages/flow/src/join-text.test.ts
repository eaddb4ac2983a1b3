import { run } from "@millrace/core";
import { laws, linear } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { joinText, type Hop } from "./index.ts";

const hops = (...texts: string[][]): Hop<string>[] =>
  texts.flatMap((pieces, index) => pieces.map((item) => ({ hop: index + 1, item })));

const joined = (options: Parameters<typeof joinText>[0], ...texts: string[][]): string =>
  run(joinText(options), hops(...texts)).join("");

describe("joinText", () => {
  test("The text of one source passes as it comes", () => {
    expect(run(joinText(), hops(["a", "", "b"]))).toEqual(["a", "b"]);
  });

  test("A source that goes on is joined, one that repeats the end is joined without it", () => {
    expect(joined({}, ["The mill turns sl"], ["owly."])).toBe("The mill turns slowly.");
    expect(joined({}, ["The mill turns sl"], ["turns slowly."])).toBe("The mill turns slowly.");
    expect(joined({}, ["The mill turns sl"], ["The mill turns slowly."])).toBe(
      "The mill turns slowly.",
    );
  });

  test("A repetition may come in any pieces, and break off", () => {
    const pieces = Array.from("turns slowly.");
    expect(joined({}, ["The mill turns sl"], pieces)).toBe("The mill turns slowly.");
    expect(joined({}, ["The mill turns sl"], ["turns"], ["turns sl", "owly."])).toBe(
      "The mill turns slowly.",
    );
  });

  test("What is short and begins inside a word, or is a single letter, is new", () => {
    expect(joined({}, ["the bel"], ["l rings"])).toBe("the bell rings");
    expect(joined({}, ["an e"], ["el swims"])).toBe("an eel swims");
  });

  test("A word that broke off may be begun anew", () => {
    expect(joined({}, ["the be"], ["bell rings"])).toBe("the bell rings");
  });

  test("A source may give nothing, and be known only by its number", () => {
    const items = [...hops(["The mill "]), { hop: 2 }, { hop: 3 }, { hop: 3, item: "mill turns" }];
    expect(run(joinText(), items).join("")).toBe("The mill turns");
  });

  test("All that came is a repetition, however short", () => {
    expect(joined({}, ["The"], ["The mill turns."])).toBe("The mill turns.");
  });

  test("maxOverlap 0 joins as it comes", () => {
    expect(joined({ maxOverlap: 0 }, ["ten times "], ["ten times over"])).toBe(
      "ten times ten times over",
    );
  });

  test.each([-1, NaN])("maxOverlap %s is refused", (maxOverlap) => {
    const message = `Cannot join text: maxOverlap must be 0 or more, not ${maxOverlap}`;
    expect(() => joinText({ maxOverlap })).toThrow(new RangeError(message));
  });

  test("The beginning of a source waits only while it may be a repetition", () => {
    const outputs: string[] = [];
    const machine = joinText().start((text) => outputs.push(text));
    machine.push({ hop: 1, item: "The mill turns sl" });
    machine.push({ hop: 2, item: "turns" });
    expect(outputs).toHaveLength(1);
    machine.push({ hop: 2, item: " sl" });
    machine.push({ hop: 2, item: "o" });
    machine.push({ hop: 2, item: "wly" });
    expect(outputs).toEqual(["The mill turns sl", "o", "wly"]);
  });

  test("A text that ends as a repetition could begin is new", () => {
    expect(joined({}, ["one two three four"], ["two"])).toBe("one two three fourtwo");
  });

  test("Other items pass as they are", () => {
    const items = [
      { hop: 1, item: 1 },
      { hop: 2, item: 1 },
    ];
    expect(run(joinText<number>(), items)).toEqual([1, 1]);
  });
});

const isWordPart = (text: string): boolean => /^[ab]/.test(text);

/** Whether the end of a text from a place on may be taken for a repetition. */
function mayBegin(text: string, at: number): boolean {
  if (at === 0) return true;
  const isInside = isWordPart(text.slice(at - 1)) && isWordPart(text.slice(at));
  return (!isInside || text.length - at >= 8) && /[ab].*[ab]/.test(text.slice(at));
}

/** Tries every length, from the longest down. */
function slowly(maxOverlap: number) {
  return (items: readonly Hop<string>[]): string[] => {
    let before = "";
    const first = items[0]?.hop;
    const last = items.at(-1)?.hop;
    for (let hop = 1; hop <= 4; hop++) {
      const text = items.flatMap((each) => (each.hop === hop ? [each.item ?? ""] : [])).join("");
      let overlap = 0;
      let undecided = false;
      const from = hop === first ? before.length : Math.max(0, before.length - maxOverlap);
      for (let at = from; at < before.length && overlap === 0; at++) {
        if (!mayBegin(before, at)) continue;
        const end = before.slice(at);
        if (text.startsWith(end)) overlap = end.length;
        else if (end.startsWith(text)) undecided = true;
        if (undecided && hop !== last) break;
      }
      if (!undecided || hop === last) before += text.slice(overlap);
    }
    return before === "" ? [] : [before];
  };
}

test.each([6, 1_000])("joinText keeps the laws, with overlaps up to %i", async (maxOverlap) => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", " "), maxLength: 12 });
  const input = fc
    .array(fc.tuple(fc.integer({ min: 1, max: 4 }), text), { maxLength: 8 })
    .map((items) =>
      items
        .map(([hop, item]): Hop<string> => ({ hop, item }))
        .sort((one, other) => one.hop - other.hop),
    );
  await laws("joinText", () => joinText({ maxOverlap }), {
    input,
    oracle: slowly(maxOverlap),
    join: (outputs) => outputs.join(""),
    samples: [
      hops(["ab ab"], ["ab", " ", "bb"], ["ab bb"]),
      hops([" a a a a"], [], ["a a", " a", " ab"]),
    ],
    continuations: (prefix) => {
      const hop = prefix.at(-1)?.hop ?? 1;
      // A source that fails takes what may be a repetition with it.
      return [...["a", "b", " "].map((item) => [{ hop, item }]), [{ hop: hop + 1 }]];
    },
    runs: 40,
  });
});

test("joinText is linear, whatever repeats", async () => {
  const repeated = (unit: string, length: number) => unit.repeat(length / unit.length);
  await linear("joinText", () => joinText({ maxOverlap: Infinity }), [
    (length) => hops([repeated("好", length)], [...Array.from(repeated("好", length - 1)), "b"]),
    (length) => hops([repeated("a ", length)], [...Array.from(repeated("a ", length - 2)), "b "]),
  ]);
});
