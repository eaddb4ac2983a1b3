import { expect, test } from "vitest";
import { isProviderError, ProviderError } from "./provider-error.ts";

const error = { kind: "rate-limit", message: "Slowly", retryable: true } as const;
const refused = new ProviderError({ provider: "openai", error });

test("A provider's error is known by its fields, also of another copy of the package", () => {
  expect(isProviderError(refused)).toBe(true);
  expect(isProviderError(refused, "rate-limit")).toBe(true);
  expect(isProviderError(refused, "auth")).toBe(false);
  expect(isProviderError(Object.assign(new Error(refused.message), refused))).toBe(true);
});

test("No other error is one", () => {
  const part = { type: "error", error };
  const others = [undefined, null, "rate-limit", {}, new Error("Slowly"), error, part];
  expect(others.filter((other) => isProviderError(other))).toEqual([]);
});
