import type { StoredEntry } from "@millrace/core/store";

/**
 * One message of a log: entries, or none for a fence, which a producer begins with. Each tells the
 * whole state of the stream, so that the last one is enough.
 */
export interface LogMessage {
  /** The first epoch of this stream. Another one: the id was used before. */
  born: number;
  epoch: number;
  /** Which call of `acquire` has begun the epoch. */
  holder: string;
  /** Milliseconds. */
  lease: number;
  ttl: number;
  /** The last entry, of this message if it has any. */
  tail: number;
  /** The stream ends here. */
  end: boolean;
  /** Of the entries; the last one is `tail`. */
  texts: string[];
}

/** What a sign says, but for its time, which is the server's. */
export interface SignMessage {
  /** As in the log: a sign of a stream before this one counts for nothing. */
  born: number;
  /** Of the producer that is alive. */
  epoch?: number;
  /** Why to stop. */
  reason?: string;
}

/** As the server keeps it. */
export interface Kept<T> {
  message: T;
  /** Its number in the JetStream stream, by which the next one is expected to follow. */
  place: number;
  /** Milliseconds, by the server's clock. */
  time: number;
}

export function entriesOf({ tail, texts }: LogMessage): StoredEntry[] {
  const before = tail - texts.length;
  return texts.map((text, index) => ({ seq: before + index + 1, text }));
}
