import { run } from "@millrace/core";
import { laws } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { stageFailureOf } from "../../core/src/failure-of.fixture.ts";
import { completions, extract, units } from "./json-values/extract.fixture.ts";
import { jsonValues, type JsonOrText, type JsonValuesOptions } from "./json-values.ts";

describe("jsonValues", () => {
  test("gives values that stand side by side, or with space between", () => {
    expect(run(jsonValues(), ['{"a":"}"}{"b":[1]}[2]"x""y"[]\n\r\t 1 2\ntrue null'])).toEqual([
      { a: "}" },
      { b: [1] },
      [2],
      "x",
      "y",
      [],
      1,
      2,
      true,
      null,
    ]);
    expect(run(jsonValues(), ['1{"a":2}3[4]false"x"5'])).toEqual([
      1,
      { a: 2 },
      3,
      [4],
      false,
      "x",
      5,
    ]);
    expect(run(jsonValues(), ['{\n  "a": [\n    1\n  ]\n}\n'])).toEqual([{ a: [1] }]);
  });

  test("gives nothing for nothing, and skips a byte order mark at the start", () => {
    expect(run(jsonValues(), [])).toEqual([]);
    expect(run(jsonValues(), ["", " \n"])).toEqual([]);
    expect(run(jsonValues(), ["", "\ufeff", "1"])).toEqual([1]);
    expect(run(jsonValues(), ["\ufeff1 "])).toEqual([1]);
    expect(() => run(jsonValues(), ["1 ", "\ufeff2"])).toThrow(SyntaxError);
    expect(errorOf("1 \ufeff")).toMatchObject({ offset: 2 });
  });

  test("gives a value with its last character, and a number with the next one", () => {
    const seen: unknown[] = [];
    const machine = jsonValues().start((value) => seen.push(value));
    const after = (text: string) => {
      machine.push(text);
      return seen.splice(0);
    };
    expect(after('{"a":1')).toEqual([]);
    expect(after("}")).toEqual([{ a: 1 }]);
    expect(after('"x"')).toEqual(["x"]);
    expect(after("null")).toEqual([null]);
    expect(after(" 12")).toEqual([]);
    expect(after("3")).toEqual([]);
    expect(after("\n")).toEqual([123]);
    machine.push("4");
    machine.flush();
    expect(seen).toEqual([4]);
  });

  test("reads JSON text sequences, and knows numbers that may have been cut", () => {
    expect(run(jsonValues(), ['\x1e{"a":1}\n\x1e12\n\x1e\x1etrue\n'])).toEqual([
      { a: 1 },
      12,
      true,
    ]);
    expect(run(jsonValues(), ["\x1e[1]\x1e[2]"])).toEqual([[1], [2]]);
    for (const cut of ["\x1e1 \x1e12", "\x1e1 \x1e12\x1e3 "]) {
      expect(errorOf(cut)).toMatchObject({ code: "incomplete", offset: 6, outputs: [1] });
    }
    expect(run(jsonValues(), ["12\x1e34 "])).toEqual([12, 34]);
    expect(errorOf("\x1e[1,\x1e[2]")).toMatchObject({ code: "parse", offset: 4 });
  });

  test("takes no word that follows another one without space", () => {
    expect(run(jsonValues(), ['null[1]true"a"2{}'])).toEqual([null, [1], true, "a", 2, {}]);
    for (const text of ["null1", "true1[]", "truefalse"]) {
      expect(errorOf(text)).toMatchObject({ code: "parse", offset: 4 });
    }
  });

  test("ends at the first character that no JSON can have there", () => {
    expect(errorOf('{"a":1} [1,}')).toMatchObject({
      message: 'Cannot read JSON values: unexpected "}"',
      code: "parse",
      stage: "jsonValues",
      offset: 11,
      outputs: [{ a: 1 }],
    });
    expect(errorOf("1,2")).toMatchObject({ offset: 1, outputs: [1] });
    expect(errorOf("[1]]")).toMatchObject({ offset: 3, outputs: [[1]] });
    expect(errorOf("Sure! {}")).toMatchObject({ offset: 0 });
    expect(errorOf(`[1]{"a":"${"x".repeat(600)}" 1}`)).toMatchObject({
      offset: 611,
      outputs: [[1]],
    });
  });

  test("wants numbers and literals apart", () => {
    for (const [text, offset] of [
      ["truefalse", 4],
      ["12true", 2],
      ["true1", 4],
      ["nullx", 4],
    ] as const) {
      expect(errorOf(text)).toMatchObject({ offset });
    }
    expect(errorOf("01")).toMatchObject({ offset: 1, outputs: [] });
    expect(errorOf("1-2")).toMatchObject({ offset: 1, outputs: [] });
  });

  test("says when the input ends inside a value", () => {
    for (const text of ['[1] {"a"', "[1] tru", '[1] "', "[1] -"]) {
      expect(errorOf(text)).toMatchObject({
        message: "Cannot read JSON values: the input ended before its value did",
        code: "incomplete",
        offset: text.length,
        outputs: [[1]],
      });
    }
  });

  test("keeps __proto__ as data", () => {
    const [value] = run(jsonValues<object>(), ['{"__proto__":{"a":1}}']);
    expect(Object.keys(value!)).toEqual(["__proto__"]);
  });

  test("limits values and their depth", () => {
    expect(run(jsonValues({ maxLength: 3 }), ["[1]   123   [2]"])).toEqual([[1], 123, [2]]);
    expect(errorOf("1 1234 ", { maxLength: 3 })).toMatchObject({
      message: "Cannot read JSON values: a value grew beyond maxLength 3",
      code: "limit",
      offset: 5,
      outputs: [1],
    });
    const long = `["${"x".repeat(600)}"]`;
    expect(errorOf(long, { maxLength: 603 })).toMatchObject({ offset: 603 });
    expect(run(jsonValues({ maxLength: 604 }), [long])).toHaveLength(1);
    expect(errorOf("[[1]] [[[1]]]", { maxDepth: 2 })).toMatchObject({
      message: "Cannot read JSON values: nesting grew beyond maxDepth 2",
      code: "limit",
      offset: 8,
      outputs: [[[1]]],
    });
    expect(errorOf("[".repeat(1_000))).toMatchObject({ code: "limit", offset: 512 });
    expect(errorOf("[[1]] [[[1]]]", { maxDepth: 1.5 })).toMatchObject({ offset: 8 });
    // Also where values before have shown how the next one ends.
    const many = '{"a":1}\n'.repeat(200);
    const tooDeep = `${many}{"a":{"b":{"c":1}}}\n${many}`;
    expect(errorOf(tooDeep, { maxDepth: 2 })).toMatchObject({ offset: many.length + 10 });
    const tooLong = `${many}{"a":123456}\n${many}`;
    expect(errorOf(tooLong, { maxLength: 10 })).toMatchObject({ offset: many.length + 10 });
    expect(() => jsonValues({ maxLength: 0 })).toThrow(RangeError);
    expect(() => jsonValues({ maxDepth: NaN })).toThrow(RangeError);
  });

  test("obeys the laws", () =>
    laws("jsonValues", () => jsonValues(), {
      input: fc
        .array(fc.oneof(spaced(fc.json({ maxDepth: 2 })), junk()), { maxLength: 4 })
        .map((texts) => texts.join("")),
      samples: [
        '{"a":"\\ud83d\\ude00😀}"}[-0.5e+1]12\n',
        "\ufeff1 2\x1e3\n",
        "\x1e12",
        "nulltrue",
        '{"a":[1,}',
      ],
      oracle: (whole) => split(whole),
      continuations: [" ", "x", "1", ".", ",", '"', "]", "}", "\x1e"],
      limit: {
        stage: (maxLength) => jsonValues({ maxLength }),
        fill: (length) => "7".repeat(length),
        end: " ",
      },
      hostile: ["[1]", '"\\'].map(
        (unit) => (length: number) => unit.repeat(length).slice(0, length),
      ),
      runs: 40,
    }));
});

describe("jsonValues with prose", () => {
  test.each<[string, (string | object)[]]>([
    ['Sure: {"a":1}.', ["Sure: ", { a: 1 }, "."]],
    ['```json\n{"a": "}```"}\n```', ["```json\n", { a: "}```" }, "\n```"]],
    ['{"a":1}\n{"b":2}', [{ a: 1 }, "\n", { b: 2 }]],
    ["no braces", ["no braces"]],
    ["[null] [[null]]", ["[null] ", [[null]]]],
    ['{see below} {} [see [1, 2] or ["x"]]', ["{see below} ", {}, ' [see [1, 2] or ["x"]]']],
    ["[[1]] [{}] [] [1,[2]]", [[[1]], " ", [{}], " [] ", [1, [2]]]],
    ['{{"a":1}} {"a":1', ["{", { a: 1 }, '} {"a":1']],
    ['[link](url) {"a":[}', ['[link](url) {"a":[}']],
    ['{"a":[1,2,{"b":3}!]} {"c":4}', ['{"a":[1,2,{"b":3}!]} ', { c: 4 }]],
    ['{"a\n":1} {"b":"\\x"} "{}" \\{', ['{"a\n":1} {"b":"\\x"} "', {}, '" \\{']],
    ['{"__proto__":1}', [JSON.parse('{"__proto__":1}') as object]],
  ])("finds the values in %j", (text, found) => {
    expect(joined(run(jsonValues({ prose: true }), [text]))).toEqual(units(found));
    expect(extract(text)).toEqual(units(found)); // the oracle is right about them too
  });

  test("lets text go as soon as it cannot be JSON", () => {
    const seen: unknown[] = [];
    const machine = jsonValues({ prose: true }).start((item) => seen.push(item.value ?? item.text));
    const after = (text: string) => {
      machine.push(text);
      return seen.splice(0);
    };
    expect(after("Look: {")).toEqual(["Look: "]);
    expect(after("s")).toEqual(["{s"]);
    expect(after('ee below} {"a')).toEqual(["ee below} "]);
    expect(after('":1')).toEqual([]);
    expect(after("} [1")).toEqual([{ a: 1 }, " "]);
    expect(after(", 2]")).toEqual(["[1, 2]"]);
    expect(after("\ud83d")).toEqual([]);
    expect(after('\ude00{"b')).toEqual(["😀"]);
    machine.flush();
    expect(seen).toEqual(['{"b']);
  });

  test("never cuts a surrogate pair that stands in text", () => {
    const text = '😀{"😀":"😀"}😀["😀😀\n😀';
    for (let at = 0; at <= text.length; at++) {
      const items = run(jsonValues({ prose: true }), [text.slice(0, at), text.slice(at)]);
      for (const { text: piece = "" } of items)
        expect(() => encodeURIComponent(piece)).not.toThrow();
    }
    expect(run(jsonValues({ prose: true }), ["\ud83d", '{"a":1}', "\ud83d", "x"])).toEqual([
      { text: "\ud83d" },
      { value: { a: 1 } },
      { text: "\ud83dx" },
    ]);
  });

  test("gives what it holds as text when the source fails", () => {
    const seen: unknown[] = [];
    const machine = jsonValues({ prose: true }).start((item) => seen.push(item));
    machine.push('a {"b":');
    machine.fail(new Error("gone"));
    expect(seen).toEqual([{ text: "a " }, { text: '{"b":' }]);
  });

  test("takes what nests too deep for text up to there, and searches on from there", () => {
    expect(joined(run(jsonValues({ prose: true, maxDepth: 2 }), ["[[[[]]]] [[]]"]))).toEqual(
      units(["[[", [[]], "]] ", [[]]]),
    );
    const inner = "[".repeat(88) + "]".repeat(88);
    const text = "[".repeat(512) + inner + "]".repeat(512);
    expect(joined(run(jsonValues({ prose: true }), [text]))).toEqual(
      units(["[".repeat(512), JSON.parse(inner) as object, "]".repeat(512)]),
    );
  });

  test("ends with what is too long, behind its beginning", () => {
    expect(errorOf('a {"b":"123', { prose: true, maxLength: 8 })).toMatchObject({
      message: "Cannot read JSON values: a value grew beyond maxLength 8",
      offset: 10,
      outputs: [{ text: "a " }, { text: '{"b":"12' }],
    });
  });

  test("types its outputs by its options", () => {
    expectTypeOf(run(jsonValues<number>(), [])).toEqualTypeOf<number[]>();
    const items = run(jsonValues<object>({ prose: true }), ["{}"]);
    expectTypeOf(items).toEqualTypeOf<JsonOrText<object>[]>();
    for (const item of items) {
      if (item.text === undefined) expectTypeOf(item.value).toEqualTypeOf<object>();
    }
  });

  test("obeys the laws", () =>
    laws("jsonValues", () => jsonValues({ prose: true }), {
      input: fc
        .array(
          fc.oneof(
            fc.json({ maxDepth: 2 }),
            junk(),
            fc.constantFrom("😀", "{see", "[1]", "{}", "[[", "{{"),
          ),
          { maxLength: 4 },
        )
        .map((texts) => texts.join("")),
      samples: ['a 😀{"a":"\\ud83d😀}"} [1] {b} [{}', '{"a":[1,}{"b":2}', '[["a" , true] ,12]"{'],
      oracle: (whole) => extract(whole) as JsonOrText<unknown>[],
      join: joined,
      continuations: (prefix) => ["x", " ", '"', "\n", "]", "}", "1", ...completions(prefix)],
      limit: {
        stage: (maxLength) => jsonValues({ prose: true, maxLength }),
        fill: (length) => `["${"x".repeat(length - 2)}`,
        end: "\n",
      },
      hostile: ["[", '{"a":'].map(
        (unit) => (length: number) => unit.repeat(length).slice(0, length),
      ),
      runs: 15,
    }));
});

/** What the input of strict values may look like: JSON with space around it, and other things. */
function spaced(json: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const space = fc.constantFrom("", "", " ", "\n", "\r\n", "\x1e");
  return fc.tuple(space, json, space).map((texts) => texts.join(""));
}

function junk(): fc.Arbitrary<string> {
  const token = fc.constantFrom(
    ...[
      "{",
      "}",
      "[",
      "]",
      '"',
      '"a":',
      "\\",
      ",",
      " ",
      "\n",
      "1",
      "-",
      ".5",
      "e",
      "true",
      "nul",
      "x",
    ],
  );
  return fc.string({ unit: token, maxLength: 5 });
}

/** Value by value: the shortest text that `JSON.parse` accepts, of a number the longest. */
function split(whole: string): unknown[] {
  const found: unknown[] = [];
  let rest = whole.replace(/^\ufeff/, "");
  for (;;) {
    const isSpace = Array.from(rest, (character) => " \t\r\n\x1e".includes(character));
    const begin = [...isSpace, false].indexOf(false);
    const space = rest.slice(0, begin);
    rest = rest.slice(begin);
    if (rest === "") return found;
    const [number] = /^[-+.\w]*/.exec(rest)!; // or a literal, or neither
    const ends = number === "" ? Array.from(rest, (_, index) => index + 1) : [number.length];
    const end = ends.find((length) => isJson(rest.slice(0, length)));
    if (end === undefined) throw new SyntaxError(rest);
    const value = JSON.parse(rest.slice(0, end)) as unknown;
    rest = rest.slice(end);
    if (
      space.includes("\x1e") &&
      typeof value === "number" &&
      ["", "\x1e"].includes(rest.slice(0, 1))
    ) {
      throw new SyntaxError("It may have been cut");
    }
    found.push(value);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function joined(items: readonly JsonOrText<unknown>[]): object[] {
  return units(items.map(({ text, value }) => text ?? (value as object)));
}

function errorOf(text: string, options: JsonValuesOptions = {}): unknown {
  return stageFailureOf(jsonValues(options as { prose: true }), [text]);
}
