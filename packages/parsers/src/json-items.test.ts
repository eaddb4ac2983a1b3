import { run, type Stage } from "@millrace/core";
import { laws } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { stageFailureOf } from "../../core/src/failure-of.fixture.ts";
import { jsonItems, type JsonItem, type JsonItemsOptions } from "./json-items.ts";
import { ValidationError } from "./json/validate.ts";

const SHOP = JSON.stringify({
  name: "mill",
  items: [{ id: 1, tags: ["a", "b"] }, "two", 3, null, [4]],
  more: { items: [5], "a b": { c: true } },
});

describe("jsonItems", () => {
  test.each<[string, unknown[]]>([
    ["$", [JSON.parse(SHOP)]],
    ["$.items", [[{ id: 1, tags: ["a", "b"] }, "two", 3, null, [4]]]],
    ["$.items[*]", [{ id: 1, tags: ["a", "b"] }, "two", 3, null, [4]]],
    ["$.items[2]", [3]],
    ["$.items[*].id", [1]],
    ["$.items[*].tags[*]", ["a", "b"]],
    ["$.items[*][*]", [1, ["a", "b"], 4]],
    [
      "$.*",
      [
        "mill",
        [{ id: 1, tags: ["a", "b"] }, "two", 3, null, [4]],
        { items: [5], "a b": { c: true } },
      ],
    ],
    ["$.more.*", [[5], { c: true }]],
    ["$['more']['a b'].c", [true]],
    ["$.items.id", []],
    ["$[0]", []],
    ["$.name.length", []],
    ["$.nothing[*]", []],
  ])("gives what %s selects", (path, items) => {
    expect(run(jsonItems(path), [SHOP])).toEqual(items);
  });

  test("gives an item with its last character, and a number with the next one", () => {
    const seen: unknown[] = [];
    const machine = jsonItems("$[*]").start((item) => seen.push(item));
    const after = (text: string) => {
      machine.push(text);
      return seen.splice(0);
    };
    expect(after("[{")).toEqual([]);
    expect(after("}")).toEqual([{}]);
    expect(after(', "a')).toEqual([]);
    expect(after('"')).toEqual(["a"]);
    expect(after(",true")).toEqual([true]);
    expect(after(",12")).toEqual([]);
    expect(after(" ")).toEqual([12]);
    expect(after(",3,[4],5")).toEqual([3, [4]]);
    expect(after("]")).toEqual([5]);
  });

  test("tells where items stand when asked", () => {
    const items = run(jsonItems("$.*[*]", { paths: true }), ['{"a":[1,2],"b":{"c":[3]}, "d":4}']);
    expect(items).toEqual([
      { path: ["a", 0], value: 1 },
      { path: ["a", 1], value: 2 },
      { path: ["b", "c"], value: [3] },
    ]);
    expect(run(jsonItems("$", { paths: true }), ["1"])).toEqual([{ path: [], value: 1 }]);
  });

  test("follows names as JSON means them, __proto__ like any other", () => {
    const text = '{"\\u0061":1,"__proto__":{"a":2},"0":3}';
    expect(run(jsonItems("$.a"), [text])).toEqual([1]);
    expect(run(jsonItems("$.__proto__.a"), [text])).toEqual([2]);
    expect(run(jsonItems("$.constructor"), [text])).toEqual([]);
    expect(run(jsonItems("$[0]"), [text])).toEqual([]);
    expect(run(jsonItems("$['0']"), [text])).toEqual([3]);
    const [item] = run(jsonItems<object>("$"), ['{"__proto__":1}']);
    expect(Object.keys(item!)).toEqual(["__proto__"]);
  });

  test("gives the values of a name that comes twice as they come", () => {
    expect(run(jsonItems("$.a[*]"), ['{"a":[1],"a":[2]}'])).toEqual([1, 2]);
  });

  test("checks the whole document, and has given what came before", () => {
    expect(errorOf("$.a[*]", '{"a":[1,2],"b":{"c":[1,]}}')).toMatchObject({
      message: 'Cannot read JSON items: unexpected "]"',
      code: "parse",
      stage: "jsonItems",
      offset: 23,
      outputs: [1, 2],
    });
    expect(errorOf("$.a[*]", '{"a":[1,2]} x')).toMatchObject({ offset: 12, outputs: [1, 2] });
    expect(errorOf("$.a[*]", '{"a":[1 2]}')).toMatchObject({ offset: 8, outputs: [1] });
    expect(errorOf("$[*]", "[,1]")).toMatchObject({ offset: 1 });
    expect(errorOf("$[*]", "[1,]")).toMatchObject({ offset: 3 });
    expect(errorOf("$[*]", "[1}")).toMatchObject({ offset: 2 });
    expect(errorOf("$", "\ufeff1")).toMatchObject({ offset: 0 });
    const long = "x".repeat(600);
    expect(errorOf("$[*]", `[{"a":"${long}",}]`)).toMatchObject({ offset: 609 });
    expect(errorOf("$[*]", `["\\"${long}\\x", 1]`)).toMatchObject({ offset: 605 });
    expect(errorOf("$.*", `{"${long}"}`)).toMatchObject({ offset: 603 });
    expect(run(jsonItems(`$.${long}`), [`{"${long}":"${long}"}`])).toEqual([long]);
  });

  test("says when the document ends early, with all items that are complete", () => {
    expect(errorOf("$.a[*]", '{"a":[1,{"b":2},3')).toMatchObject({
      message: "Cannot read JSON items: the input ended before its value did",
      code: "incomplete",
      offset: 17,
      outputs: [1, { b: 2 }],
    });
    expect(errorOf("$", " ")).toMatchObject({ code: "incomplete", offset: 1 });
    expect(errorOf("$", "-")).toMatchObject({ code: "incomplete", offset: 1 });
    expect(run(jsonItems("$"), ["-1"])).toEqual([-1]);
    expect(run(jsonItems("$.a"), ["-1"])).toEqual([]);
  });

  test("limits items, names on the path and depth, and nothing that it only passes", () => {
    const long = `"${"x".repeat(2_000)}"`;
    const options = { maxLength: 6, maxDepth: 4 };
    expect(run(jsonItems("$.a[*]", options), [`{"b":${long},"a":[1,[[]],3]}`])).toEqual([
      1,
      [[]],
      3,
    ]);
    expect(errorOf("$.a[*]", '{"a":[1,"12345"]}', options)).toMatchObject({
      message: "Cannot read JSON items: a value grew beyond maxLength 6",
      code: "limit",
      offset: 14,
      outputs: [1],
    });
    expect(errorOf("$.a", `{${long}:1}`, options)).toMatchObject({ code: "limit", offset: 7 });
    expect(errorOf("$.a[*]", '{"a":[[[[]]]]}', options)).toMatchObject({
      message: "Cannot read JSON items: nesting grew beyond maxDepth 4",
      code: "limit",
      offset: 8,
    });
    expect(errorOf("$.b[*]", `{"a":[[[[]]]],"c":${long}}`, options)).toMatchObject({ offset: 8 });
    expect(() => jsonItems("$", { maxLength: 0 })).toThrow(RangeError);
    expect(() => jsonItems("$", { maxDepth: 0 })).toThrow(RangeError);
    expect(() => jsonItems("items")).toThrow(SyntaxError);
  });

  test("gives what a schema makes of items, and ends with one that it does not allow", () => {
    const schema = z.object({ id: z.number().transform(String) });
    const valid = jsonItems("$.a[*]", { validate: schema });
    expectTypeOf(valid).toEqualTypeOf<Stage<string, { id: string }>>();
    expect(run(valid, ['{"a":[{"id":1,"x":2}]}'])).toEqual([{ id: "1" }]);
    expect(run(jsonItems("$", { validate: z.number(), paths: true }), ["12"])).toEqual([
      { path: [], value: 12 },
    ]);
    const text = '{"a":[{"id":1},{"id":"2"},{"id":3}]}';
    expect(() => run(valid, [text])).toThrow(ValidationError);
    try {
      run(valid, [text.slice(0, 20), text.slice(20)]);
    } catch (error) {
      expect(error).toMatchObject({
        message: "Cannot read JSON items: Invalid input: expected number, received string",
        code: "validation",
        stage: "jsonItems",
        offset: 25,
        path: ["a", 1],
        issues: [{ path: ["id"] }],
        outputs: [{ id: "1" }],
      });
    }
  });

  test("says that a value is invalid where the schema does not say why", () => {
    const silent = {
      "~standard": { version: 1, vendor: "test", validate: () => ({ issues: [] }) },
    } as const;
    const result = () => run(jsonItems("$", { validate: silent }), ["[]"]);
    expect(result).toThrow("Cannot read JSON items: invalid value");
  });

  test("refuses a schema that is asynchronous, and says where it belongs", () => {
    const late = {
      "~standard": { version: 1, vendor: "test", validate: () => Promise.resolve({ value: 1 }) },
    } as const;
    const result = () => run(jsonItems("$", { validate: late }), ["[]"]);
    expect(result).toThrow(TypeError);
    expect(result).toThrow("asynchronous schema belongs in mapAsync, behind jsonItems");
  });

  test("leaves no rejection unheard when an asynchronous schema fails", async () => {
    const failing = {
      "~standard": { version: 1, vendor: "test", validate: () => Promise.reject(new Error("No")) },
    } as const;
    const unheard: unknown[] = [];
    const hear = (reason: unknown) => unheard.push(reason);
    process.on("unhandledRejection", hear);
    try {
      expect(() => run(jsonItems("$", { validate: failing }), ["[]"])).toThrow("mapAsync");
      await new Promise((resolve) => setTimeout(resolve, 10));
    } finally {
      process.off("unhandledRejection", hear);
    }
    expect(unheard).toEqual([]);
  });

  test("types its outputs by its options", () => {
    expectTypeOf(run(jsonItems<number>("$"), ["1"])).toEqualTypeOf<number[]>();
    expectTypeOf(run(jsonItems<number>("$", { paths: true }), ["1"])).toEqualTypeOf<
      JsonItem<number>[]
    >();
  });

  test("gives what JSON.parse and the path give, wherever long items begin and end", () => {
    const item = fc.oneof(
      fc.json({ maxDepth: 3 }),
      fc.string({ maxLength: 900 }).map((text) => JSON.stringify([text])),
    );
    fc.assert(
      fc.property(
        fc.array(item, { maxLength: 8 }),
        fc.integer({ min: 1, max: 2_000 }),
        (items, size) => {
          const text = `{"a":[${items.join(" , ")}]}`;
          const chunks = text.match(new RegExp(`[^]{1,${String(size)}}`, "g")) ?? [];
          expect(run(jsonItems("$.a[*]"), chunks)).toEqual(pick(JSON.parse(text), ["a", "*"]));
        },
      ),
    );
  });

  test.each<[string, string[]]>([
    ["$", []],
    ["$[*]", ["*"]],
    ["$.a[*]", ["a", "*"]],
    ["$.*.a", ["*", "a"]],
  ])("obeys the laws with %s", (path, steps) =>
    laws("jsonItems", () => jsonItems(path), {
      input: document(),
      samples: [
        '{"a" : [1, "\\ud83d\\ude00😀", {"a":-0.5e+1}],"b":{"a":[true]}}\n',
        "[1,[2,[3",
        "[[]x]",
      ],
      oracle: (whole) => pick(JSON.parse(whole), steps),
      continuations: [" ", "x", ",", "1", '"', "]", "}"],
      ...(path === "$.a[*]" && {
        limit: {
          stage: (maxLength: number) => jsonItems(path, { maxLength }),
          fill: (length: number) => `{"a":[${"7".repeat(length)}`,
        },
        hostile: ['{"a":[', "[", "[1,[],"].map(
          (unit) => (length: number) => unit.repeat(length / unit.length + 1).slice(0, length),
        ),
      }),
      runs: 25,
    }),
  );
});

/**
 * Documents with few names, at times with space in them, at times spoilt. No name becomes an index, which `JSON.parse`
 * would put first.
 */
function document(): fc.Arbitrary<string> {
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, depthSize: "small" },
      fc.constantFrom(null, true, 0, -1.5e9, "", '}"\\', "é😀"),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom("a", "b", "é"), tie("value"), { maxKeys: 3 }),
    ),
  }));
  const space = fc.constantFrom(undefined, " ", "\n\t");
  const spoil = fc.option(fc.tuple(fc.nat(), fc.constantFrom(",", "]", "-1", '"', "")), {
    freq: 2,
  });
  return fc.tuple(value, space, spoil).map(([whole, indent, change]) => {
    const text = JSON.stringify(whole, undefined, indent);
    if (change === null) return text;
    const at = change[0] % text.length;
    return text.slice(0, at) + change[1] + text.slice(at + 1);
  });
}

/** What a path selects in a parsed document. */
function pick(value: unknown, [step, ...steps]: string[]): unknown[] {
  if (step === undefined) return [value];
  if (typeof value !== "object" || value === null) return [];
  const entries = Object.entries(value).filter(([key]) => step === "*" || step === key);
  return entries.flatMap(([, child]) => pick(child, steps));
}

function errorOf(path: string, text: string, options: JsonItemsOptions & { paths?: false } = {}) {
  return stageFailureOf(jsonItems(path, options), [text]);
}
