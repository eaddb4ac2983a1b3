import { StoreError } from "@millrace/core/store";
import { expect, test } from "vitest";
import {
  answerOf,
  connectionOf,
  isPassing,
  itemsOf,
  pairsOf,
  textOf,
  type RedisClient,
} from "./connection.ts";

test.each([
  ["a string", "mill", "mill"],
  ["bytes, of a client that was told so", new TextEncoder().encode("räce"), "räce"],
  ["a number", 7, "7"],
])("Text comes as %s", (_, reply, expected) => {
  expect(textOf(reply)).toBe(expected);
});

const PAIRS = [
  ["a", 1],
  ["b", 2],
];

test.each([
  ["a list, as in RESP2", ["a", 1, "b", 2]],
  ["a list of pairs", PAIRS],
  ["a map, as in RESP3", new Map([["a", 1] as const, ["b", 2] as const])],
  ["an object", { a: 1, b: 2 }],
])("Pairs come as %s", (_, reply) => {
  expect(pairsOf(reply)).toEqual(PAIRS);
});

test("Where there is no answer there is nothing in it", () => {
  expect(pairsOf(null)).toEqual([]);
  expect(itemsOf(null)).toEqual([]);
});

test("What Redis answers stands, but for what passes; what a client says by itself passes", () => {
  expect(isPassing(new Error("WRONGTYPE Operation against a key"))).toBe(false);
  expect(isPassing(new Error("LOADING Redis is loading"))).toBe(true);
  expect(isPassing(new Error("Socket closed unexpectedly"))).toBe(true);
  expect(isPassing("no error at all")).toBe(true);
  expect(isPassing(new StoreError("Refused", { code: "fenced", id: "x" }))).toBe(false);
  expect(answerOf(new Error("NOSCRIPT No matching script"))).toBe("NOSCRIPT");
});

test("A client puts its prefix before keys, if it is one that does", () => {
  const call = () => Promise.resolve();
  const prefixOf = (client: object) => connectionOf(client as RedisClient).keyPrefix;
  expect(prefixOf({ call, options: { keyPrefix: "mill:" } })).toBe("mill:");
  expect(prefixOf({ call, options: {} })).toBe("");
  expect(prefixOf({ call })).toBe("");
  expect(prefixOf({ sendCommand: call, options: { keyPrefix: "mill:" } })).toBe("");
});
