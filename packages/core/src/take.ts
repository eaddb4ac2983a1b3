import { stage, type Stage } from "./stage.ts";

/**
 * The first `count` items. Then the stream closes and its source is cancelled.
 *
 * - **In / Out:** any item, unchanged.
 * - **When:** at once; it ends with the last item, not with the one after it. `take(0)` reads
 *   nothing.
 * - **Errors:** a `RangeError` for a count that is not a whole number from 0 up, or `Infinity`.
 * - **Cost:** constant an item.
 *
 * @example
 * ```ts
 * import { run, take } from "@millrace/core";
 *
 * run(take(2), ["a", "b", "c"]); // => ["a", "b"]
 * ```
 */
export function take<T>(count: number): Stage<T, T> {
  if (!(count >= 0) || (count !== Infinity && !Number.isInteger(count))) {
    throw new RangeError(`Cannot take ${count} items: count must be a whole number, 0 or more`);
  }
  return stage((emit, end) => {
    let left = count;
    if (left === 0) end();
    return {
      push(item) {
        if (left === 0) return; // pushed to from within its own emit
        left--;
        emit(item);
        if (left === 0) end();
      },
    };
  });
}
