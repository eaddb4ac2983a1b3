import { run, type Stage } from "@millrace/core";
import { laws, linear } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { failureOf, stageFailureOf } from "../../core/src/failure-of.fixture.ts";
import { redact, type RedactOptions, type RedactRule } from "./redact.ts";
import { ASKS, generatedPatterns } from "./redact/generated.fixture.ts";
import { redactWhole, type WholeRule } from "./redact/redact-whole.fixture.ts";

const joined = (outputs: readonly string[]) => outputs.join("");

describe("redact", () => {
  test("redacts strings and regular expressions, wherever they are cut", () => {
    expect(redacted("my key is hunter2.", redact("hunter2"))).toBe("my key is [redacted].");
    expect(redacted("call 555-1234 now", redact(/\d{3}-\d{4}/))).toBe("call [redacted] now");
    const both = redact(["hunter2", /\d{3}-\d{4}/], { replacement: "_" });
    expect(redacted("hunter2 555-1234 hunter22", both)).toBe("_ _ _2");
  });

  test("takes the leftmost match, then the longest, then the first rule's", () => {
    const rules = (...all: RedactRule[]) => redact(all, { maxMatch: 9 });
    const a = { match: "ab", replacement: "1" };
    const b = { match: /bcd/, replacement: "2" };
    const c = { match: /abc?/, replacement: "3" };
    expect(redacted("abcd", rules(b, a))).toBe("1cd");
    expect(redacted("abcd abd", rules(a, c))).toBe("3d 1d");
    expect(redacted("abd", rules(c, a))).toBe("3d");
  });

  test("has a replacement for each rule, or a function", () => {
    const hide = (match: string) => "*".repeat(match.length);
    expect(redacted("ab12", redact([{ match: "ab" }, /\d+/], { replacement: hide, maxMatch: 5 }))).toBe("****"); // oxfmt-ignore
  });

  test("passes everything without rules", () => {
    expect(run(redact([]), ["abc"])).toEqual(["abc"]);
  });

  test("finds the longest match that a regular expression can have by itself", () => {
    const stage = redact(/(?:ab|c{2,3})d?|e(f)/);
    expect(redacted("abdcccdef", stage)).toBe("[redacted][redacted][redacted]");
    expect(() => redact(/a+/)).toThrow(
      new TypeError("Cannot redact /a+/: its longest match needs a maxMatch"),
    );
    expect(() => redact(/(a)\1/)).toThrow("needs a maxMatch");
    expect(() => redact(/a/, { maxMatch: 0 })).toThrow("maxMatch must be 1 or more, not 0");
  });

  test("takes 1.5 as a longest match for 1", () => {
    const fraction = { maxMatch: 1.5, overflow: "redact" } as const;
    expect(redacted("abbbc", redact(/b+/, fraction))).toBe("a[redacted]c");
  });

  test("holds nothing that cannot begin a match", () => {
    const outputs: string[] = [];
    const machine = redact(/sk-\w{8,}|\d+@b/, { maxMatch: 100 }).start((output) => {
      outputs.push(output);
    });
    for (const chunk of ["ask", " s", "k", "-", "12 ", "34", "@", "c"]) machine.push(chunk);
    expect(outputs).toEqual(["a", "sk ", "sk-12 ", "34@c"]);
  });

  test("holds no match that can be no longer, also where it is counted in characters", () => {
    const outputs: string[] = [];
    const machine = redact(/[ab🌾]{3}/u).start((output) => outputs.push(output));
    for (const chunk of ["xa", "🌾", "b"]) machine.push(chunk);
    expect(outputs).toEqual(["x", "[redacted]"]);
  });

  test("holds a window of anything behind a back reference", () => {
    const outputs: string[] = [];
    const machine = redact(/([ab])\1/, { maxMatch: 3 }).start((output) => outputs.push(output));
    for (const unit of "xyzxaaxyzx") machine.push(unit);
    machine.flush();
    expect(joined(outputs)).toBe("xyzx[redacted]xyzx");
    expect(outputs[0]).toBe("x");
  });

  test("lets a match have its longest length, and no more", () => {
    const stage = () => redact(/a+/, { maxMatch: 3, replacement: "_" });
    expect(redacted("baaab", stage())).toBe("b_b");
    for (const chunks of [["baaaa!", "x"], ["baaa", "a"], "baaaa".split("")]) {
      const error = stageFailureOf(stage(), chunks, "limit");
      expect(error).toMatchObject({
        message: "Cannot redact: a match grew beyond maxMatch 3",
        stage: "redact",
        offset: 4,
      });
      expect(joined(error.outputs)).toBe("b_");
    }
  });

  test("swallows a match that is too long as far as it goes on", () => {
    const keys = redact(/sk-[a-z]+/, { maxMatch: 6, overflow: "redact", replacement: "_" });
    expect(redacted("a sk-abcdefghijklmnop, sk-ab.", keys)).toBe("a _, _.");
    const faces = redact(/[😀😁]+/u, { maxMatch: 4, overflow: "redact", replacement: "_" });
    expect(redacted("a😀😁😀😁😀😁b😀", faces)).toBe("a_b_");
  });

  test("does not take for the whole of a match what fits into its limit", () => {
    const pairs = /sk-(?:ab)+/;
    expect(redacted("sk-abab.", redact(pairs, { maxMatch: 7 }))).toBe("[redacted].");
    expect(failureOf(redact(pairs, { maxMatch: 5 }), ["sk-ababab."])).toMatchObject({
      message: "Cannot redact: a match grew beyond maxMatch 5",
      offset: 5,
      outputs: ["[redacted]"],
    });
    const lazy = /<.*?>/;
    expect(redacted("<b>1</b>", redact(lazy, { maxMatch: 4, replacement: "" }))).toBe("1");
    const mail = /[\w.]+@\w+(?:\.\w+)+/;
    const overflow = "redact";
    for (const maxMatch of [6, 8, 10]) {
      expect(redacted("to me@a.b.c.d.e, now", redact(mail, { maxMatch, overflow }))).toBe(
        "to [redacted], now",
      );
    }
  });

  test("takes matches of nothing for none", () => {
    expect(redacted("abc", redact(/(?:)|b{0}/))).toBe("abc");
    expect(redacted("abc", redact(/x*/, { maxMatch: 4 }))).toBe("abc");
    expect(redacted("axxc", redact(/x*/, { maxMatch: 4 }))).toBe("a[redacted]c");
  });

  test("keeps what began a match when the text ends, unless told", () => {
    for (const what of ["secret", /secret/, ["secret", /\d/]]) {
      expect(redacted("my secre", redact(what))).toBe("my secre");
      expect(redacted("my secre", redact(what, { unfinished: "redact" }))).toBe("my [redacted]");
    }
  });

  test("redacts what began a match when its source fails, unless told", () => {
    for (const what of ["secret", /secret/, ["secret", /\d/]]) {
      expect(broken("my secre", redact(what))).toBe("my [redacted]");
      expect(broken("my secret", redact(what))).toBe("my [redacted]");
      expect(broken("my own", redact(what))).toBe("my own");
      expect(broken("my secre", redact(what, { unfinished: "keep" }))).toBe("my secre");
    }
    expect(broken("a😀\ud83d", redact(/x/))).toBe("a😀\ud83d");
  });

  test("leaks nothing of a match when its replacement throws", () => {
    const replacement = () => {
      throw new Error("No replacement");
    };
    for (const what of ["secret", /secret/]) {
      const error = failureOf(redact(what, { replacement }), ["my sec", "ret!"]);
      expect(error.message).toBe("No replacement");
      expect(error.outputs).toEqual(["my "]);
    }
  });

  test("repeats nothing behind its error", () => {
    const rules = redact(["a", { match: /a{2,}/, maxMatch: 1 }], { replacement: "_" });
    for (const chunks of [["aab"], ["a", "ab"], ["a", "a", "b"]]) {
      const limited = failureOf(rules, chunks);
      expect(joined(limited.outputs)).toBe("_");
    }
    const replacement = () => {
      throw new Error("No replacement");
    };
    expect(failureOf(redact([{ match: "ab", replacement }, "b"]), ["xabb"]).outputs).toEqual(["x"]);
  });

  test("reads characters with the flags u and v, and units without", () => {
    expect(redacted("a😀b", redact(/[^ab]/u, { replacement: "_" }))).toBe("a_b");
    expect(redacted("a😀b", redact(/[^ab]/, { replacement: "_" }))).toBe("a__b");
    expect(redacted("a😀b", redact(/\ude00/u, { replacement: "_" }))).toBe("a😀b");
    expect(redacted("😀", redact(["\ud83d", /\ude00/u], { replacement: "_" }))).toBe("_\ude00");
    const emoji = new RegExp("[\\p{RGI_Emoji}&&\\q{👍🏽|x}]", "v");
    expect(redacted("👍🏽!", redact(emoji, { maxMatch: 8 }))).toBe("[redacted]!"); // oxfmt-ignore
  });

  test("does not change the regular expression it is given", () => {
    const expression = /a/g;
    expression.lastIndex = 3;
    redacted("aaa", redact(expression));
    expect(expression.lastIndex).toBe(3);
  });

  test.each<[RegExp, string]>([
    [/^a/, "^"],
    [/a$/, "$"],
    [/\ba/, "\\b"],
    [/a(?:b|\B)/, "\\B"],
    [/a(?=b)/, "(?="],
    [/a(?!b)/, "(?!"],
    [/(?<=b)a/, "(?<="],
    [/(x(?<!b)a)/, "(?<!"],
    [/a/m, "the flag m"],
    [/a/y, "the flag y"],
  ])("refuses %s", (expression, what) => {
    expect(() => redact(expression)).toThrow(
      new TypeError(`Cannot redact ${String(expression)}: ${what} is not possible in a stream`),
    );
  });

  test.each<[source: string, match: string, flags?: string]>([
    ["[$^\\b]", "^"],
    ["\\$\\^\\\\b", "$^\\b"],
    ["[\\]$]\\[", "$["],
    ["[]|[^]x", "-x"],
    ["(?<name>a)(?:b)", "ab"],
    ["(?:a|(b|)){2}", "ba"],
    ["a{,2}", "a{,2}"],
    ["a{", "a{"],
    ["a{2", "a{2"],
    ["\\u{2}", "uu"],
    ["\\p{2}", "pp"],
    ["\\c1", "\\c1"],
    ["\\012", "\n"],
    ["\\x4", "x4"],
    ["\\X41", "X41"],
    ["\\cJ[\\cJ]", "\n\n"],
    ["\\/", "/"],
    ["\\ud83d\\ude00+", "😀😀", "u"],
    ["\\u{1f600}{2}", "😀😀", "u"],
    ["\\P{L}\\p{L}\\xe9\\u00e9\\0", "1aéé\0", "u"],
    ["😀+", "😀😀", "u"],
    ["[[^a]&&[$b]]", "$", "v"],
    ["[\\q{ab|a}c]", "ab", "v"],
    ["[[a-z]--[aeiou]]{2}", "bc", "v"],
    ["\\p{RGI_Emoji}", "👩‍👩‍👧", "v"],
    ["\\p{L}\\p{RGI_Emoji}", "a👩‍👩‍👧", "v"],
    ["[[]a", "[a"],
    ["a{0}b{1,}?", "b"],
    ["a.b", "a\nb", "s"],
  ])("reads /%s/", (source, match, flags) => {
    const stage = redact(new RegExp(source, flags), { maxMatch: 12, replacement: "_" });
    expect(redacted(`- ${match} -`, stage)).toBe("- _ -");
  });

  test("refuses an empty string", () => {
    expect(() => redact(["a", ""])).toThrow(
      new RangeError("Cannot redact: an empty string stands everywhere"),
    );
  });

  test("redacts what a trial at each place finds, with any regular expressions", () => {
    const texts = (maxLength: number, minLength = 0) =>
      fc.string({
        unit: fc.constantFrom("a", "b", "c", "ab", "B", "😀", "\ud83d"),
        minLength,
        maxLength,
      });
    const matches = fc.oneof(
      texts(4, 1).map((match) => ({ match })),
      generatedPatterns().map(({ expression, end }) => ({
        match: expression,
        asks: (text: string) => end(text) === ASKS,
      })),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(matches, fc.integer({ min: 1, max: 6 })), { minLength: 1, maxLength: 3 }),
        texts(14),
        fc.boolean(),
        fc.constantFrom("error" as const, "redact" as const),
        fc.nat(),
        (pairs, text, ignoreCase, overflow, place) => {
          const rules = pairs.map(([match, maxMatch], index): WholeRule => ({ ...match, maxMatch, replacement: `<${index}>` })); // oxfmt-ignore
          const stage = redact(rules, { overflow, ignoreCase });
          const expected = outcome(() => redactWhole(text, rules, { overflow, ignoreCase }));
          const cut = place % (text.length + 1);
          for (const chunks of [[text], [text.slice(0, cut), text.slice(cut)], text.split("")]) {
            expect(outcome(() => joined(run(stage, chunks)))).toBe(expected);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test.each<[string, (string | RegExp)[], RedactOptions]>([
    ["strings", ["ab", "abca", "ca"], {}],
    ["a regular expression", [/a[bc]+d?/], {}],
    ["both", ["cab", /a+b/, /c{2}/], {}],
    ["a match that goes on", [/a[bc]+/], { overflow: "redact" }],
  ])("obeys the laws with %s", async (_, what, options) => {
    const maxMatch = 5;
    const rules = what.map((match) => ({ match, maxMatch, replacement: "_" }));
    const literals = what.every((match) => typeof match === "string");
    const numbered = what.map((match, index) => ({ match, replacement: String(index) }));
    await laws(
      "redact",
      () => redact(literals ? numbered : what, { maxMatch, replacement: "_", ...options }),
      {
        input: fc.string({ unit: fc.constantFrom("a", "b", "c", "d", "😀"), maxLength: 16 }),
        samples: ["aabcabbcd", "cabcaabcc", "😀ab\ud83d"],
        ...(literals
          ? { continuations: ["x", "b", "a", "bca", "ca", "abca"] }
          : { hold: maxMatch, oracle: (text: string) => [redactWhole(text, rules, options)] }),
        join: joined,
        runs: 12,
      },
    );
  });

  test("trips exactly at its limit", async () => {
    await laws("redact", () => redact(/a+/, { maxMatch: 16 }), {
      input: fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 12 }),
      join: joined,
      limit: {
        stage: (maxMatch) => redact(/a+/, { maxMatch }),
        fill: (length) => "a".repeat(length),
        end: "b",
      },
      runs: 10,
    });
  });

  test("is linear in a text of nothing but beginnings, or of matches that overlap", async () => {
    const rules = ["ab", /xa/, /a+b/, /c+/];
    const units = ["a", "xab", "c"];
    const options: RedactOptions = { maxMatch: 32, overflow: "redact" };
    await linear("redact", () => redact(rules, options), [
      (length) => units.map((unit) => unit.repeat(length / 3 / unit.length + 1)).join("."),
    ]);
  });
});

function redacted(text: string, stage: Stage<string, string>): string {
  const whole = joined(run(stage, [text]));
  expect(joined(run(stage, text.split("")))).toBe(whole);
  for (let cut = 0; cut < text.length; cut++) {
    expect(joined(run(stage, [text.slice(0, cut), text.slice(cut)]))).toBe(whole);
  }
  return whole;
}

function broken(text: string, stage: Stage<string, string>): string {
  const outputs: string[] = [];
  const machine = stage.start((output) => outputs.push(output));
  for (const unit of text) machine.push(unit);
  machine.fail(new Error("The source broke"));
  return joined(outputs);
}

function outcome(work: () => string): string {
  try {
    return work();
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
    return "too long";
  }
}
