import { fuse, run } from "@millrace/core";
import { laws } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { batches } from "./batches.ts";
import { words } from "./words.ts";

describe("batches of items", () => {
  test("are arrays of a number of items, the last one of what is left", () => {
    expect(run(batches({ items: 2 }), ["a", "b", "c"])).toEqual([["a", "b"], ["c"]]);
    expect(run(batches({ items: 1 }), [1, undefined])).toEqual([[1], [undefined]]);
    expect(run(batches({ items: 3 }), [])).toEqual([]);
  });

  test("belong to who gets them", () => {
    const kept: number[][] = [];
    const machine = batches<number>({ items: 2 }).start((batch) => {
      kept.push(batch.splice(0));
    });
    for (const item of [1, 2, 3, 4]) machine.push(item);
    expect(kept).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  test("come out with their last item, and before the error of their source", () => {
    const outputs: number[][] = [];
    const machine = batches<number>({ items: 2 }).start((batch) => outputs.push(batch));
    machine.push(1);
    expect(outputs).toEqual([]);
    machine.push(2);
    expect(outputs).toEqual([[1, 2]]);
    machine.push(3);
    machine.fail(new Error("The source broke"));
    expect(outputs).toEqual([[1, 2], [3]]);
  });

  test("are typed by their items", () => {
    expectTypeOf(run(batches<number>({ items: 2 }), [1])).toEqualTypeOf<number[][]>();
    expectTypeOf(run(batches({ characters: 2 }), ["a"])).toEqualTypeOf<string[]>();
  });

  test("obey the laws", async () => {
    await laws("batches", () => batches<number>({ items: 3 }), {
      input: fc.array(fc.nat(), { maxLength: 20 }),
      samples: [[1, 2, 3, 4], [1, 2, 3], []],
      oracle: (items) => slices(items, 3),
      continuations: [[1], [1, 2, 3]],
      lossless: (outputs) => outputs.flat(),
      hostile: [(length) => Array.from({ length }, () => 1)],
    });
  });
});

describe("batches of characters", () => {
  test("are pieces of a length, however the text was cut", () => {
    expect(run(batches({ characters: 4 }), ["mi", "", "llrace", "!"])).toEqual([
      "mill",
      "race",
      "!",
    ]);
  });

  test("never end inside a surrogate pair", () => {
    expect(run(batches({ characters: 3 }), ["ab\ud83d", "\ude00c😀"])).toEqual(["ab", "😀c", "😀"]);
    expect(run(batches({ characters: 1 }), ["a😀b"])).toEqual(["a", "😀", "b"]);
    expect(run(batches({ characters: 3 }), ["ab\ud83d", "c"])).toEqual(["ab\ud83d", "c"]);
  });

  test("come out with their last character, and before the error of their source", () => {
    const outputs: string[] = [];
    const machine = batches({ characters: 2 }).start((piece) => outputs.push(piece));
    machine.push("ab");
    expect(outputs).toEqual(["ab"]);
    machine.push("c\ud83d");
    machine.fail(new Error("The source broke"));
    expect(outputs).toEqual(["ab", "c\ud83d"]);
  });

  test.each([1, 2, 5])("obey the laws at a length of %d", async (characters) => {
    await laws("batches", () => batches({ characters }), {
      input: fc.string({
        unit: fc.constantFrom("a", "b", "\n", "😀", "\ud83d", "\ude00"),
        maxLength: 30,
      }),
      samples: ["abcdefghijk", "😀😀😀", "a😀😀", "\ud83d\ud83d\ud83d\ude00"],
      oracle: (text) => pieces(text, characters),
      continuations: ["a", "\ude00", "a".repeat(characters)],
      lossless: true,
      ...(characters === 5 && { hostile: [(length: number) => "😀".repeat(length / 2)] }),
      runs: 40,
    });
  });
});

describe("batches of whole units", () => {
  const whole = (characters: number) => batches({ characters, whole: true });

  test("are as many units as fit, joined", () => {
    expect(run(whole(7), ["one ", "two ", "six"])).toEqual(["one ", "two six"]);
    expect(run(whole(8), ["one ", "two ", "six"])).toEqual(["one two ", "six"]);
  });

  test("cut no unit: one that is too long comes alone", () => {
    expect(run(whole(3), ["a", "b", "hydraulic", "", "c"])).toEqual(["ab", "hydraulic", "c"]);
  });

  test("come out as soon as nothing more fits for certain", () => {
    const outputs: string[] = [];
    const machine = whole(4).start((piece) => outputs.push(piece));
    machine.push("abc");
    expect(outputs).toEqual([]);
    machine.push("de");
    expect(outputs).toEqual(["abc"]);
    machine.push("fg");
    expect(outputs).toEqual(["abc", "defg"]);
  });

  test("come of any stage that gives units", () => {
    expect(run(fuse(words(), whole(10)), ["The mill tu", "rns all day."])).toEqual([
      ...["The mill ", "turns all ", "day."],
    ]);
  });

  test("obey the laws", async () => {
    await laws("batches", () => whole(6), {
      input: fc.array(fc.string({ maxLength: 8 }), { maxLength: 12 }),
      samples: [["abc", "def", "g", "hijklmnop", "", "q"]],
      oracle: (units) => fitted(units, 6),
      continuations: [["a"], ["abcdef"], ["a", "abcdef"]],
      hostile: [(length) => Array.from({ length }, () => "x")],
    });
  });
});

describe("batches", () => {
  test("refuse a size that is none", () => {
    expect(() => batches({ items: 0 })).toThrow(
      "Cannot make batches: items must be a whole number, 1 or more, not 0",
    );
    expect(() => batches({ characters: 1.5 })).toThrow(RangeError);
    expect(() => batches({ items: Infinity })).toThrow(RangeError);
  });
});

function slices<T>(items: readonly T[], length: number): T[][] {
  const found: T[][] = [];
  for (let from = 0; from < items.length; from += length) {
    found.push(items.slice(from, from + length));
  }
  return found;
}

/** Slicing the whole text; a character of two units is not cut. */
function pieces(text: string, length: number): string[] {
  const found: string[] = [];
  let piece = "";
  for (const character of text) {
    if (piece !== "" && piece.length + character.length > length) {
      found.push(piece);
      piece = "";
    }
    piece += character;
  }
  return piece === "" ? found : [...found, piece];
}

function fitted(units: readonly string[], length: number): string[] {
  const found: string[] = [];
  for (const unit of units) {
    const last = found.at(-1);
    if (last !== undefined && last.length + unit.length <= length) found.push(found.pop()! + unit);
    else if (unit !== "") found.push(unit);
  }
  return found;
}
