import { isStageError, run } from "@millrace/core";
import { laws } from "@millrace/testing";
import { constantFrom } from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import type { StandardSchemaV1 } from "@millrace/core/standard-schema";
import { failureOf } from "../../../core/src/failure-of.fixture.ts";
import { partialJson, type PartialJsonOptions } from "../partial-json.ts";
import { ValidationError } from "../json/validate.ts";
import { checkJson, type JsonCheck } from "./check-json.ts";
import { stepsOf } from "./documents.fixture.ts";
import type { Draft } from "./draft.ts";

const recipe = z.object({ name: z.string(), steps: z.array(z.object({ minutes: z.number() })) });
const step = z.object({ minutes: z.number().max(60) });

describe("partialJson with validate", () => {
  test("lets pass what the schema takes, and knows its type", () => {
    const drafts = run(partialJson({ validate: checkJson(recipe) }), [
      '{"name":"Br',
      'ead","steps":[]}',
    ]);
    expect(drafts).toEqual([
      { value: { name: "Br" }, complete: false },
      { value: { name: "Bread", steps: [] }, complete: true },
    ]);
    expectTypeOf(drafts).toEqualTypeOf<Draft<z.infer<typeof recipe>>[]>();
  });

  test("ends where the document does, if the schema refuses it, with no complete draft", () => {
    const error = errorOf(['{"name":1,"ste', 'ps":[]} '], { validate: checkJson(recipe) });
    expect(error).toMatchObject({
      name: "ValidationError",
      message: expect.stringContaining("Cannot read JSON: ") as string,
      code: "validation",
      stage: "partialJson",
      offset: 21,
      path: [],
      issues: [{ path: ["name"] }],
      outputs: [
        { value: { name: 1 }, complete: false },
        { value: { name: 1, steps: [] }, complete: false },
      ],
    });
    expect(isStageError(error, "validation")).toBe(true);
  });

  test("ends where the first value does that its schema refuses", () => {
    const error = errorOf(['{"steps":[{"minutes":5},{"minutes":99}', ',{"minutes":6}]}'], {
      validate: checkJson({ "$.steps[*]": step }),
    });
    expect(error).toMatchObject({
      offset: 38,
      path: ["steps", 1],
      issues: [{ path: ["minutes"] }],
      outputs: [{ value: { steps: [{ minutes: 5 }, { minutes: 99 }] }, complete: false }],
    });
  });

  test("tells what the document is, by its schema or by whoever names paths", () => {
    expectTypeOf(checkJson(recipe)).toEqualTypeOf<JsonCheck<z.infer<typeof recipe>>>();
    const validate = checkJson<z.infer<typeof recipe>>({ "$.steps[*]": step, $: recipe });
    const [draft] = run(partialJson({ validate }), ['{"name":"Bread","steps":[]}']);
    expectTypeOf(draft!.value).toExtend<{ name?: string } | undefined>();
    expect(draft?.value).toEqual({ name: "Bread", steps: [] });
    expectTypeOf(checkJson({ "$.name": z.string() })).toEqualTypeOf<JsonCheck>();
  });

  test("checks scalars, and what lies at several paths", () => {
    const validate = checkJson({
      "$.*": z.union([z.string(), z.array(z.any())]),
      "$['b c'][1]": z.number(),
    });
    expect(errorOf(['{"a":"x","b c":[true,"', 'y"]}'], { validate })).toMatchObject({
      path: ["b c", 1],
      offset: 24,
    });
    expect(errorOf(['{"a":12', "3}"], { validate })).toMatchObject({ path: ["a"], offset: 8 });
    expect(errorOf(["12", "3"], { validate: checkJson(z.string()) })).toMatchObject({
      path: [],
      offset: 3,
    });
    expect(run(partialJson({ validate }), ['{"a":"x"}'])).toHaveLength(1);
  });

  test("leaves values as they are, whatever the schema makes of them", () => {
    const at = z.string().transform((text) => new Date(text));
    const validate = checkJson(z.object({ at }));
    const drafts = run(partialJson({ validate }), ['{"at":"2001-01-01"}']);
    expect(drafts).toEqual([{ value: { at: "2001-01-01" }, complete: true }]);
    expectTypeOf(drafts).toEqualTypeOf<Draft<{ at: string }>[]>();
  });

  test("refuses schemas that are asynchronous", () => {
    const validate = checkJson(z.string().refine(() => Promise.resolve(true)));
    expect(() => run(partialJson({ validate }), ['"a"'])).toThrow(TypeError);
    expect(() => run(partialJson({ validate }), ['"a"'])).toThrow("mapAsync");
  });

  test("leaves no rejection unheard when an asynchronous schema fails", async () => {
    const unheard: unknown[] = [];
    const hear = (reason: unknown) => unheard.push(reason);
    process.on("unhandledRejection", hear);
    try {
      const validate = checkJson(schemaOf(() => Promise.reject(new Error("No database"))));
      expect(() => run(partialJson({ validate }), ['"a"'])).toThrow("mapAsync");
      await new Promise((resolve) => setTimeout(resolve, 10));
    } finally {
      process.off("unhandledRejection", hear);
    }
    expect(unheard).toEqual([]);
  });

  test("lets through what a schema throws, behind the draft of its value", () => {
    const broken = new Error("The schema broke");
    const throwing = schemaOf(() => {
      throw broken;
    });
    const seen: Draft<unknown>[] = [];
    const machine = partialJson({ validate: checkJson({ "$[0]": throwing }) }).start((draft) =>
      seen.push(draft),
    );
    expect(() => {
      machine.push("[1,2]");
    }).toThrow(broken);
    expect(seen).toEqual([{ value: [1], complete: false }]);
  });

  test("looks for no path of what is deeper than all of them", () => {
    const depth = 100_000;
    const validate = checkJson({ "$[0]": z.array(z.unknown()) });
    const stage = partialJson({ maxDepth: Infinity, validate });
    expect(run(stage, ["[".repeat(depth) + "]".repeat(depth)])).toHaveLength(1);
  });

  test("refuses what is no path when it is made", () => {
    expect(() => checkJson({ steps: step })).toThrow(SyntaxError);
  });

  test("checks values although only changes are reported", () => {
    const validate = checkJson({ "$[*]": z.string().max(1) });
    expect(run(partialJson({ changes: true, validate }), ['["a"]'])).toHaveLength(5);
    expect(errorOf(['["ab', 'c"]'], { changes: true, validate })).toMatchObject({
      path: [0],
      offset: 6,
      outputs: [
        { type: "open", path: [] },
        { type: "open", path: [0] },
        { type: "append", text: "ab" },
        { type: "append", text: "c" },
        { type: "close", path: [0], complete: false },
        { type: "close", path: [], complete: false },
      ],
    });
  });

  test("checks what is deep in objects although only changes are reported, and changes none", () => {
    const validate = checkJson({
      "$.a.b": z.number().max(9),
      "$.list": z.array(z.unknown()).max(1),
    });
    const chunks = ['{"a":{"b"', ':7,"c":"x', 'y"},"list":[', "1", "],", '"d":null}'];
    const changes = run(partialJson({ changes: true }), chunks);
    expect(run(partialJson({ changes: true, validate }), chunks)).toEqual(changes);
    for (const [wrong, path] of [
      [
        ['{"a":{"b":1', "0}}"],
        ["a", "b"],
      ],
      [['{"list":[1', ",[]]}"], ["list"]],
    ] as const) {
      expect(errorOf([...wrong], { changes: true, validate })).toMatchObject({ path });
    }
  });

  test("lets changes of growing numbers through", () => {
    const validate = checkJson({ "$[*]": z.number() });
    const options = { changes: true, numbers: "emit" } as const;
    const chunks = ["[1", "2", "]"];
    expect(run(partialJson({ ...options, validate }), chunks)).toEqual(
      run(partialJson(options), chunks),
    );
  });

  test.each([{}, { strings: "hold" as const }])("obeys the laws with %o", async (options) => {
    const validate = checkJson({ "$.*": z.union([z.string().max(2), z.number().max(20)]) });
    await laws("partialJson with validate", () => partialJson({ ...options, validate }), {
      input: constantFrom(
        '{"a":"b","c":12}',
        '{"a":"bcd"}',
        '{"a":123,"b":1}',
        '{"a":[]}',
        '{"a":true',
      ),
      join: stepsOf,
      runs: 5,
    });
  });
});

/** Not of zod, which tries again what throws, and forgets the first try. */
function schemaOf(validate: StandardSchemaV1["~standard"]["validate"]): StandardSchemaV1 {
  return { "~standard": { version: 1, vendor: "test", validate } };
}

function errorOf(chunks: string[], options: PartialJsonOptions): unknown {
  const error = failureOf(partialJson(options), chunks);
  expect(error).toBeInstanceOf(ValidationError);
  return error;
}
