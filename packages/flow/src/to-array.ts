import type { Source } from "@millrace/core";
import { openSource } from "@millrace/core/streams";

/**
 * All items of a source.
 *
 * - **In / Out:** anything that can be read; its items, in order.
 * - **Errors:** what the source fails with; an `Error` carries the items that came before as
 *   `outputs`, as with `run`.
 * - **Limits:** none: it holds all that comes.
 * - **Cost:** one read an item.
 *
 * @example
 * ```ts
 * import { map, pipe } from "@millrace/core";
 * import { toArray } from "@millrace/flow";
 *
 * await toArray(pipe(["mill", "race!"], map((text) => text.length))); // => [4, 5]
 * ```
 */
export async function toArray<T>(source: Source<T>): Promise<T[]> {
  const feed = openSource(source);
  const outputs: T[] = [];
  try {
    for (;;) {
      const { done, value } = await feed.read();
      if (done === true) return outputs;
      outputs.push(value as T);
    }
  } catch (error) {
    if (error instanceof Error && Object.isExtensible(error)) Object.assign(error, { outputs });
    throw error;
  } finally {
    feed.release();
  }
}
