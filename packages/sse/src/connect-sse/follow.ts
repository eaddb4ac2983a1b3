import type { Clock } from "@millrace/core/clock";

/** Calls back when a signal is aborted, at once if it is already. Gives what stops it. */
export function follow(
  signal: AbortSignal | null | undefined,
  abort: (reason: unknown) => void,
): () => void {
  const tell = () => abort(signal?.reason);
  if (signal?.aborted === true) tell();
  else signal?.addEventListener("abort", tell);
  return () => signal?.removeEventListener("abort", tell);
}

/** Waits, unless the signal is aborted: then it fails with the reason. */
export function sleep(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = clock.after(milliseconds, () => {
      unfollow();
      resolve();
    });
    const unfollow = follow(signal, () => {
      stop();
      reject(signal.reason as Error);
    });
  });
}
