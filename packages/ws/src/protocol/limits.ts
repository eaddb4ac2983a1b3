/** What a peer may ask of the other one. */
export interface FrameLimits {
  /** Bytes of a frame that comes. */
  maxFrameBytes: number;
  /** How deep the JSON of a frame may be. */
  maxDepth: number;
  /** How many frames may come in a second, twice as many in one go. */
  maxFramesPerSecond: number;
}

export const DEFAULT_FRAME_LIMITS: FrameLimits = {
  maxFrameBytes: 16 * 1_048_576,
  maxDepth: 512,
  maxFramesPerSecond: 1_000,
};

/** The longest id, and the longest name of a stream, in UTF-16 code units. */
export const LONGEST_ID = 128;
/** The most credit that a stream can have: the largest signed integer of 32 bits. */
export const MOST_CREDIT = 2 ** 31 - 1;
