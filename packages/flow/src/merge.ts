import type { Source } from "@millrace/core";
import { openOutlet, openSource, type Feed } from "@millrace/core/streams";
import { ask } from "./ask.ts";
import { openQueue } from "./queue.ts";

/** Sources by name, or in an array. */
export type Sources = Readonly<Record<string, Source<unknown>>> | readonly Source<unknown>[];

/** What comes out of merged sources: a value and where it comes from. */
export type Merged<S extends Sources, E = never> = S extends readonly Source<infer T>[]
  ? [key: number, value: T | E]
  : { [K in keyof S & string]: [key: K, value: ItemOf<S[K]> | E] }[keyof S & string];

type ItemOf<S> = S extends Source<infer T> ? T : never;

export interface MergeOptions<S extends Sources, E> {
  /**
   * Makes a last value of the error of a source, so that the others go on. Default: the error of one
   * source fails the whole.
   */
  onError?: (error: unknown, key: Merged<S>[0]) => E;
}

/**
 * Merges sources into one stream that says where each value comes from.
 *
 * - **In / Out:** an array or a record of sources; `[key, value]`, with the index or the name as key.
 * - **When:** a value comes as soon as its source gives it; values that wait come in the order in
 *   which they arrived. A source is asked for its next value only when its last one was read: none
 *   can starve another. It ends when all have ended.
 * - **Limits:** at most one value a source is held, and only while a reader waits is any asked for.
 * - **Errors:** that of the first source to fail, behind all that came before from any; the others are
 *   cancelled with it at once. Or a value, as `onError` says.
 * - **Cancel:** reaches every source, with its reason.
 * - **Cost:** one read and one pair a value, however many sources there are.
 *
 * @example
 * ```ts
 * import { merge } from "@millrace/flow";
 *
 * const answers = merge({ fast: ["Two.", "Yes."], careful: ["2"] });
 * for await (const [model, text] of answers) console.log(`${model}: ${text}`);
 * // => "fast: Two.", "careful: 2", "fast: Yes."
 * ```
 */
export function merge<S extends Sources, E = never>(
  sources: S,
  { onError }: MergeOptions<S, E> = {},
): ReadableStream<Merged<S, NoInfer<E>>> {
  type Key = Merged<S>[0];
  const lanes = openLanes<Key>(sources);
  const ready = openQueue<Lane<Key>>(); // those whose value waits to be read, in the order of arrival
  let idle = [...lanes]; // those whose value was read, and which are to be asked
  let over = false;

  const outlet = openOutlet<[Key, unknown]>(advance, cancel);
  if (lanes.size === 0) outlet.close();

  function cancel(reason: unknown): void {
    over = true;
    for (const { feed } of lanes) feed.cancel(reason);
  }

  function advance(): void {
    const asked = idle;
    idle = [];
    for (const lane of asked) askFor(lane);
    serve();
  }

  function serve(): void {
    while (outlet.isHungry() && ready.length > 0) put();
    if (lanes.size === 0 && ready.length === 0) outlet.close();
  }

  /** Puts the value that has waited longest. */
  function put(): void {
    const lane = ready.take()!;
    const { key, value } = lane;
    lane.value = undefined;
    if (lanes.has(lane)) idle.push(lane);
    outlet.put([key, value]);
  }

  function askFor(lane: Lane<Key>): void {
    ask(lane.feed, {
      onItem(value) {
        arrive(lane, value);
      },
      onEnd() {
        lanes.delete(lane);
        serve();
      },
      onError(error) {
        lanes.delete(lane);
        breakOff(lane, error);
      },
    });
  }

  function arrive(lane: Lane<Key>, value: unknown): void {
    if (over) return;
    lane.value = value;
    ready.add(lane);
    serve();
  }

  function breakOff(lane: Lane<Key>, error: unknown): void {
    if (over) return;
    if (onError === undefined) {
      fail(error);
      return;
    }
    let value: E;
    try {
      value = onError(error, lane.key);
    } catch (replaced) {
      fail(replaced);
      return;
    }
    arrive(lane, value);
  }

  function fail(error: unknown): void {
    cancel(error);
    while (ready.length > 0) put();
    outlet.error(error);
  }

  return outlet.readable as ReadableStream<never>;
}

/** A source on its way into the whole. */
interface Lane<K> {
  readonly key: K;
  readonly feed: Feed<unknown>;
  value: unknown;
}

function openLanes<K>(sources: Sources): Set<Lane<K>> {
  const lanes = new Set<Lane<K>>();
  const entries = Array.isArray(sources) ? sources.entries() : Object.entries(sources);
  try {
    for (const [key, source] of entries as Iterable<[K, Source<unknown>]>) {
      lanes.add({ key, feed: openSource(source), value: undefined });
    }
  } catch (error) {
    for (const { feed } of lanes) feed.release(); // one is locked: nobody has read any
    throw error;
  }
  return lanes;
}
