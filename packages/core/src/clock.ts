/**
 * What tells the time, and wakes. The one thing that no stage may have and every operator on time
 * needs: pass one to choose it, as tests do.
 */
export interface Clock {
  /** Milliseconds since some moment in the past. It never goes back. */
  now(this: void): number;
  /** Calls back once, after so many milliseconds, unless what it gives is called before. */
  after(this: void, milliseconds: number, callback: () => void): () => void;
}

/**
 * The runtime's own clock and timers. A delay beyond the longest of the platform's timers, some 24
 * days, never ends, where `setTimeout` would call back at once.
 *
 * @example
 * ```ts
 * import { systemClock } from "@millrace/core/clock";
 *
 * const begun = systemClock.now();
 * await new Promise<void>((resolve) => void systemClock.after(5, resolve));
 * systemClock.now() > begun; // => true
 * ```
 */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(milliseconds, callback) {
    if (milliseconds > LONGEST_TIMER) return () => undefined;
    const timer = setTimeout(callback, milliseconds);
    return () => {
      clearTimeout(timer);
    };
  },
};

const LONGEST_TIMER = 2_147_483_647;
