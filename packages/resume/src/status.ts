import { isStoreError, type Store } from "@millrace/core/store";
import { readEntry } from "./entry-text.ts";
import { reviveError } from "./outcome.ts";
import { isId, persist, placeOf, type PlaceOptions } from "./store-access.ts";

/** How a stream is. Entries from `oldest` to `seq` are there, the last entry of all included. */
export type StreamStatus =
  | { state: "missing" }
  | { state: "live" | "orphaned" | "done"; oldest: number; seq: number }
  | { state: "error"; oldest: number; seq: number; error: Error }
  | { state: "cancelled"; oldest: number; seq: number; reason: string };

/**
 * How a stream is, wherever it is produced.
 *
 * - **Out:** `missing`; `live`; `orphaned`, if its producer died: `takeOver` goes on with it; `done`,
 *   `error` or `cancelled`, as it ended.
 * - **Errors:** `ResumeError` `store` when the store has failed for `patience`.
 * - **Cost:** one question to the store, two for a stream that has ended.
 *
 * @example
 * ```ts
 * import { memoryStore, record, status } from "@millrace/resume";
 *
 * const store = memoryStore();
 * for await (const word of record(["mill"], { id: "chat-1", store })) console.log(word); // => "mill"
 * await status({ id: "chat-1", store }); // => { state: "done", oldest: 1, seq: 2 }
 * await status({ id: "chat-2", store }); // => { state: "missing" }
 * ```
 */
export async function status(options: PlaceOptions): Promise<StreamStatus> {
  const place = placeOf(options);
  const { id, store } = place;
  if (!isId(id)) return { state: "missing" };
  const stored = (await persist(place, () => store.status(id)))!;
  const { state, oldest, tail: seq } = stored;
  if (state === "missing") return { state };
  if (state !== "ended") return { state, oldest, seq };
  const last = await persist(place, () => lastEntry(store, id, seq));
  if (last === undefined) return { state: "missing" };
  const { outcome } = readEntry(id, last);
  switch (outcome?.type) {
    case "error":
      return { state: "error", oldest, seq, error: reviveError(outcome.error) };
    case "cancelled":
      return { state: "cancelled", oldest, seq, reason: outcome.reason };
    default:
      return { state: "done", oldest, seq };
  }
}

/** Undefined where the stream was forgotten meanwhile. */
async function lastEntry(store: Store, id: string, seq: number) {
  try {
    for await (const entries of store.read(id, seq - 1)) return entries[0];
  } catch (error) {
    if (!isStoreError(error, "gone")) throw error;
  }
  return undefined;
}
