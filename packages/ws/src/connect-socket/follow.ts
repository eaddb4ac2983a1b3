/** Calls back when a signal is aborted. Gives what stops it. */
export function follow(
  signal: AbortSignal | undefined,
  abort: (reason: unknown) => void,
): () => void {
  const tell = () => {
    abort(signal?.reason);
  };
  signal?.addEventListener("abort", tell);
  return () => signal?.removeEventListener("abort", tell);
}
