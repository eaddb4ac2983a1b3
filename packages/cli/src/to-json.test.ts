import { expect, test } from "vitest";
import { toJson } from "./to-json.ts";

test.each<[string, unknown, string]>([
  ["bytes that are text", { body: new TextEncoder().encode("räce") }, '{"body":"räce"}'],
  ["bytes that are none, as Base64", { body: Uint8Array.of(0xff, 0xfe) }, '{"body":"//4="}'],
  ["a number that JSON has not", { time: 2n ** 60n }, '{"time":"1152921504606846976"}'],
  ["an error", new RangeError("too far"), '{"name":"RangeError","message":"too far"}'],
  ["what JSON does not have at all", undefined, "null"],
])("A line of JSON has %s", (_, value, expected) => {
  expect(toJson(value)).toBe(expected);
});
