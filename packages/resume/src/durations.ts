/** Milliseconds. */
export const DEFAULT_LEASE = 15_000;
export const DEFAULT_TTL = 86_400_000; // a day
export const DEFAULT_LINGER = 30_000;
export const DEFAULT_GRACE = 15_000;
export const DEFAULT_PATIENCE = 30_000;
