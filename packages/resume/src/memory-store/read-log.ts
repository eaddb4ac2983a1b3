import { StoreError, type StoredEntry } from "@millrace/core/store";
import type { MemoryLog } from "./log.ts";
import { waitFor } from "./wait-for.ts";

const BATCH = 256;

/** What stands in a log behind an entry, and what comes. `find` gives it while it is kept. */
export function readLog(
  id: string,
  find: () => MemoryLog | undefined,
  after: number,
  signal: AbortSignal | undefined,
): AsyncIterable<readonly StoredEntry[]> {
  return {
    [Symbol.asyncIterator]() {
      const left = new AbortController();
      const leave = () => {
        left.abort();
      };
      let log: MemoryLog | undefined; // the one that was there at first; another may follow it
      let seq = after; // the last entry that was given
      let over = false;

      function finish(): IteratorReturnResult<undefined> {
        over = true;
        signal?.removeEventListener("abort", leave);
        return { done: true, value: undefined };
      }

      async function next(): Promise<IteratorResult<readonly StoredEntry[], undefined>> {
        for (;;) {
          if (over || left.signal.aborted) return finish();
          const found = find();
          log ??= found;
          if (log === undefined || log !== found) throw gone("there is no such stream");
          if (seq + 1 < log.oldest) throw gone(`entry ${seq + 1} was dropped`);
          if (seq < log.tail) {
            const entries = log.slice(seq, BATCH);
            seq += entries.length;
            return { done: false, value: entries };
          }
          if (log.ended) return finish();
          await waitFor(log.onChange, left.signal);
        }
      }

      function gone(why: string): StoreError {
        finish();
        return new StoreError(`Cannot read ${id}: ${why}`, { code: "gone", id });
      }

      if (signal?.aborted === true) leave();
      else signal?.addEventListener("abort", leave, { once: true });
      return {
        next,
        return() {
          leave();
          return Promise.resolve(finish());
        },
      };
    },
  };
}
