import type { Source } from "@millrace/core";
import { openOutlet } from "@millrace/core/streams";
import { beginAgain } from "./record/begin.ts";
import { openRecording } from "./record/recording.ts";
import { recordSettings, type RecordOptions, type RecordSettings } from "./record/settings.ts";
import type { RecordContext, RecordedEntry } from "./record.ts";
import { openReader } from "./replay/reader.ts";

/** Makes the source that goes on behind what was recorded so far. */
export type TakeOverSource<V> = (
  soFar: ReadableStream<V>,
  context: RecordContext,
) => Source<V> | PromiseLike<Source<V>>;

export interface TakeOverFunction {
  <V>(options: RecordOptions, goOn: TakeOverSource<V>): ReadableStream<V>;
  entries<V>(
    this: void,
    options: RecordOptions,
    goOn: TakeOverSource<V>,
  ): ReadableStream<RecordedEntry<V>>;
}

/**
 * Goes on with a stream whose producer died, in any process: what `goOn` gives is recorded behind what
 * is there. Readers that wait read on. `takeOver` gives the new values, `takeOver.entries` gives `{ seq,
 * value }`.
 *
 * - **In:** `goOn(soFar, { signal })` is called by the one that takes over, and by nobody else. What is
 *   recorded stands: of an answer in parts, `continueAnswer` of `@millrace/parts` goes on with it.
 * - **When:** the old producer is refused from the moment the new one is there, before it has written.
 *   A stream whose producer lives, or that has ended, is read instead, behind its last entry
 *   (`onHeld`). Somebody asked to stop meanwhile: the new producer stops at once.
 * - **End, Pace, Limits, Cancel, Cost:** those of `record`.
 * - **Errors:** those of `record`; `missing`. What `goOn` throws is recorded as the stream's end.
 *
 * @example
 * ```ts
 * import { memoryStore, replay, takeOver } from "@millrace/resume";
 *
 * const store = memoryStore();
 * const { epoch } = (await store.acquire("chat-1", { lease: 1, ttl: 60_000 }))!; // a producer …
 * await store.append("chat-1", epoch, [{ seq: 1, text: '"mill"' }]);
 * await new Promise((resolve) => setTimeout(resolve, 10)); // … that dies
 *
 * takeOver<string>({ id: "chat-1", store }, async function* (soFar) {
 *   for await (const word of soFar) console.log(word); // => "mill"
 *   yield "race";
 * });
 * for await (const word of replay({ id: "chat-1", store })) console.log(word); // => "mill", "race"
 * ```
 */
export const takeOver: TakeOverFunction = /* @__PURE__ */ Object.assign(takeOverValues, {
  entries: takeOverEntries,
});

function takeOverValues<V>(options: RecordOptions, goOn: TakeOverSource<V>): ReadableStream<V> {
  return open<V, V>(options, goOn, (_, value) => value);
}

function takeOverEntries<V>(
  options: RecordOptions,
  goOn: TakeOverSource<V>,
): ReadableStream<RecordedEntry<V>> {
  return open<V, RecordedEntry<V>>(options, goOn, (seq, value) => ({ seq, value }));
}

function open<V, O>(
  options: RecordOptions,
  goOn: TakeOverSource<V>,
  make: (seq: number, value: V) => O,
): ReadableStream<O> {
  const settings = recordSettings(options);
  const { readable, finished } = openRecording<V, O>({
    ...settings,
    make,
    begin: (signal) => beginAgain(settings, signal),
    open: ({ tail }, signal) => goOn(openPast<V>(settings, tail, signal), { signal }),
    refuse: () => undefined,
  });
  options.waitUntil?.(finished);
  return readable;
}

/** What is recorded up to an entry. */
function openPast<V>(
  settings: RecordSettings,
  tail: number,
  signal: AbortSignal,
): ReadableStream<V> {
  const outlet = openOutlet<V>(
    () => {
      if (tail > 0) reader.pull();
    },
    () => {
      leave();
    },
  );
  const reader = openReader<V>(
    { ...settings, after: 0 },
    {
      isHungry: outlet.isHungry,
      onEntry(seq, value) {
        if (seq <= tail) outlet.put(value);
        if (seq < tail) return;
        leave();
        outlet.close();
      },
      onEnd: outlet.close,
      onError: outlet.error,
    },
  );

  function abort(): void {
    leave();
    outlet.error(signal.reason);
  }

  function leave(): void {
    signal.removeEventListener("abort", abort);
    reader.leave();
  }

  if (tail === 0) outlet.close();
  else signal.addEventListener("abort", abort);
  return outlet.readable;
}
