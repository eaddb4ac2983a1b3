import { openOutlet } from "@millrace/core/streams";
import { readCursor, type Cursor } from "./cursor.ts";
import { DEFAULT_GRACE } from "./durations.ts";
import { openBlocks } from "./replay/open-blocks.ts";
import { openReader, type Sink } from "./replay/reader.ts";
import { checkCursor, missing } from "./replay/reasons.ts";
import { checkDurations, isId, persist, placeOf, type PlaceOptions } from "./store-access.ts";

export interface ReplayOptions extends PlaceOptions {
  /**
   * The last entry that the reader has: what follows is given. A number, or the text of a
   * `Last-Event-ID`. Default: from the beginning.
   */
  after?: Cursor;
  signal?: AbortSignal | undefined;
  /** Milliseconds that an orphaned stream may wait for another producer. Default 15 s. */
  grace?: number | undefined;
  /**
   * Called when this reader, who waits for more, sees that the producer has died: the time for
   * `takeOver`, by which one of those who try goes on. Called again if that one dies, too.
   */
  onOrphaned?: (() => void) | undefined;
}

export interface ReplayEntriesOptions extends ReplayOptions {
  /**
   * For an encoder that has to hear all that it said before: `after` is checked, and the entries up
   * to it are given as well. `sseResponse` sends the client what follows its cursor.
   */
  whole?: boolean | undefined;
}

export interface ReplayValuesOptions extends ReplayOptions {
  /**
   * For a reader that has kept nothing: the starts of the blocks that were open at the cursor come
   * first, as they were recorded. (Values whose types end in `-start`, `-end` and `-delta` and have an
   * `id`; `reset` with `blocks`.)
   */
  reopen?: boolean | undefined;
}

/** A recorded value and its number. What was said before, and is said again, has none. */
export interface ReplayedEntry<V> {
  seq?: number;
  value: V;
}

export interface ReplayFunction {
  <V>(options: ReplayValuesOptions): ReadableStream<V>;
  entries<V>(
    this: void,
    options: ReplayEntriesOptions & ReplayValuesOptions,
  ): ReadableStream<ReplayedEntry<V>>;
  check(this: void, options: ReplayOptions): Promise<void>;
}

/**
 * Reads a stream that was recorded, or is being recorded anywhere: what is there, then what comes.
 * `replay` gives values, `replay.entries` gives `{ seq, value }`.
 *
 * - **When:** what is there at once, what comes when it was stored. The store is asked while a reader
 *   waits.
 * - **End:** with the source's own end: closed, or an error like the source's. A stopped stream is
 *   an error (`cancelled`), one whose producer died and that nobody took over within `grace` is another
 *   (`interrupted`, with the number of the last entry): a part of an answer never looks like the whole.
 * - **Limits:** holds a batch of the store's, a few hundred entries, however far behind the reader is;
 *   with `reopen`, what is open.
 * - **Errors:** `ResumeError`: also `missing`, `gone` (entries behind the cursor were dropped), `cursor`
 *   (no cursor of this stream), `entry`, `store`. `replay.check` rejects with what it would begin
 *   with, for a server that has to answer; a cursor `done`, which `sseResponse` sends last, is the end.
 * - **Cancel:** leaves the store at once. `signal` does the same, with its reason.
 * - **Cost:** a `JSON.parse` an entry. A reader that waits says so to the store every two seconds.
 *
 * @example
 * ```ts
 * import { memoryStore, record, replay } from "@millrace/resume";
 *
 * const store = memoryStore();
 * const live = record(["mill", "race"], { id: "chat-1", store });
 * for await (const word of live) console.log(word); // => "mill", "race"
 *
 * const entries = replay.entries({ id: "chat-1", store, after: 1 });
 * for await (const entry of entries) console.log(entry); // => { seq: 2, value: "race" }
 * ```
 */
export const replay: ReplayFunction = /* @__PURE__ */ Object.assign(replayValues, {
  entries: replayEntries,
  check,
});

function replayValues<V>(options: ReplayValuesOptions): ReadableStream<V> {
  return open(options, (_, value) => value as V);
}

function replayEntries<V>(
  options: ReplayEntriesOptions & ReplayValuesOptions,
): ReadableStream<ReplayedEntry<V>> {
  return open(options, (seq, value) =>
    seq === undefined ? { value: value as V } : { seq, value: value as V },
  );
}

async function check(options: ReplayOptions): Promise<void> {
  const place = placeOf(options);
  const { id, store } = place;
  const after = placeIn(options);
  const status = await persist(place, () => store.status(id), options.signal);
  options.signal?.throwIfAborted();
  if (status !== undefined) checkCursor(id, after, status);
}

/** Behind which entry to read. */
function placeIn({ id, after }: ReplayOptions): number {
  const place = readCursor(id, after);
  if (!isId(id)) throw missing(id);
  return place;
}

function open<O>(
  options: ReplayEntriesOptions & ReplayValuesOptions,
  make: (seq: number | undefined, value: unknown) => O,
): ReadableStream<O> {
  const { signal, grace = DEFAULT_GRACE, onOrphaned, whole = false, reopen = false } = options;
  const streamPlace = placeOf(options);
  checkDurations("replay", { grace });
  const blocks = openBlocks();
  const outlet = openOutlet<O>(
    () => {
      reader.pull();
    },
    () => {
      leave();
    },
  );

  const sink: Sink<unknown> = {
    isHungry: outlet.isHungry,
    onEntry(seq, value) {
      outlet.put(make(seq, value));
    },
    onSeen(seq, value) {
      if (whole) outlet.put(make(seq, value));
      else blocks.note(value);
    },
    onCaughtUp() {
      for (const start of blocks.open()) outlet.put(make(undefined, start));
    },
    onEnd() {
      forget();
      outlet.close();
    },
    onError(error) {
      forget();
      outlet.error(error);
    },
  };

  let after: number;
  try {
    after = placeIn(options);
  } catch (error) {
    outlet.error(error);
    return outlet.readable;
  }
  const reader = openReader(
    {
      ...streamPlace,
      grace,
      onOrphaned,
      after,
      ...(whole ? { from: () => 0 } : reopen ? { from: ({ oldest }) => oldest - 1 } : {}),
    },
    sink,
  );

  function forget(): void {
    signal?.removeEventListener("abort", abort);
  }

  function leave(): void {
    forget();
    reader.leave();
  }

  function abort(): void {
    leave();
    outlet.error(signal?.reason);
  }

  if (signal?.aborted === true) abort();
  else signal?.addEventListener("abort", abort);
  return outlet.readable;
}
