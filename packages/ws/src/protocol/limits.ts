/** What a peer may send to the other one. */
export interface FrameLimits {
  /** Bytes of a frame that comes. */
  maxFrameBytes: number;
  /** How deep the JSON of a frame may be. */
  maxDepth: number;
}

/** The longest id, and the longest name of a stream, in UTF-16 code units. */
export const LONGEST_ID = 128;
/** The most credit that a stream can have: the largest signed integer of 32 bits. */
export const MOST_CREDIT: number = 2 ** 31 - 1;
