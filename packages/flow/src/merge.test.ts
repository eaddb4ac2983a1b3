import { countingSource, failingSource, slowReader, slowSource } from "@millrace/testing";
import * as fc from "fast-check";
import { expect, expectTypeOf, test } from "vitest";
import { merge, toArray } from "./index.ts";

test("It says of each value where it comes from: a name, or an index", async () => {
  expect(await toArray(merge({ a: ["x", "y"], b: [1] }))).toEqual([
    ["a", "x"],
    ["b", 1],
    ["a", "y"],
  ]);
  expect(await toArray(merge([["x"], ["y"]]))).toEqual([
    [0, "x"],
    [1, "y"],
  ]);
  expect(await toArray(merge({}))).toEqual([]);
});

test("Names are literal types, and values are those of their name", () => {
  const named = merge({ a: ["x"], b: [1] });
  expectTypeOf(named).toEqualTypeOf<
    ReadableStream<[key: "a", value: string] | [key: "b", value: number]>
  >();
  const forgiving = merge({ a: ["x"] }, { onError: (_, key) => key.length });
  expectTypeOf(forgiving).toEqualTypeOf<ReadableStream<[key: "a", value: string | number]>>();
});

test("A source that always has a value starves nobody", async () => {
  const eager = Array.from({ length: 20 }, (_, index) => index);
  const keys = (await toArray(merge({ eager, slow: slowSource(["a"]), other: eager }))).map(
    ([key]) => key,
  );
  const turns = keys.filter((key) => key !== "slow");
  for (const [index, key] of turns.entries()) {
    expect(key).toBe(index % 2 === 0 ? "eager" : "other");
  }
});

test("Nothing is asked for while nobody reads, and one value of each is ahead at most", async () => {
  const a = countingSource([1, 2, 3]);
  const b = countingSource([1, 2, 3]);
  const reader = merge({ a: a.readable, b: b.readable }).getReader();
  expect([a.pulled, b.pulled]).toEqual([0, 0]);
  await reader.read();
  await new Promise((resolve) => setTimeout(resolve));
  expect([a.pulled, b.pulled]).toEqual([1, 1]);
  await reader.cancel("enough");
  expect([a.reason, b.reason]).toEqual(["enough", "enough"]);
});

test("The first error fails the whole, behind what came before; the others hear of it", async () => {
  const error = new Error("connection lost");
  const other = countingSource(["x"], { stall: true });
  const { outputs, ending } = await slowReader(
    merge({ broken: failingSource(["a"], error), other: other.readable }),
  );
  expect(outputs).toEqual([
    ["broken", "a"],
    ["other", "x"],
  ]);
  expect(ending).toEqual({ type: "error", error });
  expect(other.reason).toBe(error);
});

test("An error becomes a value if asked for, and the others go on", async () => {
  const broken = failingSource(["a"], new Error("connection lost"));
  const onError = (error: unknown, key: string) => `${key}: ${(error as Error).message}`;
  expect(await toArray(merge({ broken, other: ["x", "y", "z"] }, { onError }))).toEqual([
    ["broken", "a"],
    ["other", "x"],
    ["broken", "broken: connection lost"],
    ["other", "y"],
    ["other", "z"],
  ]);
});

test("What `onError` throws fails the whole, behind what waits to be read", async () => {
  const mine = new Error("mine");
  const other = countingSource(["x", "y"], { stall: true });
  const sources = { broken: failingSource(["a"], new Error("lost")), other: other.readable };
  const onError = () => {
    throw mine;
  };
  const { outputs, ending } = await slowReader(merge(sources, { onError }));
  expect(outputs[0]).toEqual(["broken", "a"]);
  expect(outputs[1]).toEqual(["other", "x"]);
  expect(ending).toEqual({ type: "error", error: mine });
  expect(other.reason).toBe(mine);
});

test("A source that is locked locks none of the others", () => {
  const free = slowSource([1]);
  const locked = slowSource([1]);
  locked.getReader();
  expect(() => merge([free, locked])).toThrow(TypeError);
  expect(free.locked).toBe(false);
});

test("It is an interleaving, whenever which source answers: nothing lost, order kept", async () => {
  const items = fc.array(fc.nat(), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.array(items, { maxLength: 4 }), async (s, lists) => {
      async function* later(list: readonly number[]) {
        for (const item of list) yield await s.schedule(Promise.resolve(item));
      }
      const reading = toArray(merge(lists.map(later)));
      const merged = await s.waitFor(reading);
      for (const [index, list] of lists.entries()) {
        const own = merged.filter(([key]) => key === index).map(([, value]) => value);
        expect(own).toEqual(list);
      }
      expect(merged.length).toBe(lists.flat().length);
    }),
    { numRuns: 50 },
  );
});
