import { pipe } from "@millrace/core";
import { failingSource } from "@millrace/testing";
import { expect, test } from "vitest";
import { toArray } from "./index.ts";

test("It gives all items of a stream, an async iterable and an iterable", async () => {
  expect(await toArray(pipe(["a", "b"]))).toEqual(["a", "b"]);
  expect(await toArray(pipe([]))).toEqual([]);
  expect(await toArray(new Set([1, 2]))).toEqual([1, 2]);
  async function* two() {
    yield await Promise.resolve("a");
    yield "b";
  }
  expect(await toArray(two())).toEqual(["a", "b"]);
});

test("A failing source keeps its error, with the items that came before", async () => {
  const error = new Error("connection lost");
  await expect(toArray(failingSource(["a", "b"], error))).rejects.toBe(error);
  expect(error).toMatchObject({ outputs: ["a", "b"] });
});

test("It lets go of the stream", async () => {
  const readable = pipe(["a"]);
  await toArray(readable);
  expect(readable.locked).toBe(false);
});
