// A server that asks to be called again at once, and then is down, is not called in a busy loop.
const SHORTEST_LIMIT = 100;

export interface BackOff {
  /** How many connections have failed in a row before this one. */
  failures: number;
  /** Milliseconds: the first limit, and the last one. */
  retryDelay: number;
  maxDelay: number;
  random: () => number;
}

/**
 * Milliseconds to wait: anything from none to a limit that doubles ("full jitter"), so that the
 * clients of a server that comes up again do not come all at once.
 */
export function backOff({ failures, retryDelay, maxDelay, random }: BackOff): number {
  return random() * Math.min(maxDelay, Math.max(retryDelay, SHORTEST_LIMIT) * 2 ** failures);
}
