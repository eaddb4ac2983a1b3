import { map, pipe } from "@millrace/core";
import { countingSource, failingSource, slowReader } from "@millrace/testing";
import { expect, test, vi } from "vitest";
import { operator } from "./index.ts";

const doubled = () =>
  operator((source: ReadableStream<number>) =>
    pipe(
      source,
      map((n: number) => n * 2),
    ),
  );

test("An operator is chained with pipeThrough", async () => {
  const { outputs } = await slowReader(pipe([1, 2]).pipeThrough(doubled()));
  expect(outputs).toEqual([2, 4]);
});

test("What came before a failure is read before it", async () => {
  const error = new Error("connection lost");
  const read = await slowReader(failingSource([1, 2], error).pipeThrough(doubled()), { delay: 1 });
  expect(read).toEqual({ outputs: [2, 4], ending: { type: "error", error } });
});

test("Cancelling reaches the source with its reason, and nobody reads far ahead", async () => {
  const source = countingSource([1, 2, 3, 4, 5, 6]);
  const reader = source.readable.pipeThrough(doubled()).getReader();
  await reader.read();
  await new Promise((resolve) => setTimeout(resolve));
  expect(source.pulled).toBeLessThanOrEqual(3);
  await reader.cancel("enough");
  await vi.waitUntil(() => source.cancelled); // cancelling does not wait for the source
  expect(source.reason).toBe("enough");
});
