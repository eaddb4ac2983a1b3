import { systemClock } from "@millrace/core/clock";
import { StoreError } from "@millrace/core/store";

export interface Patience {
  /** Milliseconds in which something must have answered. */
  timeout: number;
  /** Whether an error may pass by itself: a lost connection does, a refusal does not. */
  isPassing(this: void, error: unknown): boolean;
}

/** What is done, to say so if it cannot be done. */
export interface Task {
  /** As in `append to`. */
  verb: string;
  id: string;
}

const FIRST_PAUSE = 25; // ms
const LONGEST_PAUSE = 500; // ms

/**
 * Tries until it succeeds, is refused, or the time is over. A try that hangs is waited for no longer
 * than that; nobody knows whether it took effect, so whatever is tried must bear to be done twice.
 *
 * @param release is given what comes when nobody waits for it any more
 */
export function tryFor<T>(
  { timeout, isPassing }: Patience,
  task: Task,
  attempt: () => Promise<T>,
  release?: (late: T) => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const refuse: (error: unknown) => void = reject;
    let cause: unknown; // the last error that may pass
    let pause = FIRST_PAUSE;
    let isOver = false;
    let cancelPause = (): void => undefined;
    const cancelTimeout = systemClock.after(timeout, () => {
      finish();
      reject(unavailable(task, timeout, cause));
    });

    function finish(): void {
      isOver = true;
      cancelTimeout();
      cancelPause();
    }

    function onError(error: unknown): void {
      if (isOver) return;
      if (!isPassing(error)) {
        finish();
        refuse(error);
        return;
      }
      cause = error;
      cancelPause = systemClock.after(pause, tryOnce);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    }

    function tryOnce(): void {
      attempt().then((value) => {
        if (isOver) {
          release?.(value);
          return;
        }
        finish();
        resolve(value);
      }, onError);
    }

    tryOnce();
  });
}

/** The error of a store that cannot be reached, with what its client said last. */
export function unavailable({ verb, id }: Task, timeout: number, cause: unknown): StoreError {
  const seconds = String(timeout / 1000);
  const message = `Cannot ${verb} ${id}: the store has not answered for ${seconds} s`;
  return new StoreError(message, { code: "unavailable", id, cause });
}
