import { DEFAULT_GRACE, DEFAULT_LEASE, DEFAULT_LINGER, DEFAULT_TTL } from "../durations.ts";
import {
  checkDurations,
  isId,
  placeOf,
  type PlaceOptions,
  type StreamPlace,
} from "../store-access.ts";

export interface RecordOptions extends PlaceOptions {
  /** Names the stream: an answer, not the chat that it is part of. Of at most 512 UTF-16 units. */
  id: string;
  /**
   * What happens when the stream that `record` gave is cancelled. `"detach"`: recording goes on, until
   * nobody has read for as long as `linger`. `"cancel"`: the source is cancelled. Default `"detach"`.
   */
  onDisconnect?: "cancel" | "detach" | undefined;
  /** Milliseconds without any reader until the source is cancelled. Default 30 s; Infinity: never. */
  linger?: number | undefined;
  /** Milliseconds until a producer that gives no sign counts as dead. Default 15 s. */
  lease?: number | undefined;
  /** Milliseconds that the stream is kept after its last entry. Default 24 h. */
  ttl?: number | undefined;
  /**
   * What happens where somebody else records under this id, or has. `"follow"`: this source is
   * cancelled, and what they record is read, from its beginning. `"error"`: `held`. Default `"follow"`.
   */
  onHeld?: "follow" | "error" | undefined;
  /** Aborted: the stream ends as stopped. Not that of a request: a client that is gone may come back. */
  signal?: AbortSignal | undefined;
  /**
   * Aborted: this process ends with the stream where it is, without a last entry, as if it had died;
   * `takeOver` goes on with it elsewhere as soon as the lease has run out. For a process that closes.
   */
  handOver?: AbortSignal | undefined;
  /** Is given what settles, and never fails, when recording is over: for hosts that ask for it. */
  waitUntil?: ((recording: Promise<void>) => void) | undefined;
  /** Milliseconds that an orphaned stream may wait for another producer. Default 15 s. */
  grace?: number | undefined;
}

export interface RecordSettings extends StreamPlace {
  onDisconnect: "cancel" | "detach";
  linger: number;
  lease: number;
  ttl: number;
  onHeld: "follow" | "error";
  signal: AbortSignal | undefined;
  handOver: AbortSignal | undefined;
  grace: number;
}

/** Options with what they are by default. */
export function recordSettings(options: RecordOptions): RecordSettings {
  const { grace = DEFAULT_GRACE, lease = DEFAULT_LEASE, linger = DEFAULT_LINGER } = options;
  const {
    onDisconnect = "detach",
    onHeld = "follow",
    signal,
    handOver,
    ttl = DEFAULT_TTL,
  } = options;
  const place = placeOf(options);
  checkDurations("record", { grace, lease, linger, ttl });
  if (!isId(place.id)) {
    throw new RangeError("Cannot record: id must be well-formed, and of at most 512 units");
  }
  if (!(lease > 0)) throw new RangeError("Cannot record: lease must be more than 0");
  if (!(ttl >= lease)) throw new RangeError("Cannot record: ttl must not be less than lease");
  return { ...place, grace, lease, linger, onDisconnect, onHeld, signal, handOver, ttl };
}
