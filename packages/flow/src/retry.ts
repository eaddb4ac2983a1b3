import { pipe } from "@millrace/core";
import { systemClock, type Clock } from "@millrace/core/clock";
import type { Result } from "@millrace/core/streams";
import {
  startAttempt,
  type Attempt,
  type AttemptOptions,
  type Open,
  type OpenContext,
} from "./attempt.ts";
import { supplySource } from "./supply.ts";

/** A millisecond is ages by then. More would come to `Infinity`, and to `NaN` where there is no delay. */
const MOST_DOUBLINGS = 64;

/** What `retry` opens a source with. */
export interface RetryContext extends OpenContext {
  /** How many items have gone out. More than none only with `afterOutput`. */
  delivered: number;
  /** What the attempt before failed with. */
  error: unknown;
}

export interface RetryOptions<T> extends AttemptOptions<T> {
  /** The first one included. Default 3. */
  attempts?: number;
  /** Also once an output has gone out: the source has to go on from `delivered`. Default `false`. */
  afterOutput?: boolean;
  /** By default all errors but `AbortError`s and those that say `retryable: false`. */
  shouldRetry?: (error: unknown, attempt: number) => boolean;
  /** The longest pause after the first attempt, in milliseconds; doubled after each. Default 500. */
  delay?: number;
  /** The longest pause of all. Default 30,000. */
  maxDelay?: number;
  /** Ends the stream with its reason, also in a pause. */
  signal?: AbortSignal | undefined;
  clock?: Clock;
  /** From 0 to 1, as `Math.random`. */
  random?: () => number;
}

/**
 * A source that is opened again when it fails before its first output.
 *
 * - **In / Out:** what opens the source, told the number of the attempt and a signal that is aborted
 *   when the source is not wanted any more; its items. Those before the first output (`isOutput`) are
 *   held, so that nothing of a failed attempt comes out.
 * - **When:** it opens at the first read, and again after a pause: a random part of `delay`, which
 *   doubles each time (full jitter), but no less than the `retryAfterMs` of the error, or of the
 *   `error` in the part that `isFailure` names. Items as they come.
 * - **Limits:** `attempts`; 256 items are held, then the next one counts as an output. Whoever asks
 *   for a pause above `maxDelay` is not asked again.
 * - **Errors:** what the last attempt failed with, behind what came in it. The reason of `signal`. A
 *   `RangeError` for `attempts` below 1, or delays below 0.
 * - **Cancel:** at once, in a pause too; the open source is cancelled with the reason.
 * - **Cost:** a few promises an item.
 * - **Source:** full jitter: M. Brooker, Exponential Backoff and Jitter, AWS Architecture Blog.
 *
 * @example
 * ```ts
 * import { retry, toArray } from "@millrace/flow";
 *
 * async function* answer(attempt: number) {
 *   if (attempt === 1) throw new Error("503");
 *   yield await Promise.resolve("Hello");
 * }
 *
 * await toArray(retry(({ attempt }) => answer(attempt), { delay: 5 })); // => ["Hello"]
 * ```
 */
export function retry<T>(
  open: Open<T, RetryContext>,
  options: RetryOptions<T> = {},
): ReadableStream<T> {
  const { attempts = 3, afterOutput = false, shouldRetry = isRetryable } = options;
  const { delay = 500, maxDelay = 30_000 } = options;
  const { signal, clock = systemClock, random = Math.random } = options;
  if (!(attempts >= 1)) {
    throw new RangeError(`Cannot retry: attempts must be 1 or more, not ${attempts}`);
  }
  if (!(delay >= 0 && maxDelay >= 0)) {
    throw new RangeError(`Cannot retry: delays must be 0 or more, not ${delay} and ${maxDelay}`);
  }
  let attempt = 0;
  let delivered = 0;
  let current: Attempt<T> | undefined;
  let settled = false; // there will be no other attempt
  let stopTimer = (): void => undefined;

  function start(error?: unknown): Attempt<T> {
    attempt++;
    const context = { attempt, delivered, error };
    return startAttempt((signal) => open({ ...context, signal }), options);
  }

  /** How long to wait before the next attempt, if there is to be one. */
  function pauseAfter(error: unknown): number | undefined {
    if (settled || attempt >= attempts || !shouldRetry(error, attempt)) return undefined;
    const doubled = delay * 2 ** Math.min(attempt - 1, MOST_DOUBLINGS);
    const pause = random() * Math.min(maxDelay, doubled);
    const least = field(error, "retryAfterMs");
    if (typeof least !== "number" || !(least > pause)) return pause;
    return least <= maxDelay ? least : undefined;
  }

  /** The attempt to read from: another one after a failure, while that is allowed. */
  async function choose(): Promise<Attempt<T>> {
    current ??= start();
    if (settled || current.hasItem()) return current;
    const failure = await current.look();
    const pause = failure && pauseAfter(failure.error);
    if (failure === undefined || pause === undefined) {
      settled ||= failure !== undefined || !afterOutput;
      return current;
    }
    current.abandon(failure.error);
    return chooseAfter(pause, failure.error);
  }

  /** Another attempt, unless who was told of the failure has ended all. */
  async function chooseAfter(pause: number, error: unknown): Promise<Attempt<T>> {
    if (!settled) {
      await new Promise<void>((resolve) => {
        stopTimer = clock.after(pause, resolve);
      });
      current = start(error);
    }
    return choose();
  }

  async function read(): Promise<Result<T>> {
    const result = await (await choose()).read();
    if (result.done !== true) delivered++;
    return result;
  }

  function cancel(reason: unknown): void {
    settled = true;
    stopTimer();
    current?.abandon(reason);
  }

  return pipe(supplySource({ read, cancel }, signal));
}

function isRetryable(error: unknown): boolean {
  const retryable = field(error, "retryable");
  return typeof retryable === "boolean" ? retryable : field(error, "name") !== "AbortError";
}

/** A field of an error, or of the `error` in a part. */
function field(error: unknown, name: string): unknown {
  const own = Object(error) as Record<string, unknown>;
  return own[name] ?? (Object(own["error"]) as Record<string, unknown>)[name];
}
