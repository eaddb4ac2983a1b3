/** Milliseconds: the first limit, and the last one. */
export interface BackOff {
  retryDelay: number;
  maxDelay: number;
  random: () => number;
}

/**
 * Milliseconds to wait before a connection: anything from none to a limit that doubles with each
 * failure in a row ("full jitter"), so that the clients of a server that comes up again do not come
 * all at once.
 */
export function backOff(failures: number, { retryDelay, maxDelay, random }: BackOff): number {
  return random() * Math.min(maxDelay, retryDelay * 2 ** failures);
}
