import { fuse, map, run, type RunError, type Stage } from "@millrace/core";
import { laws, linear } from "@millrace/testing";
import { describe, expect, expectTypeOf, test } from "vitest";
import { stageFailureOf } from "../../core/src/failure-of.fixture.ts";
import { partialJson, type PartialJsonOptions } from "./partial-json.ts";
import type { JsonChange } from "./partial-json/changes.ts";
import { documents, stepsOf } from "./partial-json/documents.fixture.ts";
import type { DeepPartial, Draft } from "./partial-json/draft.ts";

describe("partialJson", () => {
  test("gives a draft for each chunk that changes something", () => {
    expect(run(partialJson(), ['{"a":"o', "n", 'e","b"', ":", "[tru", "e", "]", "", "} "])).toEqual(
      [
        { value: { a: "o" }, complete: false },
        { value: { a: "on" }, complete: false },
        { value: { a: "one" }, complete: false },
        { value: { a: "one", b: [] }, complete: false },
        { value: { a: "one", b: [true] }, complete: false },
        { value: { a: "one", b: [true] }, complete: true },
      ],
    );
  });

  test("shows a member when its value begins", () => {
    expect(values(['{"a', '":', " ", "[", '],"b":', '"', '"}'])).toEqual([
      {},
      { a: [] },
      { a: [], b: "" },
      { a: [], b: "" },
    ]);
  });

  test("shows numbers and literals when they are whole", () => {
    expect(values(["[", "1", "2", ",", "nul", "l", "]"])).toEqual([
      [],
      [12],
      [12, null],
      [12, null],
    ]);
    expect(run(partialJson(), ["1", "2"])).toEqual([{ value: 12, complete: true }]);
  });

  test("lets numbers grow if asked to, as far as they are numbers", () => {
    const grown = ["[", "-", "1", "2.", "5", "e", "3", "]"];
    expect(values(grown, { numbers: "emit" })).toEqual([
      [],
      [-1],
      [-12],
      [-12.5],
      [-12500],
      [-12500],
    ]);
    expect(run(partialJson({ numbers: "emit" }), ["1", "2"])).toEqual([
      { value: 1, complete: false },
      { value: 12, complete: false },
      { value: 12, complete: true },
    ]);
  });

  test("holds strings if asked to", () => {
    const chunks = ['["a', "b", 'c","', '"]'];
    expect(values(chunks, { strings: "hold" })).toEqual([[], ["abc"], ["abc", ""]]);
  });

  test("holds halves of escapes and of surrogate pairs", () => {
    expect(
      values(['"a', "\\", "n", "\\u0", "041", "\\ud83c", "\\udf", "0a", "\ud83c", '\udf0a"']),
    ).toEqual(["a", "a\n", "a\nA", "a\nA🌊", "a\nA🌊🌊"]);
    expect(values(['"\ud83c\\', "udf0a", "\ud83c\\"])).toEqual(["", "🌊"]);
    expect(values(['"\ud83c', "a", "\ud83c", '"'])).toEqual(["", "\ud83ca", "\ud83ca\ud83c"]);
  });

  test("gives nothing for nothing, and for space", () => {
    expect(run(partialJson(), [])).toEqual([]);
    expect(run(partialJson(), ["", " \n"])).toEqual([]);
  });

  test("takes the last of members of the same name, at the place of the first", () => {
    expect(values(['{"a":1,"b":2,"a":"', 'x"}']).map((found) => JSON.stringify(found))).toEqual([
      '{"a":"","b":2}',
      '{"a":"x","b":2}',
    ]);
  });

  test("makes data of __proto__", () => {
    const [draft, last] = run(partialJson(), ['{"__proto__":{"a":"', '1"}}']);
    for (const { value } of [draft!, last!]) {
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
      expect(Object.keys(value as object)).toEqual(["__proto__"]);
    }
  });

  test("copies __proto__ as data too, which can be changed as all else can", () => {
    const drafts = run(partialJson(), ['{"__proto__":{"a":1},"b":"', "x", "y", '"}']);
    expect(drafts).toHaveLength(4);
    for (const { value } of drafts) {
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
      expect(Object.getOwnPropertyDescriptor(value, "__proto__")).toEqual({
        value: { a: 1 },
        writable: true,
        enumerable: true,
        configurable: true,
      });
    }
  });

  test("ends with an error at what is no JSON, behind a draft of what came before", () => {
    expect(errorOf(['[1,"a', 'b" 2]'])).toMatchObject({
      name: "ParseError",
      message: 'Cannot read JSON: unexpected "2"',
      code: "parse",
      stage: "partialJson",
      offset: 8,
      outputs: [
        { value: [1, "a"], complete: false },
        { value: [1, "ab"], complete: false },
      ],
    });
    expect(errorOf(["{}}"])).toMatchObject({ offset: 2, outputs: [{ value: {}, complete: true }] });
  });

  test("ends with an error where the input ends inside the document, unless that is allowed", () => {
    expect(errorOf(['{"a":["b'])).toMatchObject({
      message: "Cannot read JSON: the input ended inside a value",
      code: "incomplete",
      offset: 8,
      outputs: [{ value: { a: ["b"] }, complete: false }],
    });
    const allowed = partialJson({ incomplete: "allow" });
    expect(run(allowed, ['{"a":["b'])).toEqual([{ value: { a: ["b"] }, complete: false }]);
  });

  test("counts its limits from the start of the input, and in open containers", () => {
    expect(errorOf(["[1,2", "3]"], { maxLength: 4 })).toMatchObject({
      message: "Cannot read JSON: the document grew beyond maxLength 4",
      offset: 4,
    });
    expect(errorOf(['"abcdef"'], { maxLength: 4 })).toMatchObject({
      outputs: [{ value: "abc", complete: false }],
    });
    expect(errorOf(['{"a":[[1]]}'], { maxDepth: 2 })).toMatchObject({
      message: "Cannot read JSON: nesting grew beyond maxDepth 2",
      code: "limit",
      offset: 6,
      outputs: [{ value: { a: [] }, complete: false }],
    });
    expect(errorOf(['{"a":[[1]]}'], { maxDepth: 1.5 })).toMatchObject({ offset: 6 });
    expect(() => partialJson({ maxDepth: 0 })).toThrow(RangeError);
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    expect(run(partialJson({ maxDepth: Infinity }), [deep])).toHaveLength(1);
  });

  test("has the same growing value in all drafts, if it is to be live", () => {
    const drafts = run(partialJson({ live: true }), ['{"a":["x', 'y"', ",1]", "}"]);
    expect(drafts.map(({ complete }) => complete)).toEqual([false, false, false, true]);
    expect(new Set(drafts.map(({ value }) => value)).size).toBe(1);
    const seen: string[] = [];
    const machine = partialJson({ live: true }).start(({ value }) =>
      seen.push(JSON.stringify(value)),
    );
    for (const chunk of ['{"a":["x', 'y"', ",1]", "}"]) machine.push(chunk);
    expect(seen).toEqual(['{"a":["x"]}', '{"a":["xy"]}', '{"a":["xy",1]}', '{"a":["xy",1]}']);
  });

  test("is typed: a complete draft has a T, another one a part of it", () => {
    interface Recipe {
      name: string;
      kind: "bread" | "soup";
      steps: { text: string; minutes: number }[];
      size: [number, number];
    }
    const [draft] = run(partialJson<Recipe>(), ["{}"]) as [Draft<Recipe>];
    if (draft.complete) expectTypeOf(draft.value).toEqualTypeOf<Recipe>();
    else {
      expectTypeOf(draft.value.kind).toEqualTypeOf<string | undefined>();
      expectTypeOf(draft.value.steps).toEqualTypeOf<
        { text?: string; minutes?: number }[] | undefined
      >();
      expectTypeOf(draft.value.size).toEqualTypeOf<[number?, number?] | undefined>();
    }
    expectTypeOf<DeepPartial<unknown>>().toEqualTypeOf<unknown>();
    expectTypeOf(draft).toEqualTypeOf<Draft<Recipe>>();
  });

  test("is typed: changes come out if that is asked for, and perhaps if it may be", () => {
    expectTypeOf(partialJson({ changes: true })).toEqualTypeOf<Stage<string, JsonChange>>();
    expectTypeOf(partialJson({ changes: false })).toEqualTypeOf<Stage<string, Draft<unknown>>>();
    const options: PartialJsonOptions = { changes: true };
    expectTypeOf(partialJson(options)).toEqualTypeOf<Stage<string, Draft<unknown> | JsonChange>>();
  });

  test.each([{}, { live: true }, { strings: "hold" as const }])(
    "obeys the laws with %o",
    async (options) => {
      const make = (limits: Options) =>
        // What is live is another value later.
        fuse(
          partialJson({ ...options, ...limits }),
          map((draft) => structuredClone(draft)),
        );
      await laws("partialJson", () => make({}), {
        input: documents,
        samples: [
          '{"a":[1,-2.5e3,{"b":"x\\n\\u00e9\\ud83c\\udf0a🌊y"}],"c":true,"d":[[],{}]} ',
          '{"a":"\\ud83c","b":"\ud83c"}',
          '{"a":1}',
          '[1,2,"x]',
          "[tru,1]",
          "[01]",
          "12",
          " ",
        ],
        oracle: (text) =>
          text.trim() === "" ? [] : [{ value: JSON.parse(text) as unknown, complete: true }],
        join: stepsOf,
        continuations: [
          '"',
          "}",
          "]",
          "1",
          " ",
          "x",
          "e",
          "l",
          "true",
          '"z":"b"',
          ":[",
          ",",
          "\\",
          "n",
          "0041",
          // the other half of a surrogate pair, from wherever it is cut
          "\udf0a",
          "\\udf0a",
          "udf0a",
          "df0a",
          "f0a",
          "0a",
          "a",
        ],
        limit: {
          stage: (maxLength) => make({ maxLength }),
          fill: (length) => `"${"x".repeat(length - 1)}`,
        },
        runs: 8,
      });
    },
  );

  test("works linearly, whatever comes", async () => {
    const hostile = (unit: string) => (length: number) => `"${unit.repeat(length / unit.length)}`;
    await linear("partialJson", () => partialJson({ incomplete: "allow" }), [
      hostile("\\ud83c"),
      (length) => "1".repeat(length),
    ]);
  });
});

type Options = Omit<PartialJsonOptions, "changes">;

function values(chunks: string[], options: Options = {}): unknown[] {
  return run(partialJson({ incomplete: "allow", ...options }), chunks).map(({ value }) => value);
}

function errorOf(chunks: string[], options: Options = {}): Partial<RunError<unknown>> {
  return stageFailureOf(partialJson(options), chunks);
}
