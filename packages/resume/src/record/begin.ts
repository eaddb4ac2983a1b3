import type { Lease, Store } from "@millrace/core/store";
import { held, interrupted, missing } from "../replay/reasons.ts";
import { persist, sleep, type StreamPlace } from "../store-access.ts";

const ASK_AGAIN = 1_000;
const ASK_SOON = 20;

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
  const { acquire, mayHold } = acquiring(settings, true);
  for (;;) {
    const lease = await persist(settings, acquire, signal);
    if (lease !== undefined || signal.aborted) return lease;
    const status = await persist(settings, () => store.status(id), signal);
    if (status === undefined) return undefined;
    const { state, tail, leaseLeft } = status;
    if (state === "orphaned" && tail > 0) throw interrupted(id, tail);
    const isOwn = state === "live" && tail === 0 && mayHold();
    if ((state === "live" || state === "ended") && !isOwn) {
      return readInstead(settings, tail, 0);
    }
    const wait = Math.min(Math.max(leaseLeft, ASK_SOON), ASK_AGAIN);
    if (!(await sleep(clock, wait, signal))) return undefined;
  }
}

/**
 * Goes on with a stream whose producer died, or follows who does already. Undefined as soon as the
 * signal has aborted.
 */
export async function beginAgain(
  settings: BeginSettings,
  signal: AbortSignal,
): Promise<Begun | undefined> {
  const { id, store, clock } = settings;
  const { acquire, mayHold } = acquiring(settings, false);
  let seen: number | undefined; // the last entry when the caller came
  for (let isFirst = true; ; isFirst = false) {
    const status = await persist(settings, () => store.status(id), signal);
    if (status === undefined) return undefined;
    const { state, tail, leaseLeft } = status;
    seen ??= tail;
    if (state === "missing") throw missing(id);
    if (state === "orphaned") {
      const lease = await persist(settings, acquire, signal);
      if (lease !== undefined || signal.aborted) return lease;
      if (!(await sleep(clock, ASK_SOON, signal))) return undefined;
      continue; // somebody was faster, or the store does not know yet
    }
    const isOwn = state === "live" && mayHold();
    if (!isOwn || isFirst) return readInstead(settings, tail, seen);
    if (!(await sleep(clock, Math.min(leaseLeft, ASK_AGAIN), signal))) return undefined;
  }
}

function readInstead({ id, onHeld }: BeginSettings, tail: number, readAfter: number): Begun {
  if (onHeld === "error") throw held(id, tail);
  return { readAfter };
}

/** Tries to get a stream's lease. */
export interface Acquiring {
  /** The answer to a try was lost, which may have taken effect: then the lease that runs is one's own. */
  mayHold(this: void): boolean;
  acquire(this: void): ReturnType<Store["acquire"]>;
}

export function acquiring(
  { id, store, lease, ttl }: Omit<BeginSettings, "onHeld">,
  fresh: boolean,
): Acquiring {
  let unsure = false;
  return {
    mayHold: () => unsure,
    async acquire() {
      const before = unsure;
      unsure = true;
      const given = await store.acquire(id, { lease, ttl, fresh });
      unsure = before;
      return given;
    },
  };
}
