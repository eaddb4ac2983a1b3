import { pipe } from "@millrace/core";
import { systemClock, type Clock } from "@millrace/core/clock";
import type { Result } from "@millrace/core/streams";
import { startAttempt, type Attempt, type AttemptOptions, type Open } from "./attempt.ts";
import { supplySource } from "./supply.ts";

export interface HedgeOptions<T> extends AttemptOptions<T> {
  /** How long the newest source may be without an output before the next is opened. In milliseconds. */
  after: number;
  /** Ends the stream with its reason. */
  signal?: AbortSignal | undefined;
  clock?: Clock;
}

/**
 * The first of several sources to answer: another one is opened when the first is late.
 *
 * - **In / Out:** what opens each source, or one function for two; the items of the source that had
 *   an output first, or ended without one. What the others gave before is dropped.
 * - **When:** it opens the first at the first read, the next one `after` milliseconds without an
 *   output later, or at once when every open one has failed. The winner's items as they come.
 * - **Limits:** as many sources as were given; of each, 256 items before its first output are held.
 * - **Errors:** those of the losers do not surface. When all fail, what the last one failed with,
 *   behind what came in it. The reason of `signal`. A `RangeError` if there is no source, or for an
 *   `after` below 0.
 * - **Cancel:** losers are cancelled, and their signals aborted, with an `AbortError`; all that are
 *   open with the reason of a cancel.
 * - **Cost:** a few promises an item. One answer in so many is paid for twice: choose `after` near
 *   the 95th percentile of the time to the first output.
 * - **Source:** J. Dean and L. A. Barroso, The Tail at Scale, Communications of the ACM 56 (2013).
 *
 * @example
 * ```ts
 * import { hedge, toArray } from "@millrace/flow";
 *
 * const never = () => new ReadableStream<string>();
 * const quick = () => ["Hello"];
 * await toArray(hedge([never, quick], { after: 5 })); // => ["Hello"]
 * ```
 */
export function hedge<T>(
  opens: Open<T> | readonly Open<T>[],
  options: HedgeOptions<T>,
): ReadableStream<T> {
  const { after, signal, clock = systemClock } = options;
  const sources = typeof opens === "function" ? [opens, opens] : opens;
  if (sources.length === 0) throw new RangeError("Cannot hedge: no source is given");
  if (!(after >= 0)) throw new RangeError(`Cannot hedge: after must be 0 or more, not ${after}`);
  const running = new Set<Attempt<T>>();
  let started = 0;
  let first: Promise<Attempt<T>> | undefined;
  let settled = false; // one has won, or none is wanted
  let stopTimer = (): void => undefined;

  function race(win: (winner: Attempt<T>) => void): void {
    function startNext(): void {
      if (settled) return; // by who was told that a source failed
      const open = sources[started++]!;
      const attempt = started;
      const entrant = startAttempt((signal) => open({ attempt, signal }), options);
      running.add(entrant);
      stopTimer();
      if (started < sources.length) stopTimer = clock.after(after, startNext);
      void entrant.look().then((failure) => {
        if (settled) return;
        running.delete(entrant);
        const isLast = running.size === 0 && started === sources.length;
        if (failure === undefined || isLast) {
          cancel(new DOMException("Another source answered first", "AbortError"));
          running.add(entrant);
          win(entrant);
        } else {
          entrant.abandon(failure.error);
          if (running.size === 0) startNext();
        }
      });
    }
    startNext();
  }

  async function read(): Promise<Result<T>> {
    first ??= new Promise(race);
    return (await first).read();
  }

  function cancel(reason: unknown): void {
    settled = true;
    stopTimer();
    for (const entrant of running) entrant.abandon(reason);
    running.clear();
  }

  return pipe(supplySource({ read, cancel }, signal));
}
