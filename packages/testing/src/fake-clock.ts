import type { Clock } from "@millrace/core/clock";
import { turn } from "./turn.ts";

/** A clock that stands still until it is told to go on. */
export interface FakeClock extends Clock {
  /** How many timers run. None when all that was started is over, as it should be. */
  readonly running: number;
  /**
   * Goes on by so many milliseconds. Timers that fall due call back in order, each at its time, and
   * what they bring about happens before the next one.
   */
  advance(this: void, milliseconds: number): Promise<void>;
}

/**
 * A clock for tests of what depends on time: no test waits, none is early or late.
 *
 * @example
 * ```ts
 * import { fakeClock } from "@millrace/testing";
 *
 * const clock = fakeClock();
 * const rings: number[] = [];
 * clock.after(250, () => rings.push(clock.now()));
 * await clock.advance(1_000);
 * rings; // => [250]
 * clock.now(); // => 1000
 * ```
 */
export function fakeClock(): FakeClock {
  let time = 0;
  const timers = new Set<Timer>();

  function nextDue(until: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of timers) {
      if (timer.due <= until && (next === undefined || timer.due < next.due)) next = timer;
    }
    return next;
  }

  return {
    now: () => time,
    after(milliseconds, callback) {
      const timer = { due: time + delay(milliseconds), callback };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    get running() {
      return timers.size;
    },
    async advance(milliseconds) {
      const until = time + delay(milliseconds);
      await settle();
      for (let timer = nextDue(until); timer !== undefined; timer = nextDue(until)) {
        time = timer.due;
        timers.delete(timer);
        timer.callback();
        await settle();
      }
      time = Math.max(time, until);
    },
  };
}

/** As the platform's timers take it: what is no number, or less than nothing, is nothing. */
function delay(milliseconds: number): number {
  return milliseconds > 0 ? milliseconds : 0;
}

interface Timer {
  due: number;
  callback: () => void;
}

// Some steps of a chain of streams take a turn of the event loop each.
const TURNS_TO_SETTLE = 3;

async function settle(): Promise<void> {
  for (let turns = 0; turns < TURNS_TO_SETTLE; turns++) await turn();
}
