import { systemClock, type Clock } from "@millrace/core/clock";
import { operator, type Operator } from "./operator.ts";
import { relay } from "./relay.ts";

export interface TimeoutOptions<T> {
  /** Milliseconds that a reader waits for the first item. Default: no limit. */
  first?: number;
  /** Milliseconds that a reader waits for each later item. Default: no limit. */
  idle?: number;
  /** Milliseconds from the first read to the end, whoever takes them. Default: no limit. */
  total?: number;
  /** Whether an item is output, and no mere sign of life. Default: every item is. */
  isOutput?: (item: T) => boolean;
  clock?: Clock;
}

/** Nothing came in time. It is called as the platform's own is, so code looks for either by `name`. */
export class TimeoutError extends Error {
  override readonly name = "TimeoutError";
  /** Which of the limits it was. */
  readonly limit: "first" | "idle" | "total";
  readonly milliseconds: number;

  constructor(limit: "first" | "idle" | "total", milliseconds: number) {
    super(`Cannot go on: ${MISSED[limit]} within ${limit} ${milliseconds} ms`);
    this.limit = limit;
    this.milliseconds = milliseconds;
  }
}

const MISSED = {
  first: "no first item came",
  idle: "nothing more came",
  total: "the stream did not end",
};

/**
 * Fails a stream that keeps its reader waiting.
 *
 * - **In / Out:** the same items.
 * - **When:** an item passes at once. `first` and `idle` run only while a reader waits: one that does
 *   not read is no fault of the sender. An item that does not count passes on and stops no timer,
 *   so that pings keep nothing alive. `total` runs from the first read, whether or not one reads.
 * - **Errors:** `TimeoutError`, behind everything that came before; the source is cancelled with it
 *   at once. What `isOutput` throws. A `RangeError` for a limit below 0.
 * - **Cost:** one timer a read, and one for the total.
 *
 * @example
 * ```ts
 * import { pipe } from "@millrace/core";
 * import { timeout } from "@millrace/flow";
 *
 * async function* hangs() {
 *   yield "mill";
 *   await new Promise(() => {});
 * }
 * try {
 *   for await (const item of pipe(hangs()).pipeThrough(timeout({ idle: 20 }))) {
 *     console.log(item); // => "mill"
 *   }
 * } catch (error) {
 *   (error as Error).message; // => "Cannot go on: nothing more came within idle 20 ms"
 * }
 * ```
 */
export function timeout<T>(options: TimeoutOptions<T>): Operator<T, T> {
  const { first = Infinity, idle = Infinity, total = Infinity } = options;
  const { isOutput = () => true, clock = systemClock } = options;
  for (const [name, limit] of Object.entries({ first, idle, total })) {
    if (limit >= 0) continue;
    throw new RangeError(`Cannot limit the time: ${name} must be 0 or more, not ${limit}`);
  }

  return operator((source) => {
    let limit: "first" | "idle" = "first";
    let left = first; // milliseconds that the reader may wait for the next item that counts
    let since = 0; // when it began to wait
    let stopWait = nothing;
    let stopTotal: (() => void) | undefined;

    const { readable, fail } = relay<T>(source, {
      onWait() {
        stopTotal ??= start(total, () => new TimeoutError("total", total));
        since = clock.now();
        stopWait = start(left, () => new TimeoutError(limit, limit === "first" ? first : idle));
      },
      onItem(item) {
        stopWait();
        left -= clock.now() - since;
        if (!isOutput(item)) return;
        limit = "idle";
        left = idle;
      },
      onOver() {
        stopWait();
        stopTotal?.();
      },
    });

    function start(milliseconds: number, error: () => TimeoutError): () => void {
      if (milliseconds === Infinity) return nothing;
      return clock.after(Math.max(0, milliseconds), () => {
        fail(error());
      });
    }

    return readable;
  });
}

function nothing(): void {
  // There is no timer to stop.
}
