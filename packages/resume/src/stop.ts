import { isStoreError } from "@millrace/core/store";
import { DEFAULT_TTL } from "./durations.ts";
import { outcomeText } from "./entry-text.ts";
import { shortened } from "./outcome.ts";
import { acquiring } from "./record/begin.ts";
import {
  checkDurations,
  isId,
  persist,
  placeOf,
  sleep,
  type PlaceOptions,
} from "./store-access.ts";

const LEASE = 2_000; // ms: for one entry

export interface StopOptions extends PlaceOptions {
  /** Readers are told, of a long one the first 8 Ki units. */
  reason?: string | undefined;
  /** Milliseconds that an orphaned stream, which is ended here, is kept. Default 24 h. */
  ttl?: number | undefined;
}

/**
 * Stops a stream, wherever it is produced: its source is cancelled, and its readers get an error
 * `cancelled` behind what was stored.
 *
 * - **Out:** whether there was something to stop.
 * - **When:** the producer hears of it within a second. A producer that is dead cannot hear: who takes
 *   over stops at once, and a stream that is orphaned already is ended here.
 * - **Errors:** `ResumeError` `store` when the store has failed for `patience`.
 * - **Cost:** two questions to the store.
 *
 * @example
 * ```ts
 * import { memoryStore, record, status, stop } from "@millrace/resume";
 *
 * const store = memoryStore();
 * const endless = new ReadableStream({ pull: (controller) => controller.enqueue("mill") });
 * const live = record(endless, { id: "chat-1", store });
 * const reading = live.pipeTo(new WritableStream()).catch((error) => error.code);
 * await new Promise((resolve) => setTimeout(resolve, 10));
 *
 * await stop({ id: "chat-1", store, reason: "Enough." }); // => true
 * await reading; // => "cancelled"
 * (await status({ id: "chat-1", store })).state; // => "cancelled"
 * ```
 */
export async function stop(options: StopOptions): Promise<boolean> {
  const { ttl = DEFAULT_TTL } = options;
  const reason = shortened(options.reason ?? "");
  const place = placeOf(options);
  checkDurations("stop", { ttl });
  const { id, store } = place;
  if (!isId(id)) return false;
  const asked = await persist(place, () => store.stop(id, reason));
  if (asked !== true) return false;
  const stored = await persist(place, () => store.status(id));
  if (stored?.state === "orphaned") await end();
  return true;

  /** Nobody is there to do it. */
  async function end(): Promise<void> {
    const { acquire, mayHold } = acquiring({ ...place, lease: LEASE, ttl }, false);
    let lease = await persist(place, acquire);
    if (lease === undefined && mayHold()) {
      await sleep(place.clock, LEASE); // an answer was lost: the lease that runs may be one's own
      lease = await persist(place, acquire);
    }
    if (lease === undefined) return; // somebody is, after all
    const text = outcomeText({ type: "cancelled", reason });
    const { epoch, tail } = lease;
    try {
      await persist(place, () => store.append(id, epoch, [{ seq: tail + 1, text }], { end: true }));
    } catch (error) {
      if (!isStoreError(error, "fenced")) throw error;
    }
  }
}
