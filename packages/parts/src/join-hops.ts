import { stage, type Stage } from "@millrace/core";
import { checkOverlap, openHopJoiner } from "./join-hops/open-hop-joiner.ts";
import type { Part } from "./part.ts";

/** An item of an answer that several sources give in turn. */
export interface Hop<T> {
  /** Counts the sources from 1. A larger number says that the one before has failed. */
  hop: number;
  /** Absent where the source merely begins. */
  item?: T | undefined;
}

export interface JoinHopsOptions {
  /**
   * The longest end of the text that is recognised where it is repeated, in UTF-16 units. Default
   * 16,384; 0 where sources are known to repeat nothing.
   */
  maxOverlap?: number;
  /** Open blocks, errors and finishes that may have to be remembered. Default 65,536. */
  maxHeld?: number;
}

/**
 * One answer out of the parts of several sources, each of which goes on where the one before failed.
 *
 * - **In / Out:** parts with the number of their source; parts. A failed source's `error` and `finish`
 *   are dropped. Its open text block stays open, and the first text block of the next source goes on
 *   with it. Its open reasoning and tool input is void, by a `reset`; calls that were whole stand.
 *   Later ids have the source's number before them (`h2:text-0`), usage is added up, and each choice
 *   has one `finish`, that of the last source that has one. What later sources say of themselves
 *   passes: another model may write. What one says after the next has begun is dropped.
 * - **Overlap:** where the text that goes on begins with the end of the text so far, that much of it is
 *   left out: the longest such end that has two letters or digits in it, and begins at the edge of a word
 *   or is eight units long; or all that came (`findOverlap` of `@millrace/core/text`).
 * - **When:** at once, but for what a failure would undo: text that may still turn out to be a
 *   repetition; the end of a block until something else begins in the same choice (that of reasoning
 *   with a signature is at once, that of tool input with a call that is whole); errors, finishes and
 *   calls that broke off until no other source can follow, which is the end of the stream.
 * - **Limits:** `maxOverlap` for what is held of the text, `maxHeld`.
 * - **Errors:** a `LimitError` beyond `maxHeld`, a `RangeError` for a `maxOverlap` below 0 or that is no
 *   number. When the stream fails, all that waits comes out first.
 * - **Cost:** a look-up and an object a part; at each source, one with the end of the text.
 *
 * @example
 * ```ts
 * import { run } from "@millrace/core";
 * import { joinHops, text, type Part } from "@millrace/parts";
 *
 * const says = (delta: string): Part[] => [
 *   { type: "text-start", id: "text-0" },
 *   { type: "text-delta", id: "text-0", delta },
 *   { type: "text-end", id: "text-0" },
 * ];
 * const parts = run(joinHops(), [
 *   ...says("The wheel tur").map((item) => ({ hop: 1, item })),
 *   ...says("wheel turns.").map((item) => ({ hop: 2, item })),
 * ]);
 * run(text(), parts); // => ["The wheel tur", "ns."]
 * parts.length; // => 4
 * ```
 */
export function joinHops(options: JoinHopsOptions = {}): Stage<Hop<Part>, Part> {
  checkOverlap(options);
  return stage((emit) => {
    const { push, finish } = openHopJoiner("joinHops", options, emit);
    return { push, flush: finish, fail: finish };
  });
}
