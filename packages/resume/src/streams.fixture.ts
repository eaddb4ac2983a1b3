import type { Store } from "@millrace/core/store";

/** A source that gives what it is told to, when it is told to. */
export interface Hand<T> {
  readonly readable: ReadableStream<T>;
  give(this: void, ...items: T[]): void;
  close(this: void): void;
  fail(this: void, error: unknown): void;
  /** With what it was cancelled, once it was. */
  readonly cancelled: unknown[];
  /** How many were asked for and not given yet: 1 or 0. */
  readonly isAsked: boolean;
}

export function byHand<T>(): Hand<T> {
  let controller!: ReadableStreamDefaultController<T>;
  const cancelled: unknown[] = [];
  const readable = new ReadableStream<T>(
    {
      start(given) {
        controller = given;
      },
      cancel(reason) {
        cancelled.push(reason);
      },
    },
    { highWaterMark: 0 },
  );
  return {
    readable,
    give(...items) {
      for (const item of items) controller.enqueue(item);
    },
    close: () => {
      controller.close();
    },
    fail: (error) => {
      controller.error(error);
    },
    cancelled,
    get isAsked() {
      return controller.desiredSize! > -1;
    },
  };
}

export type Call = Exclude<keyof Store, "read">;

/**
 * What becomes of a call: done; not done; done, but the answer is lost; or nothing is heard of it, and
 * it is not done.
 */
export type Fate = "done" | "refused" | "lost" | "silent";

/** A store on a bad day: asks before each call what is to become of it. */
export function unreliable(store: Store, fateOf: (call: Call | "read") => Fate): Store {
  function wrap<C extends Call>(call: C): Store[C] {
    const act = store[call].bind(store) as (...parameters: unknown[]) => Promise<unknown>;
    return (async (...parameters: unknown[]) => {
      const fate = fateOf(call);
      if (fate === "refused") throw new Error("The connection is down");
      if (fate === "silent") return new Promise(() => undefined);
      const result = await act(...parameters);
      if (fate === "lost") throw new Error("The connection broke off");
      return result;
    }) as Store[C];
  }
  return {
    acquire: wrap("acquire"),
    append: wrap("append"),
    renew: wrap("renew"),
    status: wrap("status"),
    attend: wrap("attend"),
    stop: wrap("stop"),
    stopped: wrap("stopped"),
    delete: wrap("delete"),
    async *read(...parameters) {
      for await (const batch of store.read(...parameters)) {
        const fate = fateOf("read");
        if (fate === "refused") throw new Error("The connection is down");
        yield batch;
        if (fate === "lost") throw new Error("The connection broke off");
      }
    },
  };
}

/** How often each call was made, and the entries of the appends. */
export function counted(store: Store): {
  store: Store;
  calls: Record<string, number>;
  appends: number[];
} {
  const calls: Record<string, number> = {};
  const appends: number[] = [];
  const counting = unreliable(store, (call) => {
    calls[call] = (calls[call] ?? 0) + 1;
    return "done";
  });
  return {
    store: {
      ...counting,
      append(id, epoch, entries, options) {
        appends.push(entries.length);
        return counting.append(id, epoch, entries, options);
      },
    },
    calls,
    appends,
  };
}
