import { LimitError } from "@millrace/core";
import { countingSource, failingSource, slowReader } from "@millrace/testing";
import * as fc from "fast-check";
import { expect, test, vi } from "vitest";
import { tee, toArray } from "./index.ts";

const endless = () => countingSource(Array.from({ length: 1_000 }, (_, index) => index));

function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** Reads as far as a branch gives, and says how far that was. */
async function readOn(reader: ReadableStreamDefaultReader<unknown>, most: number): Promise<number> {
  let count = 0;
  for (let read = 0; read < most; read++)
    void reader.read().then(
      ({ done }) => (count += done ? 0 : 1),
      () => undefined,
    );
  await settle();
  return count;
}

test("Every branch gives all of the source", async () => {
  const [a, b] = tee(["mill", "race"]);
  expect(await Promise.all([toArray(a), toArray(b)])).toEqual([
    ["mill", "race"],
    ["mill", "race"],
  ]);
  const three = tee([1, 2], { branches: 3 });
  expect(await Promise.all(three.map(toArray))).toEqual([
    [1, 2],
    [1, 2],
    [1, 2],
  ]);
});

test("The slowest reader sets the pace, and what is held has an end", async () => {
  const source = endless();
  const [fast, slow] = tee(source.readable, { buffer: 8 });
  const reader = fast.getReader();
  expect(await readOn(reader, 20)).toBe(8);
  expect(source.pulled).toBe(8);
  const late = slow.getReader();
  for (let read = 0; read < 3; read++) expect((await late.read()).value).toBe(read);
  await settle();
  expect(source.pulled).toBe(11);
  await late.cancel();
  await settle();
  expect(source.pulled).toBe(20);
  await reader.cancel("enough");
  expect(source.reason).toBe("enough");
});

test("A slow branch may lose its oldest items, and is told how many", async () => {
  const source = endless();
  const onSlow = (dropped: number) => ({ dropped });
  const [fast, slow] = tee(source.readable, { buffer: 2, onSlow });
  expect(await readOn(fast.getReader(), 10)).toBe(10);
  const late = slow.getReader();
  expect((await late.read()).value).toEqual({ dropped: 8 });
  expect((await late.read()).value).toBe(8);
  expect((await late.read()).value).toBe(9);
  expect((await late.read()).value).toBe(10);
});

test("A slow branch may fail, behind what it holds, while the others go on", async () => {
  const [fast, slow] = tee([1, 2, 3, 4], { buffer: 2, onSlow: "error" });
  expect(await toArray(fast)).toEqual([1, 2, 3, 4]);
  const { outputs, ending } = await slowReader(slow);
  expect(outputs).toEqual([1, 2]);
  const message = "Cannot tee: a branch fell behind by more than buffer 2";
  const error = new LimitError(message, { stage: "tee", offset: 2 });
  expect(ending).toEqual({ type: "error", error });
});

test("An error of the source reaches every branch, behind its data", async () => {
  const error = new Error("connection lost");
  const [fast, slow] = tee(failingSource([1, 2], error));
  const expected = { outputs: [1, 2], ending: { type: "error", error } };
  expect(await slowReader(fast)).toEqual(expected);
  expect(await slowReader(slow)).toEqual(expected);
});

test("The source is cancelled with the last branch, and with its reason", async () => {
  const source = endless();
  const [a, b] = tee(source.readable);
  await a.cancel("first");
  expect(source.cancelled).toBe(false);
  await b.cancel("last");
  expect(source.reason).toBe("last");
});

test("What onSlow throws fails its branch alone, in place of what was dropped", async () => {
  const error = new Error("no drops");
  const onSlow = () => {
    throw error;
  };
  const [fast, slow] = tee([1, 2, 3], { buffer: 1, onSlow });
  expect(await toArray(fast)).toEqual([1, 2, 3]);
  expect(await slowReader(slow)).toEqual({ outputs: [], ending: { type: "error", error } });
});

test("The source is cancelled when the last branch has failed", async () => {
  const error = new Error("no drops");
  const onSlow = () => {
    throw error;
  };
  const source = endless();
  const [fast, slow] = tee(source.readable, { buffer: 1, onSlow });
  const reader = fast.getReader();
  expect(await readOn(reader, 3)).toBe(3);
  await reader.cancel("enough");
  expect((await slowReader(slow)).ending).toEqual({ type: "error", error });
  expect(source.reason).toBe(error);
});

test("So it is when the only branch that was in time left before the item came", async () => {
  let send!: (item: number) => void;
  const cancel = vi.fn();
  const start = (controller: ReadableStreamDefaultController<number>) => {
    send = (item) => {
      controller.enqueue(item);
    };
  };
  const source = new ReadableStream<number>({ start, cancel });
  const [fast, slow] = tee(source, { buffer: 1, onSlow: "error" });
  const reader = fast.getReader();
  send(1);
  expect(await readOn(reader, 2)).toBe(1);
  await reader.cancel("enough");
  send(2);
  const { outputs, ending } = await slowReader(slow);
  expect(outputs).toEqual([1]);
  expect(cancel.mock.calls).toEqual([[ending.type === "error" && ending.error]]);
});

test("A branch of items and drops is the source, whoever reads when", async () => {
  const reads = fc.array(fc.nat(1), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(
      fc.nat(20),
      fc.integer({ min: 0, max: 4 }),
      reads,
      async (length, buffer, turns) => {
        const items = Array.from({ length }, (_, index) => index);
        const branches = tee(items, { buffer, onSlow: (dropped) => ({ dropped }) });
        const readers = branches.map((branch) => branch.getReader());
        const seen: unknown[][] = [[], []];
        // Read as told, then to the end.
        for (const turn of [
          ...turns,
          ...Array<number>(2 * length + 2).fill(0),
          ...Array<number>(2 * length + 2).fill(1),
        ]) {
          const { done, value } = await readers[turn]!.read();
          if (!done) seen[turn]!.push(value);
        }
        for (const outputs of seen) {
          let next = 0;
          for (const output of outputs) {
            if (typeof output === "number") expect(output).toBe(next++);
            else next += (output as { dropped: number }).dropped;
          }
          expect(next).toBe(length);
        }
      },
    ),
    { numRuns: 50 },
  );
});

test("There is at least one branch", () => {
  expect(() => tee(["a"], { branches: 0 })).toThrow(RangeError);
  expect(() => tee(["a"], { branches: NaN })).toThrow(RangeError);
  expect(() => tee(["a"], { buffer: NaN })).toThrow(RangeError);
});
