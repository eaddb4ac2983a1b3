import { openOutlet, openSource } from "@millrace/core/streams";
import type { Source } from "@millrace/core";
import { ask } from "./ask.ts";
import { operator, type Operator } from "./operator.ts";
import { openQueue } from "./queue.ts";

export interface MapAsyncOptions {
  /** So many calls run, or wait with their output to be read, at most. Default 1. */
  concurrency?: number;
  /** Whether outputs come in the order of their inputs, or as they are done. Default `true`. */
  ordered?: boolean;
}

/** What a call may want to know. */
export interface MapAsyncContext {
  /** Aborts when the output is cancelled or fails: then nobody wants the call's output. */
  readonly signal: AbortSignal;
}

/**
 * Maps items by a function that takes its time.
 *
 * - **In / Out:** any items; what the promises of `fn` give.
 * - **When:** an output comes as soon as it is done, and with `ordered` those before it. From the
 *   first read on, calls run ahead of the reader as far as `concurrency` allows.
 * - **Limits:** `concurrency` counts calls that run and outputs that nobody has read yet.
 * - **Errors:** the first error of a call cancels the source at once. With `ordered` the outputs of
 *   the items before it are still waited for; then it errors the stream, and the other calls are
 *   aborted. To go on after an error, catch it in `fn`. What fails upstream errors the stream when
 *   all calls are done and read.
 * - **Cancel:** the source is cancelled and the calls are aborted with the reason, at once; put
 *   `abortable` below to have a signal do it.
 * - **Cost:** one promise a call, one read an item.
 *
 * @example
 * ```ts
 * import { pipe } from "@millrace/core";
 * import { mapAsync, toArray } from "@millrace/flow";
 *
 * const length = async (word: string) => word.length;
 * const lengths = pipe(["mill", "race!"]).pipeThrough(mapAsync(length, { concurrency: 4 }));
 * await toArray(lengths); // => [4, 5]
 * ```
 */
export function mapAsync<I, O>(
  fn: (item: I, context: MapAsyncContext) => O | PromiseLike<O>,
  { concurrency = 1, ordered = true }: MapAsyncOptions = {},
): Operator<I, O> {
  if (!(concurrency >= 1)) {
    throw new RangeError(`Cannot map with a concurrency of ${concurrency}: it is 1 or more`);
  }
  return operator((source) => openCalls(source, fn, concurrency, ordered));
}

/** What a call has come to; nothing while it runs. */
interface Slot<O> {
  result?: { value: O } | { error: unknown };
}

function openCalls<I, O>(
  source: Source<I>,
  fn: (item: I, context: MapAsyncContext) => O | PromiseLike<O>,
  concurrency: number,
  ordered: boolean,
): ReadableStream<O> {
  const feed = openSource(source);
  const calls = new AbortController();
  const context = { signal: calls.signal };
  const slots = openQueue<Slot<O>>(); // in the order in which they are read; unordered, those that are done
  let taken = 0; // items asked for, in a call, or in an output that was not read
  let asking = false;
  let ending: { error?: unknown } | undefined; // of the source: no item comes any more
  let over = false;

  const outlet = openOutlet<O>(advance, (reason) => {
    over = true;
    feed.cancel(reason);
    calls.abort(reason);
  });

  function advance(): void {
    serve();
    askOn();
  }

  const next = () => slots.first()?.result;

  function serve(): void {
    for (let result = next(); !over && result !== undefined; result = next()) {
      if ("error" in result) {
        over = true;
        outlet.error(result.error);
        calls.abort(result.error);
      } else if (outlet.isHungry()) {
        slots.take();
        taken--;
        outlet.put(result.value);
      } else return;
    }
    if (over || ending === undefined || taken > 0) return;
    over = true;
    if ("error" in ending) outlet.error(ending.error);
    else outlet.close();
  }

  function askOn(): void {
    if (asking || over || ending !== undefined || taken >= concurrency) return;
    asking = true;
    taken++;
    ask(feed, answers);
  }

  const answers = {
    onItem(item: I): void {
      asking = false;
      if (over || ending !== undefined) return;
      void call(item);
      askOn();
    },
    onEnd: (): void => {
      stop({});
    },
    onError: (error: unknown): void => {
      stop({ error });
    },
  };

  /** The source has ended. */
  function stop(how: { error?: unknown }): void {
    if (ending !== undefined) return;
    taken--;
    ending = how;
    serve();
  }

  async function call(item: I): Promise<void> {
    const slot: Slot<O> = {};
    if (ordered) slots.add(slot);
    try {
      slot.result = { value: await fn(item, context) };
    } catch (error) {
      slot.result = { error };
      if (ending === undefined && !over) {
        ending = {};
        feed.cancel(error);
      }
    }
    if (!ordered) slots.add(slot);
    advance();
  }

  return outlet.readable;
}
