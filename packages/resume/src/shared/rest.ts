import { systemClock } from "@millrace/core/clock";

/**
 * For a store that never waits: counts its steps, and gives every so often what has to be waited for. Beside a
 * source or a reader that never waits either, everything else in the process would wait for ever.
 */
export function restEvery(steps: number): () => Promise<void> | undefined {
  let taken = 0;
  return () => (++taken % steps === 0 ? nextTurn() : undefined);
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => void systemClock.after(0, resolve));
}
