/**
 * The codes that this package closes a socket with. All but the first are of the range that belongs
 * to applications, because a browser lets a page send no others; each is an HTTP status with 4,000
 * added to what it has beyond 400, or 500, where there is one that fits.
 */
export const closeCodes = {
  /** All is done. */
  done: 1000,
  /** A frame that is no frame of the protocol, or one that does not belong where it came. */
  badFrame: 4400,
  /** The credentials were refused, or something came before the greeting. */
  unauthorized: 4401,
  /** A page of an origin that is not allowed. */
  originRefused: 4403,
  /** Another version, or another subprotocol. */
  wrongVersion: 4406,
  /** No greeting came in time. */
  greetingTimeout: 4408,
  /** An id was used for a second stream while the first one ran. */
  idInUse: 4409,
  /** A frame beyond `maxFrameBytes`. */
  frameTooLarge: 4413,
  /** A binary frame in a protocol of text. */
  notText: 4415,
  /** More frames than `maxFramesPerSecond`. */
  tooManyFrames: 4429,
  /** The sender of a stream went on without credit. */
  noCredit: 4490,
  /** The server failed, by no fault of the client. */
  serverFailed: 4500,
  /** The server is going away. */
  goingAway: 4503,
  /** Nothing came for too long: the connection is taken for dead. */
  silent: 4504,
  /** What was received, or what is to be sent, is more than may wait. */
  overflow: 4509,
} as const;

/** Of the codes below 3000: those by which a peer, a proxy or the network says that it may get better. */
const PASSING = new Set([1000, 1001, 1005, 1006, 1011, 1012, 1013, 1014, 1015]);

/**
 * Whether a client may connect again after a close code. What the client did wrong it would do
 * wrong again.
 *
 * @example
 * ```ts
 * import { closeCodes, isPassing } from "@millrace/ws/protocol";
 *
 * isPassing(1006); // => true
 * isPassing(closeCodes.unauthorized); // => false
 * ```
 */
export function isPassing(code: number): boolean {
  const { greetingTimeout, tooManyFrames } = closeCodes;
  if (code >= 4500) return code < 4600;
  return PASSING.has(code) || code === greetingTimeout || code === tooManyFrames;
}
