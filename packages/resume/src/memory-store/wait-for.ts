/** Waits for something that calls back once. False as soon as the signal has aborted. */
export function waitFor(
  listen: (callback: () => void) => () => void,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve(false);
      return;
    }
    const unlisten = listen(() => {
      signal?.removeEventListener("abort", abort);
      resolve(true);
    });
    function abort(): void {
      unlisten();
      resolve(false);
    }
    signal?.addEventListener("abort", abort, { once: true });
  });
}
