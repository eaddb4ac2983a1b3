import { pipe } from "@millrace/core";
import { slowReader } from "@millrace/testing";
import { expect, test } from "vitest";
import { failover, hedge, merge, retry, tee } from "./index.ts";

const error = new Error("broken");

/** Iterables that do not keep to the protocol of iterators, or break in the middle of it. */
const BROKEN: Record<string, () => unknown> = {
  "gives nothing": () => undefined,
  "gives a promise of nothing": () => Promise.resolve(undefined),
  "gives a result that cannot be read": () =>
    Promise.resolve({
      get done() {
        throw error;
      },
    }),
  "gives a value that cannot be read": () => ({
    done: false,
    get value() {
      throw error;
    },
  }),
  throws: () => {
    throw error;
  },
  rejects: () => Promise.reject(error),
};

const OPERATORS: Record<string, (source: AsyncIterable<string>) => ReadableStream<unknown>> = {
  merge: (source) => merge({ source }),
  tee: (source) => tee(source)[0],
  retry: (source) => retry(() => source, { attempts: 1 }),
  hedge: (source) => hedge([() => source], { after: 5 }),
  failover: (source) => failover([() => source]),
  pipe: (source) => pipe(source),
};

test.each(Object.keys(OPERATORS))("%s fails with a source that is broken", async (operator) => {
  for (const [how, next] of Object.entries(BROKEN)) {
    const source = { [Symbol.asyncIterator]: () => ({ next }) } as AsyncIterable<string>;
    const { outputs, ending } = await slowReader(OPERATORS[operator]!(source));
    expect(outputs, how).toEqual([]);
    const isOurs = how.endsWith("nothing");
    const thrown = isOurs ? (expect.any(TypeError) as unknown) : error;
    expect(ending, how).toEqual({ type: "error", error: thrown });
  }
});
