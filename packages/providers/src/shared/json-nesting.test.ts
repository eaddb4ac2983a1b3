import { expect, test } from "vitest";
import { splitJson } from "./json-nesting.ts";

test.each<[string, string[]]>([
  ["", []],
  ["  ", []],
  ['{"a":1}', ['{"a":1}']],
  ['{"a":"}{"}{"b":[{}]}', ['{"a":"}{"}', '{"b":[{}]}']],
  ['{}\n[1] {"c', ["{}", "\n[1]", ' {"c']],
  ['"{\\"}" {}', ['"{\\"}" {}']],
  ["<html>", ["<html>"]],
  ["}{}", ["}{}"]],
])("splitJson parts %j", (json, pieces) => {
  expect(splitJson(json)).toEqual(pieces);
});
