import type { Output } from "./host.ts";

const MOST_HELD = 65_536; // bytes that are written at once

/** Writes bytes as they come, and what comes in one turn of the event loop at once. */
export interface Printer {
  /** Takes bytes; what it gives, if anything, is to be waited for before the next ones. */
  print(this: void, bytes: Uint8Array): Promise<void> | undefined;
  /** Settles when all is written; rejects if it could not be. */
  finish(this: void): Promise<void>;
}

/**
 * A printer to an output. A system call for each word would cost more than the word; holding words until
 * a buffer is full would show them late.
 *
 * @param onFailure called once, when the output takes no more
 */
export function openPrinter(output: Output, onFailure: (error: unknown) => void): Printer {
  let held: Uint8Array[] = [];
  let length = 0;
  let turn: NodeJS.Immediate | undefined; // the end of the turn, when what is held is written
  let last = Promise.resolve(); // of the writes
  let failure: { error: unknown } | undefined;

  function flush(): Promise<void> {
    clearImmediate(turn);
    turn = undefined;
    if (length === 0) return last;
    const [only] = held;
    const bytes = held.length === 1 && only !== undefined ? only : Buffer.concat(held, length);
    held = [];
    length = 0;
    last = last.then(() => (failure === undefined ? output.write(bytes) : undefined)).catch(fail);
    return last;
  }

  function fail(error: unknown): void {
    if (failure !== undefined) return;
    failure = { error };
    onFailure(error);
  }

  return {
    print(bytes) {
      if (failure !== undefined) return undefined;
      held.push(bytes);
      length += bytes.length;
      if (length >= MOST_HELD) return flush();
      turn ??= setImmediate(() => void flush());
      return undefined;
    },
    async finish() {
      await flush();
      if (failure !== undefined) throw failure.error;
    },
  };
}
