import * as fc from "fast-check";
import { expect, test } from "vitest";
import { openQueue } from "./queue.ts";

test("A queue is what an array is to push and shift", () => {
  const steps = fc.array(fc.integer({ min: -2, max: 2 }), { maxLength: 500, size: "max" });
  fc.assert(
    fc.property(steps, (numbers) => {
      const queue = openQueue<number>();
      const array: number[] = [];
      for (const number of numbers) {
        if (number >= 0) {
          queue.add(number);
          array.push(number);
        } else expect(queue.take()).toBe(array.shift());
        expect([queue.length, queue.first()]).toEqual([array.length, array[0]]);
      }
      queue.clear();
      expect([queue.length, queue.first(), queue.take()]).toEqual([0, undefined, undefined]);
    }),
    { numRuns: 20 },
  );
});

test("It takes a million out of a million that wait", () => {
  const queue = openQueue<number>();
  const COUNT = 1_000_000;
  for (let number = 0; number < COUNT; number++) queue.add(number);
  for (let number = 0; number < COUNT; number++) {
    if (queue.take() !== number) expect.fail(`It has lost ${String(number)}`);
    queue.add(COUNT + number);
  }
  expect([queue.length, queue.first()]).toEqual([COUNT, COUNT]);
});
