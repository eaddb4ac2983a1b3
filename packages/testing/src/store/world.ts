import {
  isStoreError,
  type AcquireOptions,
  type Lease,
  type Store,
  type StoredEntry,
} from "@millrace/core/store";
import { stringify } from "fast-check";
import { inTime } from "../deadline.ts";
import { equal } from "../equal.ts";

/** A store with its data, and what a test needs around it. */
export interface StoreWorld {
  store: Store;
  /** The same data as another process sees them. Default: the same object. */
  other?: Store;
  /** Lets the store's clock go on. Default: waits. */
  pass?(this: void, milliseconds: number): Promise<void>;
  /** Drops the entries of a stream before one, where the store can be made to. */
  trim?(this: void, id: string, oldest: number): Promise<void>;
  close?(this: void): Promise<void>;
}

/** What the cases see of it. */
export interface OpenWorld {
  store: Store;
  other: Store;
  pass(this: void, milliseconds: number): Promise<void>;
  trim: StoreWorld["trim"];
  /** One that no other case has. */
  id: string;
}

/** Milliseconds that no case waits for. */
const LONG = 600_000;

/** A lease that lasts longer than its case, and a lifetime that does. */
export const LASTING: AcquireOptions = { lease: LONG, ttl: 2 * LONG };

/** A lease that is soon over. */
export const DYING: AcquireOptions = { lease: 250, ttl: 2 * LONG };

/** Enough for such a lease to be over, on clocks of seconds, too, if they round. */
export const LAPSE = 400;

/** What happens promptly happens within this. */
const PROMPTLY = 1_500;
const ATTEMPTS = 5;
const LONGEST_SHOWN = 400;

/** Opens a stream, or fails. */
export async function begin({ store, id }: OpenWorld, options: object = {}): Promise<Lease> {
  const lease = await store.acquire(id, { ...LASTING, ...options });
  if (lease === undefined) throw new Error("acquire must give a lease where nobody has one");
  return lease;
}

/** Entries that follow one. */
export function entriesAfter(tail: number, count: number): StoredEntry[] {
  return Array.from({ length: count }, (_, index) => ({
    seq: tail + index + 1,
    text: `"${tail + index + 1}"`,
  }));
}

export function expectEqual(what: string, found: unknown, expected: unknown): void {
  if (equal(found, expected)) return;
  throw new Error(`${what} must be ${show(expected)}, not ${show(found)}`);
}

export function expectTrue(what: string, holds: boolean): void {
  if (!holds) throw new Error(what);
}

/** The promise must reject with that refusal. */
export async function expectRefused(
  what: string,
  code: "fenced" | "gap" | "gone" | "full",
  promise: Promise<unknown>,
): Promise<void> {
  let how: string;
  try {
    await settled(what, promise);
    how = "not be done";
  } catch (error) {
    if (isStoreError(error, code)) return;
    how = `not fail with ${String(error)}`;
  }
  throw new Error(`${what} must be refused with a StoreError "${code}", ${how}`);
}

/** What the promise gives; an error if that takes too long. */
export function settled<T>(what: string, promise: Promise<T>): Promise<T> {
  return inTime(promise, () => new Error(`${what} must settle`));
}

/**
 * A case with leases that must not run out: one that fails, but took longer than it may, tells of a
 * busy machine and nothing of the store. It is tried again, with a stream of its own.
 */
export function unlessLate(
  longest: number,
  verify: (world: OpenWorld) => Promise<void>,
): (world: OpenWorld) => Promise<void> {
  return async (world) => {
    for (let attempt = 1; ; attempt++) {
      const began = performance.now();
      try {
        await verify({ ...world, id: `${world.id}-${attempt}` });
        return;
      } catch (error) {
        const isLate = performance.now() - began >= longest;
        if (!isLate || attempt === ATTEMPTS) throw error;
      }
    }
  };
}

/** Everything that is read behind an entry until the stream ends. */
export async function readToEnd(store: Store, id: string, after = 0): Promise<StoredEntry[]> {
  const entries: StoredEntry[] = [];
  await settled(
    "read",
    (async () => {
      for await (const batch of store.read(id, after)) {
        expectTrue("read must give no empty batch", batch.length > 0);
        entries.push(...batch.map(({ seq, text }) => ({ seq, text })));
      }
    })(),
  );
  return entries;
}

/** So many entries, of a stream that need not end. */
export async function readSome(
  store: Store,
  id: string,
  count: number,
  after = 0,
): Promise<StoredEntry[]> {
  const entries: StoredEntry[] = [];
  if (count === 0) return entries;
  const controller = new AbortController();
  await settled(
    `read of ${count} entries behind ${after}`,
    (async () => {
      for await (const batch of store.read(id, after, { signal: controller.signal })) {
        entries.push(...batch.map(({ seq, text }) => ({ seq, text })));
        if (entries.length >= count) break;
      }
    })(),
  ).finally(() => {
    controller.abort();
  });
  return entries;
}

/** Whether it has settled when everything that is prompt has happened. */
export async function isPending(promise: Promise<unknown>, milliseconds = 50): Promise<boolean> {
  const pending = Symbol("pending");
  let timer: ReturnType<typeof setTimeout> | undefined;
  const later = new Promise((resolve) => {
    timer = setTimeout(resolve, milliseconds, pending);
  });
  const first = await Promise.race([promise.catch(() => undefined), later]);
  clearTimeout(timer);
  return first === pending;
}

/** What the promise gives, in about a second. */
export async function promptly<T>(what: string, promise: Promise<T>): Promise<T> {
  if (await isPending(promise, PROMPTLY)) throw new Error(`${what} within a second`);
  return promise;
}

function show(value: unknown): string {
  const text = stringify(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)} …` : text;
}
