import { pipe } from "@millrace/core";
import { countingSource, fakeClock, slowReader } from "@millrace/testing";
import * as fc from "fast-check";
import { expect, test, vi } from "vitest";
import { mapAsync, toArray, type MapAsyncContext } from "./index.ts";

/** Takes as many milliseconds as the item says. */
function takingTime(clock = fakeClock()) {
  const counts = { running: 0, most: 0 };
  async function wait(milliseconds: number): Promise<number> {
    counts.most = Math.max(counts.most, ++counts.running);
    await new Promise<void>((resolve) => void clock.after(milliseconds, resolve));
    counts.running--;
    return milliseconds;
  }
  return { clock, counts, wait };
}

test("Outputs come in order, or as they are done", async () => {
  for (const ordered of [true, false]) {
    const { clock, counts, wait } = takingTime();
    const output = toArray(
      pipe([30, 10, 20]).pipeThrough(mapAsync(wait, { concurrency: 3, ordered })),
    );
    await clock.advance(30);
    expect(await output).toEqual(ordered ? [30, 10, 20] : [10, 20, 30]);
    expect(counts.most).toBe(3);
  }
});

test("Never more than its concurrency runs or waits to be read", async () => {
  const source = countingSource(Array.from({ length: 100 }, () => 1));
  const { clock, counts, wait } = takingTime();
  const output = source.readable.pipeThrough(mapAsync(wait, { concurrency: 4 }));
  await clock.advance(10);
  expect(counts.most).toBe(0);
  const reader = output.getReader();
  const first = reader.read();
  await clock.advance(100);
  await first;
  expect(counts.most).toBe(4);
  expect(source.pulled).toBeLessThanOrEqual(1 + 4 + 2); // read, mapped ahead, a hop
  await reader.cancel();
});

test("An error comes behind the outputs before it, and the source is cancelled at once", async () => {
  const clock = fakeClock();
  const { wait } = takingTime(clock);
  const source = countingSource([20, 0, 90], { stall: true });
  const error = new Error("no zero");
  const signals: AbortSignal[] = [];
  const fn = (n: number, { signal }: MapAsyncContext) => {
    signals.push(signal);
    if (n === 0) throw error;
    return wait(n);
  };
  const reading = slowReader(source.readable.pipeThrough(mapAsync(fn, { concurrency: 3 })));
  await clock.advance(10);
  expect(source.reason).toBe(error);
  expect(signals[0]!.aborted).toBe(false);
  await clock.advance(10);
  expect(await reading).toEqual({ outputs: [20], ending: { type: "error", error } });
  expect(signals[0]!.reason).toBe(error);
});

test("Cancelling aborts the calls with the reason", async () => {
  const source = countingSource(["a"], { stall: true });
  let heard: AbortSignal | undefined;
  const hang = (_: string, { signal }: MapAsyncContext) => {
    heard = signal;
    return new Promise<never>(() => undefined);
  };
  const reader = source.readable.pipeThrough(mapAsync(hang)).getReader();
  const pending = reader.read();
  await vi.waitUntil(() => heard !== undefined);
  await reader.cancel("enough");
  expect((await pending).done).toBe(true);
  expect(heard!.reason).toBe("enough");
  await vi.waitUntil(() => source.cancelled);
  expect(source.reason).toBe("enough");
});

test("Functions may be synchronous, and a concurrency is 1 or more", async () => {
  expect(await toArray(pipe([1, 2]).pipeThrough(mapAsync((n: number) => n + 1)))).toEqual([2, 3]);
  expect(() => mapAsync(String, { concurrency: 0 })).toThrow(RangeError);
  expect(() => mapAsync(String, { concurrency: NaN })).toThrow(RangeError);
});

test("In order it is map, whenever which call is done; else it is map in some order", async () => {
  const items = fc.array(fc.nat(), { maxLength: 8 });
  const concurrency = fc.integer({ min: 1, max: 4 });
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      items,
      concurrency,
      fc.boolean(),
      async (s, list, most, ordered) => {
        const fn = (n: number) => s.schedule(Promise.resolve(n * 2));
        const reading = toArray(
          pipe(list).pipeThrough(mapAsync(fn, { concurrency: most, ordered })),
        );
        const outputs = await s.waitFor(reading);
        const expected = list.map((n) => n * 2);
        const inOrder = (numbers: number[]) => (ordered ? numbers : numbers.sort((a, b) => a - b));
        expect(inOrder(outputs)).toEqual(inOrder(expected));
      },
    ),
    { numRuns: 50 },
  );
});
