import { isStoreError } from "@millrace/core/store";
import { sleep, type StreamPlace } from "../store-access.ts";

const ASK_AGAIN = 1_000;
/** Two signs of life may be lost. */
const SIGNS_A_LEASE = 3;

export interface SignOptions extends StreamPlace {
  epoch: number;
  lease: number;
  /** When the last entry was sent, which is a sign, too. */
  sentAt(this: void): number;
  onStop(this: void, reason: string): void;
  onFenced(this: void, error: unknown): void;
}

/** Gives signs of life while the source is silent, and hears of wishes to stop. */
export function exchangeSigns(options: SignOptions, signal: AbortSignal): void {
  const { id, store, clock, epoch, onFenced } = options;
  const every = options.lease / SIGNS_A_LEASE;

  function renew(): void {
    store.renew(id, epoch).catch((error: unknown) => {
      // Otherwise the store fails, which is told of by what is written.
      if (!signal.aborted && isStoreError(error, "fenced")) onFenced(error);
    });
  }

  async function keepAlive(): Promise<void> {
    for (let wait = every; await sleep(clock, wait, signal);) {
      const silent = clock.now() - options.sentAt();
      if (silent >= every) renew();
      wait = silent >= every ? every : every - silent;
    }
  }

  async function listen(): Promise<void> {
    do {
      const reason = await store.stopped(id, epoch, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      if (reason !== undefined) {
        options.onStop(reason);
        return;
      }
      renew(); // perhaps another producer is there
    } while (await sleep(clock, ASK_AGAIN, signal));
  }

  void keepAlive();
  void listen();
}
