// What a recogniser says of what it has read.
export const NO = 0;
export const YES = 1;
/** It depends on what comes. */
export const PENDING = -1;
export type Verdict = typeof NO | typeof YES | typeof PENDING;
