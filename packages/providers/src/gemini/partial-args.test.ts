import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs } from "../hostile.fixture.ts";
import { parseArgsPath } from "./args-path.ts";
import { writeArgs } from "./partial-args.ts";

describe("parseArgsPath", () => {
  test.each<[string, unknown[] | undefined]>([
    ["$", []],
    ["$.a", ["a"]],
    ["$.a.b[0]", ["a", "b", 0]],
    ["$['a.b']", ["a.b"]],
    ['$["a b"][12]', ["a b", 12]],
    ["$['it\\'s'].x", ["it's", "x"]],
    ["$['\\u00fc\\n\\\\']", ["ü\n\\"]],
    ["$['__proto__']", ["__proto__"]],
    ["$.naïve-name", ["naïve-name"]],
    ["$['']", [""]],
    ["a", undefined],
    ["$a", undefined],
    ["$.", undefined],
    ["$..a", undefined],
    ["$[*]", undefined],
    ["$[-1]", undefined],
    ["$['a", undefined],
    ["$.a[", undefined],
  ])("reads %s", (path, steps) => {
    expect(parseArgsPath(path)?.steps).toEqual(steps);
  });

  test("tells of an array", () => {
    expect(parseArgsPath("$.a[]")).toEqual({ steps: ["a"], isArray: true });
    expect(parseArgsPath("$['[]']")).toEqual({ steps: ["[]"], isArray: false });
  });
});

describe("writeArgs", () => {
  function write(...entries: object[]): string {
    let json = "";
    const writer = writeArgs(
      (piece) => (json += piece),
      () => undefined,
    );
    for (const entry of entries) expect(writer.write(entry)).toBe(true);
    expect(writer.close()).toBe(true);
    return json;
  }

  test("writes empty containers for places without a value", () => {
    const at = (jsonPath: string, rest: object = {}) => ({ jsonPath, ...rest });
    expect(write(at("$"))).toBe("{}");
    expect(write(at("$.a"), at("$.b[]"), at("$.c"), at("$.c.d[]"), at("$.c"))).toBe(
      '{"a":{},"b":[],"c":{"d":[]}}',
    );
    expect(write(at("$.a[0]"), at("$.a[0].b", { boolValue: false }), at("$.a[]"))).toBe(
      '{"a":[{"b":false}]}',
    );
    expect(write()).toBe("");
  });

  test("escapes what JSON escapes, cut anywhere", () => {
    const halves = ["\ud83c", '\udf0a"', "\\\n"];
    const entries = halves.map((stringValue) => ({
      jsonPath: "$['\"']",
      stringValue,
      willContinue: true,
    }));
    expect(JSON.parse(write(...entries))).toEqual({ '"': '🌊"\\\n' });
  });

  // The oracle walks a value in order, as the provider does, and says each leaf.
  const name = fc.oneof(
    fc.constantFrom("a", "b", "a.b", "it's", "__proto__", "[]", ""),
    fc.string(),
  );
  const { args } = fc.letrec<{ args: object; value: unknown }>((tie) => ({
    args: fc.dictionary(name, tie("value"), { maxKeys: 4 }),
    value: fc.oneof(
      { maxDepth: 3 },
      fc.string({ unit: "binary" }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
      tie("args"),
      fc.array(tie("value"), { maxLength: 4 }),
    ),
  }));

  function say(value: unknown, path: string): object[] {
    if (typeof value === "string") {
      const half = value.length >> 1;
      return [
        { jsonPath: path, stringValue: value.slice(0, half), willContinue: true },
        { jsonPath: path, stringValue: value.slice(half), willContinue: true },
        { jsonPath: path, stringValue: "" },
      ];
    }
    if (typeof value === "number") return [{ jsonPath: path, numberValue: value }];
    if (typeof value === "boolean") return [{ jsonPath: path, boolValue: value }];
    if (value === null) return [{ jsonPath: path, nullValue: "NULL_VALUE" }];
    if (Array.isArray(value)) {
      const elements = value.flatMap((element, index) => say(element, `${path}[${index}]`));
      return value.length === 0 ? [{ jsonPath: `${path}[]` }] : elements;
    }
    const members = Object.entries(value as object).flatMap(([key, member]) =>
      say(member, `${path}['${key.replace(/[\\']/g, "\\$&")}']`),
    );
    return members.length === 0 ? [{ jsonPath: path }] : members;
  }

  test("writes what was said, piece by piece", () => {
    fc.assert(
      fc.property(args, (value) => {
        const plain = JSON.parse(JSON.stringify(value)) as object;
        expect(JSON.parse(write(...say(plain, "$")))).toEqual(plain);
      }),
      runs(200),
    );
  });

  test("takes time that is linear in what waits", () => {
    const paths = 20_000;
    const entry = (index: number) => ({
      jsonPath: `$.k${index}`,
      stringValue: "x",
      willContinue: true,
    });
    const entries = Array.from({ length: paths }, (_, index) => entry(index));
    expect(Object.keys(JSON.parse(write(...entries)) as object)).toHaveLength(paths);
  });
});
