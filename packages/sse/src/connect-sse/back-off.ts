// Who asks to be called again at once, by `retry` or `Retry-After`, is not called in a busy loop.
const SHORTEST = 100;

export interface BackOff {
  /** How many connections have failed in a row before this one. */
  failures: number;
  /** Milliseconds that the server asked to wait. */
  retryAfter: number | undefined;
  /** Milliseconds: the first limit, and the last one. */
  retryDelay: number;
  maxDelay: number;
  random: () => number;
}

/**
 * Milliseconds to wait: what the server asked for, or else anything from none to a limit that doubles
 * ("full jitter"), so that the clients of a server that comes up again do not come all at once.
 */
export function backOff(options: BackOff): number {
  const { failures, retryAfter = 0, retryDelay, maxDelay, random } = options;
  if (retryAfter >= SHORTEST) return retryAfter;
  return random() * Math.min(maxDelay, Math.max(retryDelay, SHORTEST) * 2 ** failures);
}
