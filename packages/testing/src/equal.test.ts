import { LimitError } from "@millrace/core";
import { expect, test } from "vitest";
import { equal } from "./equal.ts";

const limit = (offset: number) => new LimitError("Too long", { stage: "lines", offset });

function cycle(a: number): object {
  const value: { a: number; self?: object } = { a };
  value.self = value;
  return value;
}

function inTurn(a: number, b: number): object {
  const value: { a: number; self?: object } = { a };
  value.self = { a: b, self: value };
  return value;
}

test.each([
  [NaN, NaN],
  [{ a: [1, { b: undefined }] }, { a: [1, { b: undefined }] }],
  [new Uint8Array([1, 2]), new Uint8Array([0, 1, 2]).subarray(1)],
  [new Date(7), new Date(7)],
  [new Map([["a", [1]]]), new Map([["a", [1]]])],
  [new Set(["a"]), new Set(["a"])],
  [limit(3), limit(3)],
  [Object.assign(Object.create(null) as object, { a: 1 }), { a: 1 }],
  [new Uint8Array([1]).buffer, new Uint8Array([1]).buffer],
  [new DataView(new ArrayBuffer(2), 1), new DataView(new ArrayBuffer(1))],
  [new Date(NaN), new Date(NaN)],
  [/a/g, /a/g],
  [new URL("a:b"), new URL("a:b")],
  [Object.create(null), {}],
  [cycle(1), cycle(1)],
  [cycle(1), { a: 1, self: cycle(1) }],
  [cycle(1), inTurn(1, 1)],
])("%o is %o", (left, right) => {
  expect(equal(left, right)).toBe(true);
});

test.each([
  [0, -0],
  [1, "1"],
  [null, {}],
  [[], {}],
  [{ a: undefined }, {}],
  [{ a: undefined }, { b: undefined }],
  [[1, 2], [1]],
  [new Uint8Array([1]), [1]],
  [new Date(7), new Date(8)],
  [new Map([["a", 1]]), new Map([["b", 1]])],
  [limit(3), limit(4)],
  [new Error("a"), new TypeError("a")],
  [new DataView(new Uint8Array([1]).buffer), new DataView(new Uint8Array([2]).buffer)],
  [/a/g, /b/g],
  [new URL("a:b"), new URL("a:c")],
  [cycle(1), cycle(2)],
  [cycle(1), inTurn(1, 2)],
  [cycle(1), { a: 1, self: { a: 1, self: {} } }],
])("%o is not %o", (left, right) => {
  expect(equal(left, right)).toBe(false);
});

test("an error is what a user sees of it, whatever `run` has written on it", () => {
  expect(equal(Object.assign(limit(3), { outputs: ["a"] }), limit(3))).toBe(true);
});
