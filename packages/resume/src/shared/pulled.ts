/** Gives batch after batch. One call at a time. */
export interface Pull<T> {
  /** Undefined: the end. */
  next(this: void): Promise<T | undefined>;
  /** Nobody asks any more. What is under way may be given up. */
  close(this: void): void;
}

/**
 * An iterable over what is pulled, which ends at once when the signal aborts or its `return` is called,
 * also while it waits: the loop of a generator would hear of that with the next batch only.
 */
export function pulled<T>(open: () => Pull<T>, signal?: AbortSignal): AsyncIterable<T> {
  return { [Symbol.asyncIterator]: () => iterate(open(), signal) };
}

/** The first that is pulled; undefined where there is none, and at once when the signal aborts. */
export async function firstPulled<T>(
  open: () => Pull<T>,
  signal?: AbortSignal,
): Promise<T | undefined> {
  for await (const first of pulled(open, signal)) return first;
  return undefined;
}

function iterate<T>(pull: Pull<T>, signal: AbortSignal | undefined): AsyncIterator<T, undefined> {
  let isOver = false;
  let isHearing = false;
  let last: Promise<unknown> = Promise.resolve();
  const leaving = new Set<() => void>(); // whoever waits

  function finish(): void {
    if (isOver) return;
    isOver = true;
    signal?.removeEventListener("abort", finish);
    pull.close();
    for (const leave of leaving) leave();
  }

  function ask(): Promise<IteratorResult<T, undefined>> {
    return new Promise((resolve, reject) => {
      const fail: (error: unknown) => void = reject;
      const leave = (): void => {
        leaving.delete(leave);
        resolve(DONE);
      };
      if (isOver) {
        leave();
        return;
      }
      leaving.add(leave);
      pull.next().then(
        (value) => {
          if (!isOver && value !== undefined) resolve({ done: false, value });
          else finish();
          leave();
        },
        (error: unknown) => {
          if (!isOver) {
            leaving.delete(leave);
            fail(error);
          }
          finish();
        },
      );
    });
  }

  return {
    next() {
      if (!isHearing) {
        isHearing = true;
        if (signal?.aborted === true) finish();
        else signal?.addEventListener("abort", finish);
      }
      const answer = last.then(ask, ask);
      last = answer;
      return answer;
    },
    return() {
      finish();
      return Promise.resolve(DONE);
    },
  };
}

const DONE = { done: true, value: undefined } as const;
