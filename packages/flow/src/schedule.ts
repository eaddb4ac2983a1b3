/** When those who wait have their turns. Times are in milliseconds. */
export interface Schedule {
  /** One more waits. */
  arrive(this: void, now: number): void;
  /** When the next one has its turn. Only while one waits. */
  due(this: void): number;
  /** The next one has had its turn. */
  leave(this: void): void;
}

/** The pause between two is this part of the latency, divided by how many wait. */
const PART = 5;

/**
 * Turns for what arrives in bursts, each at most `latency` after its arrival: whoever leaves at the
 * pace that empties the queue in that time, and at no slower one until the queue is empty, keeps
 * the promise to all who have arrived.
 */
export function openSchedule(latency: number): Schedule {
  let waiting = 0;
  let since = 0; // when the first of those who wait, with nobody before it, arrived
  let last = -Infinity; // the last turn, which may have been taken a little early
  let slowest = 0; // the pace that was promised, in turns a millisecond

  function due(): number {
    const pace = Math.max(slowest, (PART * waiting) / latency);
    return Math.max(since, last + 1 / pace);
  }

  return {
    arrive(now) {
      if (waiting === 0) {
        since = now;
        slowest = 0;
      }
      waiting++;
      const left = latency - Math.max(0, last - now);
      slowest = Math.max(slowest, waiting / Math.max(0, left));
    },
    due,
    leave() {
      last = due();
      waiting--;
    },
  };
}
