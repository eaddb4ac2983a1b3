import { run } from "@millrace/core";
import { laws, linear } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findAll } from "./literals/find-all.fixture.ts";
import { replaceText, type Replacements } from "./replace-text.ts";

const joined = (outputs: readonly string[]) => outputs.join("");

describe("replaceText", () => {
  test("replaces a literal wherever it is cut", () => {
    expect(run(replaceText("mill", "wheel"), ["a mi", "l", "lrace"])).toEqual(["a ", "wheelrace"]);
    expect(replaced("aXbX", replaceText("X", ""))).toBe("ab");
  });

  test("takes a record, a map, pairs", () => {
    const record = { a: "1", b: "2" };
    for (const given of [record, new Map(Object.entries(record)), Object.entries(record)]) {
      expect(replaced("abc", replaceText(given))).toBe("12c");
    }
    expect(replaced("__proto__", replaceText({ ["__proto__"]: "own" }))).toBe("own");
    expect(replaced("abc", replaceText({}))).toBe("abc");
  });

  test("takes the leftmost match, and the longest of those that begin there", () => {
    expect(replaced("abcd", replaceText({ bcd: "2", ab: "1" }))).toBe("1cd");
    expect(replaced("abcab", replaceText({ a: "1", ab: "2", abc: "3" }))).toBe("32");
    expect(replaced("abab", replaceText({ a: "1", abac: "2" }))).toBe("1b1b");
  });

  test("finds what began within a match that did not come", () => {
    expect(replaced("abcx", replaceText({ abcd: "1", bc: "2" }))).toBe("a2x");
    expect(replaced("aaab", replaceText({ aab: "1" }))).toBe("a1");
    expect(replaced("xababab", replaceText({ xabababy: "0", ab: "1" }))).toBe("x111");
  });

  test("does not search what it has put in", () => {
    expect(replaced("aab", replaceText({ a: "b", b: "a", bb: "no" }))).toBe("bba");
  });

  test("lets a function make the replacement, and no pattern in it", () => {
    expect(
      replaced(
        "a-b",
        replaceText("-", (match) => `<${match}>`),
      ),
    ).toBe("a<->b");
    expect(replaced("a-b", replaceText("-", "$&$1"))).toBe("a$&$1b");
  });

  test("lets the first of equal literals count", () => {
    expect(replaced("a", replaceText([["a", "1"], ["a", "2"]]))).toBe("1"); // oxfmt-ignore
    expect(replaced("k", replaceText({ K: "1", k: "2" }, { ignoreCase: true }))).toBe("1");
  });

  test("ignores case as a regular expression does, and hands over what stood there", () => {
    const seen: string[] = [];
    const note = (match: string) => {
      seen.push(match);
      return "_";
    };
    const text = "Straße STRASSE ΣΊΣΥΦΟΣ σίσυφος \u212a k ı İ ſ";
    const literals = ["straße", "σίσυφος", "K", "i", "S"];
    const replacements = literals.map((literal) => [literal, note] as const);
    run(replaceText(replacements, { ignoreCase: true }), Array.from(text));
    const expected = findAll(text, literals, true).map(({ start, end }) => text.slice(start, end));
    expect(seen).toEqual(expected);
    expect(seen).toEqual(["Straße", "S", "S", "S", "ΣΊΣΥΦΟΣ", "σίσυφος", "k"]);
  });

  test("gives back at the end, and when its source fails, what began a match", () => {
    const outputs: string[] = [];
    const machine = replaceText({ a: "1", abcd: "2" }).start((output) => outputs.push(output));
    machine.push("x abc");
    expect(outputs).toEqual(["x "]);
    expect(() => {
      machine.fail(new Error("The source broke"));
    }).not.toThrow();
    expect(outputs).toEqual(["x ", "1bc"]);
    expect(replaced("x abc", replaceText({ a: "1", abcd: "2" }))).toBe("x 1bc");
  });

  test("keeps what came before a replacement that throws", () => {
    const replacement = () => {
      throw new Error("No replacement");
    };
    for (const chunks of [["ab", "cd"], ["abcd"], ["a", "b", "c", "d"]]) {
      const outputs: string[] = [];
      const machine = replaceText("bc", replacement).start((output) => outputs.push(output));
      expect(() => {
        for (const chunk of chunks) machine.push(chunk);
      }).toThrow("No replacement");
      expect(outputs).toEqual(["a"]);
    }
  });

  test("refuses an empty literal", () => {
    expect(() => replaceText("", "x")).toThrow(
      new RangeError("Cannot replace text: an empty string stands everywhere"),
    );
    expect(() => replaceText({ a: "b", "": "x" })).toThrow(RangeError);
  });

  test("cuts no character, unless a literal is half of one", () => {
    const outputs: string[] = [];
    const machine = replaceText("b", "\ud83d").start((output) => outputs.push(output));
    for (const unit of "a😀b") machine.push(unit);
    machine.push("\ude00\ud83d");
    expect(outputs).toEqual(["a", "😀", "😀"]);
    machine.flush();
    expect(outputs.at(-1)).toBe("\ud83d");
    expect(run(replaceText("\ude00", "!"), ["😀"])).toEqual(["\ud83d!"]);
  });

  test("gives at most one piece a chunk", () => {
    expect(run(replaceText("a", "b"), ["banana", "a"])).toEqual(["bbnbnb", "b"]);
  });

  test("finds long texts' matches, also at the very end of a chunk", () => {
    const filler = ".".repeat(100);
    for (let at = 90; at <= 100; at++) {
      const text = `${filler.slice(0, at)}needle${filler.slice(at)}`;
      for (let cut = 80; cut <= 106; cut++) {
        const chunks = [text.slice(0, cut), text.slice(cut)];
        expect(joined(run(replaceText("needle", ""), chunks))).toBe(filler);
      }
    }
  });

  test("takes thousands of literals", () => {
    const literals = Array.from({ length: 5000 }, (_, index) => `word${index * 7919}`);
    const text = literals.map((literal) => `${literal} `).join("");
    const pairs = literals.map((literal, index) => [literal, String(index)] as const);
    const expected = literals.map((_, index) => `${index} `).join("");
    expect(replaced(text, replaceText(pairs))).toBe(expected);
  });

  test.each(["ab", "aA", "ab\ud83d\ude00"])(
    "replaces what a search of each place finds, in %j",
    (alphabet) => {
      const texts = (maxLength: number, minLength = 0) =>
        fc.string({ unit: fc.constantFrom(...alphabet.split("")), minLength, maxLength });
      const dictionaries = fc.array(texts(5, 1), { maxLength: 6 });
      fc.assert(
        fc.property(
          dictionaries,
          texts(24),
          fc.boolean(),
          fc.nat(),
          (all, text, ignoreCase, at) => {
            const cut = at % (text.length + 1);
            const stage = replaceText(numbered(all), { ignoreCase });
            const expected = replaceWhole(text, numbered(all), ignoreCase);
            expect(joined(run(stage, [text.slice(0, cut), text.slice(cut)]))).toBe(expected);
            expect(joined(run(stage, text.split("")))).toBe(expected);
          },
        ),
        { numRuns: 400 },
      );
    },
  );

  test.each<[string, Replacements]>([
    ["overlapping", { ab: "1", abc: "2", bca: "3", cc: "4", aab: "5" }],
    ["nested", { a: "1", aaab: "2", b: "3", bab: "" }],
    ["nothing", {}],
  ])("obeys the laws with %s literals", async (_, replacements) => {
    const pairs = Object.entries(replacements);
    const keys = pairs.map(([literal]) => literal);
    await laws("replaceText", () => replaceText(replacements), {
      input: fc.string({ unit: fc.constantFrom("a", "b", "c", "ab", "😀"), maxLength: 20 }),
      samples: ["abcabcaabccaaab", "aaaaaab", "\ud83da\ude00", "😀ab😀"],
      oracle: (text) => [replaceWhole(text, pairs as [string, string][])],
      join: joined,
      continuations: ["x", ...keys.flatMap((key) => [key, ...endsOf(key)])],
      runs: 12,
    });
  });

  test("obeys the laws with what is replaced by itself", async () => {
    await laws("replaceText", () => replaceText({ ab: (match) => match, aab: (match) => match }), {
      input: fc.string({ unit: fc.constantFrom("a", "b", "😀"), maxLength: 20 }),
      samples: ["aaabab"],
      join: joined,
      lossless: true,
      runs: 15,
    });
  });

  test("is linear however literals overlap", async () => {
    const deep = "a".repeat(1000);
    const replacements = { [`${deep}b`]: "1", a: "2", ab: "3", [`${deep}c`]: "4" };
    await linear("replaceText", () => replaceText(replacements), [
      (length) => "a".repeat(length),
      (length) => `${deep}d`.repeat(length / 1001 + 1).slice(0, length),
    ]);
  });
});

function replaced(text: string, stage: ReturnType<typeof replaceText>): string {
  const whole = joined(run(stage, [text]));
  expect(joined(run(stage, text.split("")))).toBe(whole);
  return whole;
}

/** Each literal by a replacement of its own, that no text contains. */
function numbered(literals: readonly string[]): [string, string][] {
  return literals.map((literal, index) => [literal, `<${index}>`]);
}

function replaceWhole(
  text: string,
  pairs: readonly (readonly [string, string])[],
  ignoreCase = false,
): string {
  const literals = pairs.map(([literal]) => literal);
  let output = "";
  let done = 0;
  for (const { literal, start, end } of findAll(text, literals, ignoreCase)) {
    output += text.slice(done, start) + pairs[literal]![1];
    done = end;
  }
  return output + text.slice(done);
}

function endsOf(text: string): string[] {
  return Array.from(text, (_, at) => text.slice(at));
}
