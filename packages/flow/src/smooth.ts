import { stage, type Stage } from "@millrace/core";
import { systemClock, type Clock } from "@millrace/core/clock";
import type { Operator } from "./operator.ts";
import { pace } from "./pace.ts";
import { textUnits } from "./text-units.ts";

export interface SmoothOptions {
  /** Cuts text into what is shown at a time, such as `words()`. By default text is shown as it comes. */
  by?: Stage<string, string>;
  /** The longest that an item is held back, in milliseconds. Default 400. */
  latency?: number;
  /** How many items are read ahead. Default 1,024. */
  maxAhead?: number;
  clock?: Clock;
}

const DEFAULT_LATENCY = 400;
const DEFAULT_MAX_AHEAD = 1_024;

/**
 * Plays bursts at a pace that people can follow.
 *
 * - **In / Out:** text, or parts; the same, later. Of parts only the deltas of text and reasoning
 *   are paced; all others go out right behind what came before them. With `by`, text and those deltas
 *   are cut into units, each block for itself; of a delta its `type`, `id` and `choice` are kept, and
 *   its `providerMetadata` follows, which some providers have to be sent back.
 *   How the network cut the text changes when units come, never which.
 * - **When:** the first item, and whatever comes after a silence, at once. What comes faster waits for
 *   its turn: a fifth of `latency` divided by how many wait, so that a steady stream is hardly late
 *   and a burst is played fast, then slower. None waits longer than `latency`, at the end neither.
 * - **Limits:** it reads `maxAhead` items ahead, with `by` one chunk more; `latency` counts from when
 *   an item was read.
 * - **Errors:** those of the source, behind what waits. A `RangeError` for a `latency` below 0 or
 *   without end, or a `maxAhead` below 1.
 * - **Cancel:** at once; what waits is dropped.
 * - **Cost:** a promise an item, and at most a timer each; several at once when they are due within
 *   half a millisecond.
 *
 * @example
 * ```ts
 * import { words } from "@millrace/buffers";
 * import { pipe } from "@millrace/core";
 * import { smooth } from "@millrace/flow";
 *
 * const burst = pipe(["The mill tu", "rns."]);
 * for await (const word of burst.pipeThrough(smooth({ by: words(), latency: 20 }))) {
 *   console.log(word); // => "The ", "mill ", "turns."
 * }
 * ```
 */
export function smooth<T>(options: SmoothOptions = {}): Operator<T, T> {
  const { by, latency = DEFAULT_LATENCY, maxAhead = DEFAULT_MAX_AHEAD } = options;
  const { clock = systemClock } = options;
  if (!(latency >= 0 && latency < Infinity)) {
    throw new RangeError(`Cannot smooth: latency must be 0 or more and finite, not ${latency}`);
  }
  if (!(maxAhead >= 1)) {
    throw new RangeError(`Cannot smooth: maxAhead must be 1 or more, not ${maxAhead}`);
  }
  const units = by === undefined ? stage<T, T>((emit) => ({ push: emit })) : textUnits<T>(by);
  return pace(units, { latency, maxAhead, clock });
}
