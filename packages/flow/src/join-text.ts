import { stage, type Emit, type Stage } from "@millrace/core";
import { DEFAULT_MAX_OVERLAP, findOverlap, holdText, type Overlap } from "@millrace/core/text";

/** An item and the source that it came from, counted from 1. */
export interface Hop<T> {
  hop: number;
  /** Absent where the source merely begins. */
  item?: T | undefined;
}

export interface JoinTextOptions {
  /** The longest repetition that is looked for, in UTF-16 units. Default 16,384; 0 joins as it comes. */
  maxOverlap?: number;
}

/**
 * One text out of sources that go on from each other, without what they repeat. Other items as they
 * are.
 *
 * - **In / Out:** pieces of text with the number of their source; text. Of what a later source
 *   begins with, the longest end of what came before is left out.
 * - **When:** at once, but at the beginning of a later source only when it can no longer become a
 *   repetition, or a longer one.
 * - **Overlap:** has two letters or digits in it, and begins at the edge of a word or is eight units
 *   long; or it is all that came (`findOverlap` of `@millrace/core/text`).
 * - **Limits:** the last `maxOverlap` units are remembered, and of a later source as many held.
 * - **Errors:** a `RangeError` for a `maxOverlap` below 0 or that is no number. What is held when its source
 *   fails was a repetition so far, and is dropped.
 * - **Cost:** linear in the text, whatever it repeats.
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
  const { maxOverlap = DEFAULT_MAX_OVERLAP } = options;
  if (!(maxOverlap >= 0)) {
    throw new RangeError(`Cannot join text: maxOverlap must be 0 or more, not ${maxOverlap}`);
  }
  return stage((emit) => {
    const held = holdText(); // the beginning of the hop, while it may be a repetition
    let current: number | undefined; // the hop that items come from
    let tail = ""; // the end of what came out, more than `maxOverlap` units of it if so much came
    let overlap: Overlap | undefined; // while it is looked for

    function put(text: string): void {
      if (text === "") return;
      tail += text;
      if (tail.length > 2 * maxOverlap + 2) tail = tail.slice(-maxOverlap - 1);
      (emit as Emit<unknown>)(text);
    }

    function nextHop(hop: number): void {
      if (current !== undefined) {
        held.take();
        overlap = findOverlap(tail.slice(-maxOverlap - 1), maxOverlap);
      }
      current = hop;
    }

    function take(text: string): void {
      if (overlap === undefined) {
        put(text);
        return;
      }
      held.add(text);
      const length = overlap.add(text);
      if (length !== undefined) settle(length);
    }

    function settle(length: number): void {
      overlap = undefined;
      put(held.take().slice(length));
    }

    return {
      push({ hop, item }) {
        if (hop !== current) nextHop(hop);
        if (typeof item === "string") take(item);
        else if (item !== undefined) emit(item);
      },
      flush() {
        if (overlap !== undefined) settle(overlap.end());
      },
    };
  });
}
