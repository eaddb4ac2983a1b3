import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseJsonPath, selects, type JsonPath } from "./json-path.ts";

describe("parseJsonPath", () => {
  test.each<[string, JsonPath]>([
    ["$", []],
    ["$.a.b", ["a", "b"]],
    ["$.items[*]", ["items", true]],
    ["$.a.b[*].c", ["a", "b", true, "c"]],
    ["$.*", [true]],
    ["$.*[0][10]", [true, 0, 10]],
    ['$["a b"]', ["a b"]],
    ["$['a b']['0']", ["a b", "0"]],
    ["$['it\\'s \"so\" \\\\']", ['it\'s "so" \\']],
    ['$["\\u0041\\n\\"\'"]["*"][""]', ["A\n\"'", "*", ""]],
    ["$.__proto__.constructor", ["__proto__", "constructor"]],
    ["$.A.Z_z9", ["A", "Z_z9"]],
    ["$['\\uABCD\\uabcd']", ["\uabcd\uabcd"]],
    ["$[9007199254740991]", [9007199254740991]],
    ["$.größe.名.😀", ["größe", "名", "😀"]],
    [" $ .a [ 0 ] [ 'b' ] ", ["a", 0, "b"]],
  ])("reads %s", (text, path) => {
    expect(parseJsonPath(text)).toEqual(path);
  });

  test.each<[string, number]>([
    ["", 0],
    ["items[*]", 0],
    ["$.", 1],
    ["$a", 1],
    ["$..a", 1],
    ["$.a.b-c", 5],
    ["$.a[", 3],
    ["$.a[-1]", 3],
    ["$.a[01]", 3],
    ["$.a[0:2]", 3],
    ["$.a[?@.b]", 3],
    ["$.a[0,1]", 3],
    ["$.a['b\"]", 3],
    ["$['\\x']", 1],
    ['$["\\N"]', 1],
    ["$.a['\\B']", 3],
    ['$["\\U0041"]', 1],
    ["$['a\nb']", 1],
    ["$[9007199254740992]", 1],
    ["$.a[*].0", 6],
  ])("refuses %s, and says where", (text, position) => {
    expect(() => parseJsonPath(text)).toThrow(
      new SyntaxError(
        `Cannot read the path ${JSON.stringify(text)} from position ${String(position)} on: ` +
          'a path is $ and any of .name, ["name"], [0], [*] and .* behind it',
      ),
    );
  });

  test("reads back any name, in either quotes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        const double = JSON.stringify(name);
        const single = double.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
        expect(parseJsonPath(`$[${double}]['${single}']`)).toEqual([name, name]);
      }),
    );
  });
});

test("selects tells names from indexes, and nothing lies beyond a path", () => {
  expect(selects("0", 0)).toBe(false);
  expect(selects(0, 0)).toBe(true);
  expect(selects("a", "a")).toBe(true);
  expect(selects(true, "a")).toBe(true);
  expect(selects(undefined, "a")).toBe(false);
});
