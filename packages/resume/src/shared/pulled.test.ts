import { expect, test } from "vitest";
import { pulled, type Pull } from "./pulled.ts";

/** Gives numbers when it is told to. */
function heldPull() {
  const waiting: ((value?: number) => void)[] = [];
  let closed = 0;
  const pull: Pull<number> = {
    next: () =>
      new Promise<number | undefined>((resolve) => {
        waiting.push(resolve);
      }),
    close() {
      closed++;
    },
  };
  return { pull, waiting, closed: () => closed };
}

const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

test("Batches come one after another, to the end", async () => {
  let number = 0;
  const next = () => Promise.resolve(number < 3 ? ++number : undefined);
  const all: number[] = [];
  for await (const one of pulled(() => ({ next, close: () => undefined }))) all.push(one);
  expect(all).toEqual([1, 2, 3]);
});

test("Who has asked twice is answered in order", async () => {
  const { pull, waiting } = heldPull();
  const batches = pulled(() => pull)[Symbol.asyncIterator]();
  const both = Promise.all([batches.next(), batches.next()]);
  await turn();
  expect(waiting).toHaveLength(1);
  waiting[0]?.(1);
  await turn();
  waiting[1]?.(2);
  expect((await both).map((result) => result.value as unknown)).toEqual([1, 2]);
});

test.each(["return", "abort"])(
  "Whoever waits is let go by %s, and it is closed once",
  async (how) => {
    const { pull, closed } = heldPull();
    const controller = new AbortController();
    const batches = pulled(() => pull, controller.signal)[Symbol.asyncIterator]();
    const next = batches.next();
    await turn();
    if (how === "return") await batches.return?.();
    else controller.abort();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(await batches.next()).toEqual({ done: true, value: undefined });
    expect(closed()).toBe(1);
  },
);

test("A signal that has aborted ends it before it has begun", async () => {
  const { pull, waiting } = heldPull();
  const batches = pulled(() => pull, AbortSignal.abort())[Symbol.asyncIterator]();
  expect((await batches.next()).done).toBe(true);
  expect(waiting).toHaveLength(0);
});

test("An error is the last that comes", async () => {
  const next = () => Promise.reject<number>(new Error("no"));
  const batches = pulled(() => ({ next, close: () => undefined }))[Symbol.asyncIterator]();
  await expect(batches.next()).rejects.toThrow("no");
  expect((await batches.next()).done).toBe(true);
});
