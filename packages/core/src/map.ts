import { stage, type Stage } from "./stage.ts";

/**
 * Each item, changed by a function.
 *
 * - **In / Out:** any item; what the function returns for it.
 * - **When:** one output an input, at once.
 * - **Errors:** what the function throws.
 * - **Cost:** one call an item.
 *
 * @example
 * ```ts
 * import { map, run } from "@millrace/core";
 *
 * run(map((text: string, index) => `${index}:${text}`), ["a", "b"]); // => ["0:a", "1:b"]
 * ```
 */
export function map<I, O>(change: (item: I, index: number) => O): Stage<I, O> {
  return stage((emit) => {
    let index = 0;
    return {
      push(item) {
        emit(change(item, index++));
      },
    };
  });
}
