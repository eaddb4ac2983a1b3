import type { Source } from "@millrace/core";
import type { Result } from "@millrace/core/streams";

/** Where an operator gets its items from. */
export interface Supply<T> {
  read(this: void): Promise<Result<T>>;
  /** No more is wanted. A pending `read` need not settle. */
  cancel(this: void, reason: unknown): void;
}

/**
 * A supply as a source for `pipe`, which a signal may end: then its sources are cancelled and the
 * pending read fails, both at once and with the signal's reason. It has the shape of an official
 * SDK's stream, the one iterable that hears the reason of a cancel.
 */
export function supplySource<T>({ read, cancel }: Supply<T>, signal?: AbortSignal): Source<T> {
  let over = false;
  let giveUp: (reason: unknown) => void; // rejects the newest read

  function abort(): void {
    stop(signal!.reason);
    giveUp(signal!.reason);
  }

  function close(): void {
    over = true;
    signal?.removeEventListener("abort", abort);
  }

  function stop(reason: unknown): void {
    if (over) return;
    close();
    cancel(reason);
  }

  function next(): Promise<Result<T>> {
    return new Promise((resolve, reject) => {
      giveUp = reject;
      if (signal?.aborted === true) {
        abort();
        return;
      }
      signal?.addEventListener("abort", abort); // the same one is there only once
      read().then(
        (result) => {
          if (result.done === true) close();
          resolve(result);
        },
        (error: unknown) => {
          stop(error);
          giveUp(error);
        },
      );
    });
  }

  const source = { controller: { abort: stop }, [Symbol.asyncIterator]: () => ({ next }) };
  return source as AsyncIterable<T>;
}
