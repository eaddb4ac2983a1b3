import type { Lease, Store } from "@millrace/core/store";
import { interrupted, held } from "../replay/reasons.ts";
import { persist, sleep, type StreamPlace } from "../store-access.ts";

const ASK_AGAIN = 1_000;

export interface BeginSettings extends StreamPlace {
  lease: number;
  ttl: number;
  onHeld: "follow" | "error";
}

/** Whose stream it is: that of the caller, or that of another, who is read behind an entry. */
export type Begun = Lease | { readAfter: number };

/**
 * Begins a stream under an id that nobody uses, or follows who does. Undefined as soon as the signal
 * has aborted.
 */
export async function begin(
  settings: BeginSettings,
  signal: AbortSignal,
): Promise<Begun | undefined> {
  const { id, store, clock } = settings;
  const { acquire, mayHold } = acquiring(settings);
  for (;;) {
    const lease = await persist(settings, acquire, signal);
    if (lease !== undefined || signal.aborted) return lease;
    const status = await persist(settings, () => store.status(id), signal);
    if (status === undefined) return undefined;
    const { state, tail, leaseLeft } = status;
    if (state === "orphaned" && tail > 0) throw interrupted(id, tail);
    const isOwn = state === "live" && tail === 0 && mayHold();
    if ((state === "live" || state === "ended") && !isOwn) {
      if (settings.onHeld === "error") throw held(id, tail);
      return { readAfter: 0 };
    }
    if (!(await sleep(clock, Math.min(leaseLeft, ASK_AGAIN), signal))) return undefined;
  }
}

/** An acquire whose answer was lost may have taken effect: then the lease that runs is one's own. */
function acquiring({ id, store, lease, ttl }: BeginSettings) {
  let unsure = false;
  return {
    mayHold: () => unsure,
    acquire: async (): ReturnType<Store["acquire"]> => {
      const before = unsure;
      unsure = true;
      const given = await store.acquire(id, { lease, ttl, fresh: true });
      unsure = before;
      return given;
    },
  };
}
