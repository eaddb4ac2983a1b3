import { operatorLaws } from "@millrace/testing";
import * as fc from "fast-check";
import { test } from "vitest";
import { abortable, mapAsync, merge, tee, timeout, type MapAsyncContext } from "./index.ts";

// Every operator is bound by the same laws, over a source that stalls, ends or fails.

const input = fc.array(fc.nat(3), { maxLength: 5 });
const declared = { input, samples: [[], [1, 2, 3]], runs: 5 };
const same = (items: readonly number[]): readonly number[] => items;

test("timeout", async () => {
  const make = timeout<number>;
  await operatorLaws(
    "timeout",
    ({ clock }) => make({ first: 100, idle: 100, total: 1_000, clock }),
    { ...declared, oracle: same },
  );
});

test("abortable, with an error, and with a last item", async () => {
  const options = { ...declared, oracle: same };
  const onAbort = (): number => -1;
  await operatorLaws("abortable", ({ signal }) => abortable<number>(signal), options);
  await operatorLaws(
    "abortable",
    ({ signal }) => abortable<number, number>(signal, { onAbort }),
    options,
  );
});

test("mapAsync, one at a time", async () => {
  const double = (n: number) => Promise.resolve(n * 2);
  const oracle = (items: readonly number[]) => items.map((n) => n * 2);
  await operatorLaws("mapAsync", () => mapAsync(double), { ...declared, oracle, readAhead: 3 });
});

test("mapAsync, several at once, in order and as they are done", async () => {
  const sorted = (items: readonly number[]) => [...items].sort((a, b) => a - b);
  for (const ordered of [true, false]) {
    await operatorLaws<number, number>(
      "mapAsync",
      ({ clock }) => {
        const later = (n: number, { signal }: MapAsyncContext) =>
          new Promise<number>((resolve) => {
            const stop = clock.after(n, () => {
              resolve(n);
            });
            signal.addEventListener("abort", stop);
          });
        return mapAsync(later, { concurrency: 3, ordered });
      },
      { ...declared, oracle: same, join: sorted, readAhead: 5, tick: 4, runs: 2 },
    );
  }
});

test("merge, of one source and of one beside others", async () => {
  const oracle = (items: readonly number[]) => items.map((n): [string, number] => ["a", n]);
  const alone = (a: ReadableStream<number>): ReadableStream<[string, number]> => merge({ a });
  const beside = (a: ReadableStream<number>): ReadableStream<[string, number]> =>
    merge({ none: [], a, neither: new Set<number>() });
  await operatorLaws("merge", () => alone, { ...declared, oracle, readAhead: 0 });
  await operatorLaws("merge", () => beside, { ...declared, oracle, readAhead: 0 });
});

test("tee, its last branch", async () => {
  const last = (source: ReadableStream<number>) => {
    const [first, second] = tee(source);
    void first.cancel();
    return second;
  };
  await operatorLaws("tee", () => last, { ...declared, oracle: same, readAhead: 0 });
});
