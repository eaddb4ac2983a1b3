import { stage, type Stage } from "./stage.ts";

/**
 * The items that a predicate keeps.
 *
 * - **In / Out:** any item, unchanged. A type guard narrows the type of what comes out.
 * - **When:** at once.
 * - **Errors:** what the predicate throws.
 * - **Cost:** one call an item.
 *
 * @example
 * ```ts
 * import { filter, run } from "@millrace/core";
 *
 * run(filter((text: string) => text !== ""), ["a", "", "b"]); // => ["a", "b"]
 * ```
 */
export function filter<I, O extends I>(keep: (item: I, index: number) => item is O): Stage<I, O>;
export function filter<I>(keep: (item: I, index: number) => boolean): Stage<I, I>;
export function filter<I>(keep: (item: I, index: number) => boolean): Stage<I, I> {
  return stage((emit) => {
    let index = 0;
    return {
      push(item) {
        if (keep(item, index++)) emit(item);
      },
    };
  });
}
