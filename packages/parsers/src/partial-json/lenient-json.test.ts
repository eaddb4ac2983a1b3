import { isStageError, run } from "@millrace/core";
import { cuts, laws } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { partialJson } from "../partial-json.ts";
import { damaged, documents, stepsOf } from "./documents.fixture.ts";
import { lenientJson, type JsonRepair, type LenientJsonOptions } from "./lenient-json.ts";

type Kind = JsonRepair["kind"];

const all: Record<Kind, boolean> = {
  fences: true,
  prose: true,
  comments: true,
  trailingCommas: true,
  singleQuotes: true,
  badEscapes: true,
  controlCharacters: true,
  nonFinite: true,
};
const kinds = Object.keys(all) as Kind[];

/** What one leniency makes of a text, and where it was needed. */
const cases: readonly (readonly [kind: Kind, text: string, value: unknown, offsets: number[]])[] = [
  ["fences", "```json\n[1]\n```", [1], [0, 12]],
  ["fences", "\n ``` \r\n[1]\r\n```\n", [1], [2, 13]],
  ["fences", "````\n1\n````", 1, [0, 7]],
  ["fences", '```{"a":1}```', { a: 1 }, [0, 10]],
  ["fences", "```json [1]```", [1], [0, 11]],
  ["fences", "```\n[1]", [1], [0]],
  ["fences", "[1]\n```", [1], [4]],
  ["fences", '["```"]', ["```"], []],
  ["prose", 'Sure: {"a":1} That is it.', { a: 1 }, [0, 14]],
  ["prose", ' I have "b}" [1]', [1], [1]],
  ["prose", "[1] [2]", [1], [4]],
  ["prose", '``x {"a":1}', { a: 1 }, [0]],
  ["prose", "```json\n[1]\n```", [1], [0, 12]],
  ["prose", "{}", {}, []],
  ["comments", "// a\n[1, // b\r\n2 /* c */ /***/] // d", [1, 2], [0, 9, 17, 25, 32]],
  ["comments", '{/**/"a"/**/:/**/1/**/}/**/', { a: 1 }, [1, 8, 13, 18, 23]],
  ["comments", '/* * / ** */ "//"', "//", [0]],
  ["trailingCommas", "[1,]", [1], [3]],
  ["trailingCommas", '{"a":[1, ] , }', { a: [1] }, [9, 13]],
  ["singleQuotes", "{'a':'b\"c'}", { a: 'b"c' }, [1, 5]],
  ["singleQuotes", "['it\\'s', \"it's\"]", ["it's", "it's"], [1]],
  ["badEscapes", '"\\d\\.\\\'"', "\\d\\.'", [2, 4, 6]],
  ["badEscapes", '"\\u12x\\uD83C\\u"', "\\u12x\ud83c\\u", [5, 14]],
  ["badEscapes", '"C:\\Users"', "C:\\Users", [4]],
  ["badEscapes", '"\\🌊"', "\\🌊", [2]],
  ["controlCharacters", '"a\nb\tc\u0000"', "a\nb\tc\u0000", [2, 4, 6]],
  ["controlCharacters", '{"a\n":1}', { "a\n": 1 }, [3]],
  ["nonFinite", "[NaN,Infinity,-Infinity]", [NaN, Infinity, -Infinity], [1, 5, 14]],
  ["nonFinite", "NaN", NaN, [0]],
];

/** What one leniency still refuses. */
const refused: readonly (readonly [kind: Kind, text: string, offset: number])[] = [
  ["fences", "``\n[1]", 2],
  ["fences", "Sure: ```\n[1]```", 0],
  ["fences", "```\nSure", 4],
  ["fences", "[1]\n``` [2]", 8],
  ["fences", "```\n", 4],
  ["prose", "I do not know.", 14],
  ["prose", "Sure: {oops}", 7],
  ["fences", "[1]\n``", 6],
  ["comments", "[1] /", 5],
  ["comments", "/ 1", 1],
  ["comments", "[1/ 2]", 3],
  ["comments", "[1 /* ]", 7],
  ["comments", "tr/**/ue", 2],
  ["comments", "[1 # 2", 3],
  ["trailingCommas", "[,]", 1],
  ["trailingCommas", "[1,,]", 3],
  ["trailingCommas", "{,}", 1],
  ["trailingCommas", '{"a":,}', 5],
  ["trailingCommas", '{"a":}', 5],
  ["trailingCommas", "[1,x]", 3],
  ["trailingCommas", "[1,}", 3],
  ["singleQuotes", "['a\"]", 5],
  ["singleQuotes", "[1'a']", 2],
  ["singleQuotes", "'\\d'", 2],
  ["singleQuotes", "[x]", 1],
  ["singleQuotes", "['\\u0']", 5],
  ["badEscapes", '"\\\n"', 2],
  ["controlCharacters", "[\u0000]", 1],
  ["nonFinite", "[-NaN]", 2],
  ["nonFinite", "[Inf]", 4],
  ["nonFinite", "[1Infinity]", 2],
  ["nonFinite", "[-1Infinity]", 3],
  ["nonFinite", "[x]", 1],
  ["nonFinite", "{NaN:1}", 1],
];

describe("partialJson, lenient", () => {
  test.each(cases)("with %s takes %j", (kind, text, value, offsets) => {
    for (const chunks of [[text], text.split("")]) {
      const { drafts, repairs } = read(chunks, { [kind]: true });
      expect(drafts.at(-1)).toEqual({ value, complete: true });
      expect(repairs).toEqual(offsets.map((offset) => ({ kind, offset })));
    }
  });

  test.each(cases.filter(([, , , offsets]) => offsets.length > 0))(
    "takes, only with %s, %j",
    (kind, text) => {
      const others = {
        ...all,
        [kind]: false,
        ...(kind === "fences" && { prose: false }),
        ...(kind === "prose" && { fences: false }),
      };
      expect(() => run(partialJson(), [text])).toThrow(SyntaxError);
      expect(() => read([text], others)).toThrow(SyntaxError);
    },
  );

  test.each(refused)("with %s still refuses %j at %i", (kind, text, offset) => {
    for (const chunks of [[text], text.split("")]) {
      let error: unknown;
      try {
        read(chunks, { [kind]: true });
      } catch (thrown) {
        error = thrown;
      }
      expect(isStageError(error)).toBe(true);
      expect(error).toMatchObject({ offset });
    }
  });

  test("tells a fence from prose if both are allowed", () => {
    const { repairs } = read(["```json\n{'a':1}\n``` Well."], all);
    expect(repairs.map(({ kind }) => kind)).toEqual(["fences", "singleQuotes", "fences", "prose"]);
  });

  test("tells a comment from prose behind the document if both are allowed", () => {
    const { repairs } = read(["[1] / x // y"], { comments: true, prose: true });
    expect(repairs).toEqual([{ kind: "prose", offset: 4 }]);
    expect(read(["[1] // x"], { comments: true, prose: true }).repairs).toEqual([
      { kind: "comments", offset: 4 },
    ]);
  });

  test("takes too few backticks for prose if that is allowed, and a slash in the document for neither", () => {
    const { drafts, repairs } = read(["`json` [1]"], { fences: true, prose: true });
    expect(drafts.at(-1)).toEqual({ value: [1], complete: true });
    expect(repairs).toEqual([{ kind: "prose", offset: 0 }]);
    expect(() => read(["[1, / 2]"], { comments: true, prose: true })).toThrow(SyntaxError);
  });

  test("takes what would begin a fence or a comment for prose also where the input ends", () => {
    for (const text of ["[1] /", "[1]\n`", "[1] ``"]) {
      const { drafts, repairs } = read([text], { comments: true, fences: true, prose: true });
      expect(drafts).toEqual([{ value: [1], complete: true }]);
      expect(repairs).toEqual([{ kind: "prose", offset: text.search(/[/`]/) }]);
    }
  });

  test("needs nobody who hears of repairs", () => {
    const stage = partialJson({ lenient: lenientJson({ trailingCommas: true }) });
    expect(run(stage, ["[1,]"]).at(-1)).toEqual({ value: [1], complete: true });
  });

  test("begins anew in every run", () => {
    const stage = partialJson({ lenient: lenientJson(all) });
    expect(() => run(stage, ["[1] /*"])).not.toThrow();
    expect(run(stage, ["[2]"])).toEqual([{ value: [2], complete: true }]);
  });

  test("repairs nothing in what is JSON", () => {
    fc.assert(
      fc.property(cuts(documents), (chunks) => {
        const { drafts, repairs } = read(chunks, { ...all, prose: false });
        expect(repairs).toEqual([]);
        expect(JSON.stringify(drafts.at(-1)!.value)).toBe(
          JSON.stringify(JSON.parse(chunks.join(""))),
        );
      }),
    );
  });

  test("repairs the same whatever the cut", () => {
    const mixed = fc
      .array(fc.constantFrom(...cases.map(([, text]) => text), "/*", "*/", "`", "'", "\\"), {
        maxLength: 3,
      })
      .map((texts) => texts.join(""));
    const subset = fc
      .subarray(kinds)
      .map((some) => Object.fromEntries(some.map((kind) => [kind, true])));
    fc.assert(
      fc.property(cuts(fc.oneof(mixed, damaged)), subset, (chunks, lenient) => {
        expect(outcome(chunks, lenient)).toEqual(outcome([chunks.join("")], lenient));
      }),
      { numRuns: 500 },
    );
  });

  test.each(kinds)("obeys the laws with %s", async (kind) => {
    const texts = cases.filter(([found]) => found === kind).map(([, text]) => text);
    await laws(
      "partialJson, lenient",
      () => partialJson({ lenient: lenientJson({ [kind]: true }) }),
      {
        input: fc.constantFrom(...texts),
        samples: texts,
        join: stepsOf,
        runs: 3,
      },
    );
  });
});

function read(chunks: readonly string[], lenient: LenientJsonOptions) {
  const repairs: JsonRepair[] = [];
  const onRepair = (repair: JsonRepair) => repairs.push(repair);
  return {
    drafts: run(partialJson({ lenient: lenientJson({ ...lenient, onRepair }) }), chunks),
    repairs,
  };
}

function outcome(chunks: readonly string[], lenient: LenientJsonOptions): unknown {
  const repairs: JsonRepair[] = [];
  const onRepair = (repair: JsonRepair) => repairs.push(repair);
  try {
    const drafts = run(partialJson({ lenient: lenientJson({ ...lenient, onRepair }) }), chunks);
    return { steps: stepsOf(drafts), repairs };
  } catch (error) {
    if (!isStageError(error)) throw error;
    return { code: error.code, offset: error.offset, message: error.message, repairs };
  }
}
