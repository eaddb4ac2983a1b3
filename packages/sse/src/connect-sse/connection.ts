import type { Clock } from "@millrace/core/clock";
import { openSource, type Feed } from "@millrace/core/streams";
import { follow } from "./follow.ts";
import { SseConnectionError } from "./sse-connection-error.ts";

/**
 * One request and its answer. Whatever is waited for ends at once when the connection is aborted,
 * with the reason, be it heard of on the other side or not.
 */
export interface Connection {
  /** 1 for the first one. */
  readonly attempt: number;
  /** Aborted when the connection is over. */
  readonly signal: AbortSignal;
  wait<T>(this: void, work: T | PromiseLike<T>): Promise<T>;
  /** Waits for the head of the answer. Fails with an `SseConnectionError`, or the reason. */
  send(this: void, ask: () => Promise<Response>): Promise<Response>;
  /** The next bytes of the answer, `undefined` at its end. Fails in the same way. */
  read(this: void, patience?: number): Promise<Uint8Array | undefined>;
  /** Lets go of everything; of an answer that has not ended, of its socket too. */
  close(this: void): void;
}

export interface ConnectionOptions {
  attempt: number;
  clock: Clock;
  /** Milliseconds without a byte that are taken for the end of the connection. */
  idleTimeout: number;
  signal: AbortSignal;
}

export function openConnection(options: ConnectionOptions): Connection {
  const { attempt, clock, idleTimeout } = options;
  const controller = new AbortController();
  const { signal } = controller;
  let giveUp: (reason: unknown) => void = ignore; // fails what is waited for
  let feed: Feed<Uint8Array> | undefined; // the body of the answer

  const unfollow = follow(options.signal, abort);

  function abort(reason?: unknown): void {
    controller.abort(reason);
    giveUp(signal.reason);
    feed?.cancel(signal.reason);
  }

  async function wait<T>(work: T | PromiseLike<T>, patience = Infinity): Promise<T> {
    const aborted = new Promise<never>((_, reject) => {
      giveUp = reject;
      if (signal.aborted) reject(signal.reason as Error);
    });
    const stop = patience === Infinity ? ignore : clock.after(patience, () => idle(patience));
    try {
      return await Promise.race([aborted, work]);
    } finally {
      stop();
    }
  }

  function idle(patience: number): void {
    const reason = `nothing came for ${patience} ms`;
    abort(new SseConnectionError(reason, { code: "idle", attempt, retryable: true }));
  }

  function failureOf(cause: unknown): unknown {
    if (signal.aborted) return signal.reason;
    const said = cause instanceof Error ? cause.message : String(cause);
    return new SseConnectionError(said, { code: "network", attempt, retryable: true, cause });
  }

  return {
    attempt,
    signal,
    wait,
    async send(ask) {
      try {
        const asked = ask();
        asked.then((response) => {
          // A fetch that does not listen to its signal may answer when nobody waits any more.
          if (signal.aborted) response.body?.cancel(signal.reason).catch(ignore);
        }, ignore);
        const response = await wait(asked, idleTimeout);
        if (response.body) feed = openSource(response.body);
        return response;
      } catch (error) {
        throw failureOf(error);
      }
    },
    async read(patience = idleTimeout) {
      try {
        const { done, value } = (await (feed && wait(feed.read(), patience))) ?? { done: true };
        return done === true ? undefined : value;
      } catch (error) {
        throw failureOf(error);
      }
    },
    close() {
      unfollow();
      abort();
    },
  };
}

function ignore(): void {
  // Nobody waits for it any more.
}
