import { expect, test } from "vitest";
import { isStoreError, StoreError } from "./store-error.ts";

test("errors of stores are known by their fields, whatever made them", () => {
  const cause = new Error("why");
  const error = new StoreError("Cannot append", { code: "fenced", id: "chat-1", cause });
  expect(error).toMatchObject({ name: "StoreError", code: "fenced", id: "chat-1", cause });
  expect(isStoreError(error)).toBe(true);
  expect(isStoreError(error, "fenced")).toBe(true);
  expect(isStoreError(error, "gone")).toBe(false);
  expect(isStoreError({ name: "StoreError", code: "gone", id: "chat-1" }, "gone")).toBe(true);
});

test("what else may be thrown is not an error of a store", () => {
  for (const other of [undefined, null, "gone", { name: "StoreError" }, { id: "chat-1" }])
    expect(isStoreError(other)).toBe(false);
});
