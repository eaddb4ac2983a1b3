import { expect, test } from "vitest";
import { run } from "./run.ts";
import { take } from "./take.ts";

test("take: a count that is none is refused", () => {
  for (const count of [-1, 0.5, NaN, -Infinity])
    expect(() => take(count)).toThrow(
      new RangeError(`Cannot take ${count} items: count must be a whole number, 0 or more`),
    );
  expect(run(take(Infinity), ["a", "b"])).toEqual(["a", "b"]);
  expect(run(take(0), ["a"])).toEqual([]);
});

test("take: an item that its own reader pushes while it takes the last one is not taken", () => {
  const taken: string[] = [];
  const ends: unknown[] = [];
  const machine = take<string>(1).start(
    (item) => {
      taken.push(item);
      machine.push("b");
    },
    (reason) => ends.push(reason),
  );
  machine.push("a");
  expect(taken).toEqual(["a"]);
  expect(ends).toEqual([undefined]);
});
