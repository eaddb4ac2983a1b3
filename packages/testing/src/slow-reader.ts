import type { Outcome } from "./observe.ts";
import { turn } from "./turn.ts";

export interface SlowReaderOptions {
  /** Milliseconds before the first read and before each later one. Default 0. */
  delay?: number;
}

/**
 * Reads a stream to its end, with a pause before each read, so that whatever the stream has to
 * give, its error included, waits in it. Never rejects: the ending says how it went.
 *
 * @example
 * ```ts
 * import { pipe, take } from "@millrace/core";
 * import { slowReader } from "@millrace/testing";
 *
 * await slowReader(pipe(["a", "b"], take(1))); // => { outputs: ["a"], ending: { type: "close" } }
 * ```
 */
export async function slowReader<T>(
  readable: ReadableStream<T>,
  { delay = 0 }: SlowReaderOptions = {},
): Promise<Outcome<T>> {
  return read(readable, () => turn(delay));
}

/** Reads so that all that can wait in the stream does, its error included. */
export function readLate<T>(
  readable: ReadableStream<T>,
  wait?: <R>(result: Promise<R>) => Promise<R>,
): Promise<Outcome<T>> {
  let reads = 0;
  return read(readable, () => (reads++ < SLOW_READS ? turn() : undefined), wait);
}

const SLOW_READS = 4;

/** Reads a stream to its end, with something to wait for before each read, and for its result. */
export async function read<T>(
  readable: ReadableStream<T>,
  pause: () => Promise<void> | undefined,
  wait: <R>(result: Promise<R>) => Promise<R> = (result) => result,
): Promise<Outcome<T>> {
  const outputs: T[] = [];
  const reader = readable.getReader();
  // A stream may error between two reads; it is told at the next one.
  reader.closed.catch(() => undefined);
  try {
    for (;;) {
      await pause();
      const { done, value } = await wait(reader.read());
      if (done) return { outputs, ending: { type: "close" } };
      outputs.push(value);
    }
  } catch (error) {
    return { outputs, ending: { type: "error", error } };
  } finally {
    reader.releaseLock();
  }
}
