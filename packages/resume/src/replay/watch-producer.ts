import type { StoredStatus } from "@millrace/core/store";
import { noAnswer, storeFailed, type StreamPlace } from "../store-access.ts";
import { gone, interrupted } from "./reasons.ts";

/** How often a reader that waits says that it is there. */
export const ATTEND_EVERY = 2_000;
const ASK_AGAIN = 1_000;
const LEAST_WAIT = 10;

export interface ProducerWatch {
  /** From now on the state of the stream is of interest. */
  start(this: void, status: StoredStatus): void;
  /** Says that a reader is there, unless that was said a moment ago. */
  attend(this: void): void;
  /** What the promise gives, or an error once no more can come behind what was read. */
  whileWaiting<T>(this: void, promise: Promise<T>, lastRead: () => number): Promise<T>;
  stop(this: void): void;
}

export interface ProducerWatchOptions extends StreamPlace {
  grace: number;
  /** Called each time that the producer is seen to have died. */
  onOrphaned?: (() => void) | undefined;
}

/**
 * Sees while a reader waits whether its producer lives, by asking for the state whenever the lease
 * that was seen last has run out. Says meanwhile, and whenever it is told to, that a reader is there.
 * No timer runs while nobody waits.
 */
export function watchProducer({
  id,
  store,
  clock,
  patience,
  grace,
  onOrphaned,
}: ProducerWatchOptions): ProducerWatch {
  let live = false; // more may come
  let askAt = 0;
  let asking = false;
  let attendAt = 0;
  let orphanedAt: number | undefined;
  let buried = 0; // the epoch of the last producer whose death was told
  let failingAt: number | undefined;
  let stopTimer: (() => void) | undefined;
  let waits = 0; // so many so far: what was asked during an earlier one says nothing of this one

  function note(
    { state, leaseLeft, tail, epoch }: StoredStatus,
    lastRead: number,
  ): Error | undefined {
    const now = clock.now();
    failingAt = undefined;
    live = state === "live" || state === "orphaned";
    if (state === "missing") return gone(id, lastRead);
    if (state !== "orphaned") {
      orphanedAt = undefined;
      askAt = now + Math.max(leaseLeft, LEAST_WAIT);
      return undefined;
    }
    if (epoch !== buried) {
      buried = epoch;
      orphanedAt = now;
      onOrphaned?.();
    }
    orphanedAt ??= now;
    const giveUpAt = orphanedAt + grace;
    askAt = now < giveUpAt ? Math.min(giveUpAt, now + ASK_AGAIN) : now + ASK_AGAIN;
    return now >= giveUpAt && lastRead >= tail ? interrupted(id, tail) : undefined;
  }

  async function ask(lastRead: () => number): Promise<Error | undefined> {
    failingAt ??= clock.now();
    askAt = clock.now() + ASK_AGAIN;
    asking = true;
    try {
      return note(await store.status(id), lastRead());
    } catch (error) {
      return isTooLate() ? storeFailed(id, error) : undefined;
    } finally {
      asking = false;
    }
  }

  function isTooLate(): boolean {
    return failingAt !== undefined && clock.now() >= failingAt + patience;
  }

  function attend(): void {
    if (!live || clock.now() < attendAt) return;
    attendAt = clock.now() + ATTEND_EVERY;
    store.attend(id).catch(() => undefined); // a store that fails is told of by the read
  }

  /** Rejects once no more can come. Looks again and again, until it is stopped. */
  function death(lastRead: () => number): Promise<never> {
    const wait = ++waits;
    return new Promise((_, reject) => {
      function giveUp(error: Error | undefined): void {
        if (error === undefined || wait !== waits) return;
        stop();
        reject(error);
      }

      function tick(): void {
        attend();
        if (!asking && clock.now() >= askAt) void ask(lastRead).then(giveUp);
        if (asking && isTooLate()) {
          giveUp(storeFailed(id, noAnswer()));
          return;
        }
        const next = Math.min(live ? attendAt : Infinity, askAt) - clock.now();
        stopTimer = clock.after(Math.max(next, LEAST_WAIT), tick);
      }

      // What has ended is there; a store that does not give it is asked whether it is there at all.
      if (!live) askAt = clock.now() + ASK_AGAIN;
      tick();
    });
  }

  function stop(): void {
    waits++;
    stopTimer?.();
    stopTimer = undefined;
  }

  return {
    start(status) {
      note(status, 0);
      attend();
    },
    attend,
    async whileWaiting(promise, lastRead) {
      try {
        return await Promise.race([promise, death(lastRead)]);
      } finally {
        stop();
      }
    },
    stop,
  };
}
