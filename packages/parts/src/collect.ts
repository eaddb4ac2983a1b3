import type { Source } from "@millrace/core";
import { openSource } from "@millrace/core/streams";
import {
  CollectError,
  type Collected,
  type CollectedText,
  type Failure,
} from "./collect/collected.ts";
import { gather } from "./collect/gather.ts";
import type { Part } from "./part.ts";

export interface CollectOptions<Result = Collected> {
  /** Which of several answers. Default 0. */
  choice?: number;
  /** Keeps all parts too, as `parts`. Default `false`. */
  parts?: boolean;
  /** Rejects with a `CollectError` if the answer has an `error`. Default `false`. */
  throw?: boolean;
  /**
   * Called after every part with what has come so far: the same object each time, put together where
   * it is looked at. `{ ...result }` keeps it as it is now.
   */
  onUpdate?: (result: Readonly<Result>) => void;
  /** Cancels the source, and gives what has come, with an `error`. */
  signal?: AbortSignal;
  /** UTF-16 units, and values around them, that may be held. Default 16 Mi. */
  maxHeld?: number;
}

/**
 * The whole of an answer: what was said, thought, called, used, and how it ended.
 *
 * - **In / Out:** anything that `pipe` takes, with parts, or with strings, which are the text; one
 *   object. Of several answers in a stream it is about one.
 * - **When:** when the source ends. `onUpdate` hears of every part at once.
 * - **Errors:** what goes wrong is the result's `error`, beside all that came before: an `error` part,
 *   a failure of the source, a stream that ended before the answer did. With `throw`, it rejects with
 *   a `CollectError`, which has the same result. What `onUpdate` throws rejects in any case.
 * - **Reset:** what a `reset` takes back is no part of the result.
 * - **Cancel:** `signal`, and each error here, cancels the source.
 * - **Limits:** `maxHeld`; beyond it the answer has an `error` of the kind `too-large`.
 * - **Cost:** linear: a look-up a part. Text is joined when it is looked at, which costs its length
 *   each time.
 *
 * @example
 * ```ts
 * import { collect, type Part } from "@millrace/parts";
 *
 * const parts: Part[] = [
 *   { type: "text-start", id: "text-0" },
 *   { type: "text-delta", id: "text-0", delta: "Good " },
 *   { type: "text-delta", id: "text-0", delta: "morn" },
 * ];
 * const { text, finishReason, error } = await collect(parts);
 * text; // => "Good morn"
 * finishReason; // => "interrupted"
 * error?.retryable; // => true
 *
 * (await collect(["Good ", "morning"])).text; // => "Good morning"
 * ```
 */
export function collect(source: Source<Part>, options?: CollectOptions): Promise<Collected>;
export function collect(
  source: Source<string>,
  options?: CollectOptions<CollectedText>,
): Promise<CollectedText>;
export async function collect(
  source: Source<Part | string>,
  options: CollectOptions = {},
): Promise<Collected> {
  const { choice = 0, parts = false, onUpdate, signal, maxHeld = 16 * 1024 * 1024 } = options;
  const { view, take, end } = gather({ choice, keepsParts: parts, maxHeld });
  const feed = openSource(source);
  let bug: Failure | undefined; // of `onUpdate`

  async function read(): Promise<undefined> {
    for (;;) {
      const { done, value } = await feed.read();
      if (done === true || signal?.aborted === true) return undefined;
      take(value!);
      try {
        onUpdate?.(view);
      } catch (reason) {
        bug = { reason };
        throw reason;
      }
    }
  }

  const aborted = watch(signal);
  const reading = read().catch((reason: unknown): Failure => ({ reason }));
  const failure = await Promise.race([aborted.promise, reading]);
  aborted.release();
  if (failure === undefined) feed.release();
  else feed.cancel(failure.reason);
  if (bug !== undefined) throw bug.reason;
  end(failure);
  const result = { ...view };
  if (options.throw !== true || result.error === undefined) return result;
  throw new CollectError(result, result.error, failure && { cause: failure.reason });
}

/** Waits for an abort, until it is released. */
function watch(signal: AbortSignal | undefined): {
  promise: Promise<Failure>;
  release: () => void;
} {
  let abort!: () => void;
  const promise = new Promise<Failure>((resolve) => {
    abort = () => resolve({ reason: signal?.reason, isAbort: true });
  });
  if (signal?.aborted === true) abort();
  signal?.addEventListener("abort", abort);
  return { promise, release: () => signal?.removeEventListener("abort", abort) };
}
