import { pipe, stage, type Stage } from "@millrace/core";
import type { Result } from "@millrace/core/streams";
import { startAttempt, type Attempt, type Open, type OpenContext } from "./attempt.ts";
import { joinText, type Hop } from "./join-text.ts";
import { recordSoFar, type SoFar } from "./so-far.ts";
import { supplySource } from "./supply.ts";

/** What `failover` opens a source with. */
export interface FailoverContext<T> extends OpenContext {
  /** What has come so far and is to be continued: the text, or the items; nothing at first. */
  soFar: SoFar<T> | undefined;
  /** What the source before failed with: what it threw, or the item that said so. */
  error: unknown;
}

export interface FailoverOptions<T> {
  /** Makes one stream of the items of all sources. Default `joinText()`. */
  join?: () => Stage<Hop<T>, T>;
  /** Which items tell that a source has failed, as `error` parts do. `join` gets them too. */
  isFailure?: (item: T) => boolean;
  /**
   * Called before the next source is opened. What it gives goes out as a mark that everything before
   * is void: the next source is told nothing and begins anew.
   */
  onHop?: (hop: Omit<FailoverContext<T>, "signal">) => T | undefined;
  /** The most that is held of what has come. Default 1,048,576 units of text, or 131,072 items. */
  maxHeld?: number;
  /** Ends the stream with its reason. */
  signal?: AbortSignal | undefined;
}

/**
 * A stream that goes on with the next source when one dies, from what has come already.
 *
 * - **In / Out:** what opens each source, told what came so far; one stream without repetitions. A
 *   source may go on from there, or begin with the end of it; `joinHops` of `@millrace/parts` does
 *   for parts what `joinText` does for text.
 * - **When:** items as they come, as far as `join` lets them. The next source is opened when the
 *   reader asks for more than the last one gave, the first one at the first read.
 * - **Limits:** when more than `maxHeld` has come, no source could be told what to continue: then
 *   the failure of the one that is open is final.
 * - **Errors:** what the last source fails with, behind everything that came; if an item tells of it,
 *   that item is the last source's like any other. A `RangeError` if there is no source. The reason
 *   of `signal`.
 * - **Join:** gets each item with the number of its source, and of each later source first its number
 *   alone, so that it hears of one that gives nothing.
 * - **Cancel:** the open source is cancelled and its signal aborted, with the reason; a failed one
 *   with its failure.
 * - **Cost:** a few promises an item, and what is held.
 *
 * @example
 * ```ts
 * import { failover, toArray } from "@millrace/flow";
 *
 * async function* dying() {
 *   yield await Promise.resolve("The mill turns");
 *   throw new Error("connection lost");
 * }
 * const careful = ({ soFar = "" }) => [soFar.slice(-10), " slowly."]; // repeats some of it
 *
 * const answer = await toArray(failover([dying, careful]));
 * answer.join(""); // => "The mill turns slowly."
 * ```
 */
export function failover<T>(
  opens: readonly Open<T, FailoverContext<T>>[],
  options: FailoverOptions<T> = {},
): ReadableStream<T> {
  const { join = () => joinText<T>(), onHop, maxHeld, signal } = options;
  if (opens.length === 0) throw new RangeError("Cannot fail over: no source is given");
  const record = recordSoFar<T>(maxHeld);
  let hop = 0;
  let current: Attempt<T> | undefined;
  let cancelled = false;

  function start(error?: unknown): Attempt<T> {
    const context = { attempt: hop + 1, soFar: record.soFar(), error };
    const open = opens[hop++]!;
    return startAttempt((signal) => open({ ...context, signal }), options);
  }

  async function read(): Promise<Result<Hop<T> | Restart<T>>> {
    current ??= start();
    if (!current.hasItem()) {
      const failure = await current.look();
      if (failure !== undefined && !current.hasItem() && canHop()) {
        current.abandon(failure.error);
        return next(failure.error);
      }
    }
    const { done, value } = await current.read();
    return done === true
      ? { done, value: undefined }
      : { done: false, value: { hop, item: value as T } };
  }

  /** Opens the next source, and tells the join. */
  function next(error: unknown): Result<Hop<T> | Restart<T>> {
    const mark = onHop?.({ attempt: hop + 1, soFar: record.soFar(), error });
    if (cancelled) return { done: true }; // by who was told of the failure
    if (mark !== undefined) record.clear();
    current = start(error);
    return { done: false, value: mark === undefined ? { hop } : { mark } };
  }

  const canHop = (): boolean => !cancelled && !record.isOver() && hop < opens.length;

  function cancel(reason: unknown): void {
    cancelled = true;
    current?.abandon(reason);
  }

  return pipe(supplySource({ read, cancel }, signal), joined(join, record.add));
}

/** What came before is void. */
interface Restart<T> {
  mark: T;
}

/** Joins the hops, anew after each restart, and tells what comes out. */
function joined<T>(
  join: () => Stage<Hop<T>, T>,
  tell: (item: T) => void,
): Stage<Hop<T> | Restart<T>, T> {
  return stage((emit, end) => {
    const start = () =>
      join().start((item) => {
        tell(item);
        emit(item);
      }, end);
    let machine = start();
    return {
      push(input) {
        if ("mark" in input) {
          machine = start();
          emit(input.mark);
        } else machine.push(input);
      },
      flush() {
        machine.flush();
      },
      fail(reason) {
        machine.fail(reason);
      },
    };
  });
}
