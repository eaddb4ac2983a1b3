import { systemClock, type Clock } from "@millrace/core/clock";
import { isStoreError, type Store, type StoreErrorCode } from "@millrace/core/store";
import { DEFAULT_PATIENCE } from "./durations.ts";
import { ResumeError } from "./resume-error.ts";

const FIRST_DELAY = 50;
const LONGEST_DELAY = 1_000;

const LONGEST_ID = 512; // UTF-16 units
const LONE_SURROGATE = /\p{Surrogate}/u;

export interface PlaceOptions {
  /** Of at most 512 UTF-16 units, none of which is half a surrogate pair. */
  id: string;
  store: Store;
  /** Milliseconds that the store may fail before what needs it does. Default 30 s. */
  patience?: number | undefined;
  clock?: Clock | undefined;
}

/**
 * Whether a stream may have this id. Of halves of pairs stores make one and the same character, so that
 * two streams would be one; and a subject of NATS has a limit, beyond which it hangs up.
 */
export function isId(id: string): boolean {
  return id.length <= LONGEST_ID && !LONE_SURROGATE.test(id);
}

/** A stream in a store, and how long the store may fail. */
export interface StreamPlace {
  id: string;
  store: Store;
  clock: Clock;
  patience: number;
}

export function placeOf(options: PlaceOptions): StreamPlace {
  const { id, store, clock = systemClock, patience = DEFAULT_PATIENCE } = options;
  checkDurations("reach the store", { patience });
  return { id, store: rejecting(store), clock, patience };
}

/** A store whose calls reject where they throw: what is called by a timer is in nobody's `try`. */
function rejecting(store: Store): Store {
  return {
    acquire: async (...call) => store.acquire(...call),
    append: async (...call) => store.append(...call),
    renew: async (...call) => store.renew(...call),
    read: (...call) => store.read(...call),
    status: async (...call) => store.status(...call),
    attend: async (...call) => store.attend(...call),
    stop: async (...call) => store.stop(...call),
    stopped: async (...call) => store.stopped(...call),
    delete: async (...call) => store.delete(...call),
  };
}

/** Of a time that is no number, nothing would ever be over. */
export function checkDurations(verb: string, durations: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(durations)) {
    if (value >= 0) continue;
    throw new RangeError(`Cannot ${verb}: ${name} must be 0 or more, not ${value}`);
  }
}

/**
 * Asks a store again until it answers, for as long as there is patience. What it refuses, it refuses.
 * Undefined as soon as the signal has aborted.
 */
export async function persist<T>(
  { id, clock, patience }: StreamPlace,
  call: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T | undefined> {
  const deadline = clock.now() + patience;
  for (let delay = FIRST_DELAY; ; delay = nextDelay(delay)) {
    try {
      const left = deadline - clock.now();
      return await within(clock, left, call(), signal);
    } catch (cause) {
      if (isStoreError(cause, "closed")) throw storeFailed(id, cause);
      if (isRefusal(cause)) throw cause;
      if (clock.now() + delay > deadline) throw storeFailed(id, cause);
    }
    if (!(await sleep(clock, delay, signal))) return undefined;
  }
}

export function nextDelay(delay: number = FIRST_DELAY / 2): number {
  return Math.min(delay * 2, LONGEST_DELAY);
}

const WHY: Partial<Record<StoreErrorCode, string>> = {
  closed: "is closed",
  gap: "has lost entries",
  "too-large": "takes no entry so large",
};

export function storeFailed(id: string, cause: unknown): ResumeError {
  const why = isStoreError(cause) ? WHY[cause.code] : undefined;
  const message = `Cannot go on with ${id}: the store ${why ?? "has failed for too long"}`;
  return new ResumeError(message, { code: "store", id, cause });
}

/** A store's own word on the stream, which asking again does not change. */
export function isRefusal(error: unknown): boolean {
  return isStoreError(error) && error.code !== "unavailable";
}

/** What the promise gives, if it does in time; undefined as soon as the signal has aborted. */
function within<T>(
  clock: Clock,
  milliseconds: number,
  promise: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const stop = clock.after(milliseconds, () => {
      signal?.removeEventListener("abort", abort);
      reject(noAnswer());
    });
    function end(): void {
      stop();
      signal?.removeEventListener("abort", abort);
    }
    function abort(): void {
      end();
      resolve(undefined);
    }
    if (signal?.aborted === true) abort();
    else signal?.addEventListener("abort", abort);
    promise.finally(end).then(resolve, reject);
  });
}

export function noAnswer(): Error {
  return new Error("The store does not answer");
}

/**
 * False as soon as the signal has aborted. At least a millisecond long: what is left of a lease may be too
 * little for the clock to show that it has gone by.
 */
export function sleep(clock: Clock, milliseconds: number, signal?: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve(false);
      return;
    }
    const stop = clock.after(Math.max(milliseconds, 1), () => {
      signal?.removeEventListener("abort", abort);
      resolve(true);
    });
    function abort(): void {
      stop();
      resolve(false);
    }
    signal?.addEventListener("abort", abort, { once: true });
  });
}
