/** What a peer may send to the other one. */
export interface FrameLimits {
  /** Bytes of a frame that comes. */
  maxFrameBytes: number;
  /** How deep the JSON of a frame may be. */
  maxDepth: number;
}

/** The longest id, and the longest name of a stream, in UTF-16 code units. */
export const LONGEST_ID = 128;
/** The longest reason and the longest message that this package sends, in UTF-16 code units. */
export const LONGEST_REASON = 256;
export const LONGEST_MESSAGE = 1_024;
/** The most credit that a stream can have: the largest signed integer of 32 bits. */
export const MOST_CREDIT = 2_147_483_647;

/** A limit as a frame can carry it: a whole number, at least 1, where it may be half of one or endless. */
export function wholeOf(limit: number): number {
  return Math.max(1, Math.floor(Math.min(limit, Number.MAX_SAFE_INTEGER)));
}
