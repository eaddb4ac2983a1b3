import type { Store } from "@millrace/core/store";

/** A process that stands on a store, as far as the store can see: it can freeze, and it can die. */
export interface Puppet {
  store: Store;
  /** Nothing that it asks goes out any more, and no answer arrives, until it thaws. */
  freeze(this: void): void;
  thaw(this: void): void;
  /** Nothing ever does again. */
  kill(this: void): void;
}

export function puppetOf(store: Store): Puppet {
  let isDead = false;
  let thawed: Promise<void> = Promise.resolve();
  let thaw = (): void => undefined;

  async function alive(): Promise<void> {
    await thawed;
    if (isDead) await new Promise<never>(() => undefined);
  }

  async function gate<T>(call: () => Promise<T>): Promise<T> {
    await alive();
    try {
      return await call();
    } finally {
      await alive();
    }
  }

  return {
    store: {
      acquire: (...call) => gate(() => store.acquire(...call)),
      append: (...call) => gate(() => store.append(...call)),
      renew: (...call) => gate(() => store.renew(...call)),
      status: (...call) => gate(() => store.status(...call)),
      attend: (...call) => gate(() => store.attend(...call)),
      stop: (...call) => gate(() => store.stop(...call)),
      stopped: (...call) => gate(() => store.stopped(...call)),
      delete: (...call) => gate(() => store.delete(...call)),
      read: (...call) => ({
        [Symbol.asyncIterator]() {
          const batches = store.read(...call)[Symbol.asyncIterator]();
          return {
            next: () => gate(() => batches.next()),
            return: async () => (await batches.return?.()) ?? { done: true, value: undefined },
          };
        },
      }),
    },
    freeze() {
      thawed = new Promise((resolve) => {
        thaw = resolve;
      });
    },
    thaw() {
      thaw();
    },
    kill() {
      isDead = true;
      thaw();
    },
  };
}
