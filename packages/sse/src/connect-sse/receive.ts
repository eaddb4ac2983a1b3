import type { Clock } from "@millrace/core/clock";
import { backOff } from "./back-off.ts";
import { openConnection, type Connection } from "./connection.ts";
import { OPENED, type Received, type Session } from "./decode-connections.ts";
import { follow, sleep } from "./follow.ts";
import { refusalOf } from "./refusal.ts";
import { callOf, isRequest, type SendOptions } from "./request.ts";
import { SseConnectionError } from "./sse-connection-error.ts";

const NO_CONTENT = 204;

export interface ReceiveOptions extends SendOptions {
  /** An answer that ends, instead of breaking off, was all. */
  mayEnd: boolean;
  maxAttempts: number;
  maxDelay: number;
  stableAfter: number;
  idleTimeout: number;
  random: () => number;
  clock: Clock;
  onOpen?: ((response: Response) => void) | undefined;
  onReconnect?: ((failure: SseConnectionError, delay: number) => void) | undefined;
}

/**
 * The bytes of one connection after the other, a chunk for each time that it is asked, until there
 * is no more to come. Aborting the controller ends whatever it waits for.
 */
export async function* receive(
  options: ReceiveOptions,
  session: Session,
  controller: AbortController,
): AsyncGenerator<Received, void> {
  const { signal } = controller;
  const { request, init, clock, resume, maxAttempts } = options;
  const signals = [init.signal, isRequest(request) ? request.signal : undefined];
  const unfollow = signals.map((each) => follow(each, (reason) => controller.abort(reason)));
  let failures = 0; // connections in a row that did not hold

  try {
    for (let attempt = 1; ; attempt++) {
      const connection = openConnection({ ...options, attempt, signal });
      let openedAt = Infinity;
      let failure: SseConnectionError;
      try {
        const response = await open(connection, options, session);
        if (response === undefined) return;
        openedAt = clock.now();
        yield OPENED;
        for (let bytes; (bytes = await connection.read()) !== undefined;) yield bytes;
        if (options.mayEnd) return;
        failure = new SseConnectionError("the answer ended before its last event", {
          code: "ended",
          attempt,
          retryable: true,
        });
      } catch (error) {
        if (signal.aborted || !(error instanceof SseConnectionError)) throw error;
        failure = error;
      } finally {
        connection.close();
      }

      if (clock.now() - openedAt >= options.stableAfter) failures = 0;
      const { retryAfter } = failure;
      const delay = backOff({ ...options, ...session, failures, retryAfter });
      failures++;
      if (!resume || !failure.retryable || failures >= maxAttempts) throw failure;
      options.onReconnect?.(failure, delay);
      await sleep(clock, delay, signal);
    }
  } finally {
    for (const stop of unfollow) stop();
  }
}

/** Gives a response that is an event stream, or nothing if the server says that there is no more. */
async function open(
  connection: Connection,
  options: ReceiveOptions,
  session: Session,
): Promise<Response | undefined> {
  const { wait, send } = connection;
  const { fetch } = options; // a browser's own is to be called as a function, not as a method
  const { input, init } = await wait(callOf(options, session.lastEventId, connection));
  const response = await send(() => fetch(input, init));
  if (response.status === NO_CONTENT) return undefined;
  const refusal = await refusalOf(response, connection, options.clock);
  if (refusal !== undefined) throw refusal;
  options.onOpen?.(response);
  return response;
}
