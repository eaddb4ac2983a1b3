import { stage, type Emit, type Stage } from "@millrace/core";
import { openSeam, type Seam } from "./seam.ts";

/** An item and the source that it came from, counted from 1. */
export interface Hop<T> {
  hop: number;
  item: T;
}

export interface JoinTextOptions {
  /** The shortest repetition that is taken for one, in UTF-16 units, unless all is. Default 8. */
  minOverlap?: number;
  /** The longest that is looked for. Default 65,536; 0 joins as it comes. */
  maxOverlap?: number;
}

const DEFAULT_MIN_OVERLAP = 8;
const DEFAULT_MAX_OVERLAP = 65_536;

/**
 * One text out of sources that go on from each other, without what they repeat. Other items as they
 * are.
 *
 * - **In / Out:** pieces of text with the number of their source; text. Of what a later source
 *   begins with, the longest end of what came before is left out.
 * - **When:** at once, but at the beginning of a later source only when it can no longer become a
 *   repetition, or a longer one.
 * - **Limits:** the last `maxOverlap` units are remembered, and of a later source as many held. A
 *   repetition shorter than `minOverlap`, unless of all that came, is new text: where an answer just
 *   goes on, one letter in thirty equals the one before it.
 * - **Errors:** a `RangeError` for a `minOverlap` below 1. What is held when its source fails was
 *   a repetition so far, and is dropped.
 * - **Cost:** linear in the text, whatever it repeats.
 * - **Source:** Knuth, Morris, Pratt, Fast Pattern Matching in Strings, SIAM J. Comput. 6 (1977).
 *
 * @example
 * ```ts
 * import { run } from "@millrace/core";
 * import { joinText } from "@millrace/flow";
 *
 * const hops = [
 *   { hop: 1, item: "The mill turns sl" },
 *   { hop: 2, item: "turns sl" },
 *   { hop: 2, item: "owly." },
 * ];
 * run(joinText(), hops); // => ["The mill turns sl", "owly."]
 * ```
 */
export function joinText<T = string>(options: JoinTextOptions = {}): Stage<Hop<T>, T> {
  const { minOverlap = DEFAULT_MIN_OVERLAP, maxOverlap = DEFAULT_MAX_OVERLAP } = options;
  if (!(minOverlap >= 1)) {
    throw new RangeError(`Cannot join text: minOverlap must be 1 or more, not ${minOverlap}`);
  }
  return stage((emit) => {
    let current = 1; // the hop that items come from
    let tail = ""; // the end of what came out, `maxOverlap` units of it or more
    let seam: Seam | undefined; // the beginning of the hop, while it may be a repetition

    function put(text: string): void {
      if (text === "") return;
      tail += text;
      if (tail.length > 2 * maxOverlap) tail = lastOf(tail, maxOverlap);
      (emit as Emit<unknown>)(text);
    }

    return {
      push({ hop, item }) {
        if (typeof item !== "string") {
          emit(item);
          return;
        }
        if (hop !== current) {
          current = hop;
          const before = lastOf(tail, maxOverlap);
          seam = openSeam(before, Math.min(minOverlap, Math.max(1, before.length)));
        }
        const text = seam === undefined ? item : seam.add(item);
        if (text === undefined) return;
        seam = undefined;
        put(text);
      },
      flush() {
        if (seam !== undefined) put(seam.end());
      },
    };
  });
}

function lastOf(text: string, length: number): string {
  return text.slice(Math.max(0, text.length - length));
}
