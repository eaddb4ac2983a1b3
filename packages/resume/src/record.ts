import type { Source } from "@millrace/core";
import { openSource } from "@millrace/core/streams";
import { begin } from "./record/begin.ts";
import { openRecording } from "./record/recording.ts";
import { recordSettings, type RecordOptions } from "./record/settings.ts";

/** A recorded value and its number. */
export interface RecordedEntry<V> {
  seq: number;
  value: V;
}

/** A source, or what makes one: called only if nobody else records under the id. */
export type RecordSource<V> =
  | Source<V>
  | ((context: RecordContext) => Source<V> | PromiseLike<Source<V>>);

export interface RecordContext {
  /** Aborted when the source is not wanted any more. */
  signal: AbortSignal;
}

export interface RecordFunction {
  <V>(source: RecordSource<V>, options: RecordOptions): ReadableStream<V>;
  entries<V>(
    this: void,
    source: RecordSource<V>,
    options: RecordOptions,
  ): ReadableStream<RecordedEntry<V>>;
}

/**
 * Writes a stream into a store as it flows, so that anybody can read it, from anywhere, at any time.
 * `record` gives the values, `record.entries` gives `{ seq, value }`.
 *
 * - **In / Out:** anything that `pipe` takes, of values that JSON can carry; the same values.
 * - **When:** the first value is stored at once, and so is one after a silence of 10 ms; what follows
 *   closely is stored together. A value is given when it is stored, so nobody has seen what a
 *   crash has lost.
 * - **End:** exactly one last entry says how it ended. A failure of the source is stored, and reaches
 *   every reader with its name, message and code. Stopped (`stop`, `signal`, nobody reads), it ends with
 *   a `ResumeError` `cancelled`, and the source is cancelled.
 * - **Pace:** that of the store, not of the reader, who reads from the log once 64 values wait.
 * - **Limits:** 256 Ki units of text that the store has not confirmed; no transcript is kept.
 * - **Errors:** `ResumeError`: `held`, if asked for; `interrupted` where half a stream stands under the id,
 *   whose producer died: that is for `takeOver`; `store` when the store has failed for `patience`.
 *   A `StoreError` `full` where the store takes no other stream. Where another process took over, the
 *   source is cancelled, and what that one writes is read.
 * - **Cancel:** as `onDisconnect` says.
 * - **Cost:** a `JSON.stringify` a value, a store's append a batch.
 *
 * @example
 * ```ts
 * import { memoryStore, record, replay } from "@millrace/resume";
 *
 * const store = memoryStore();
 * const live = record(["mill", "race"], { id: "chat-1", store });
 * for await (const word of live) console.log(word); // => "mill", "race"
 * for await (const word of replay({ id: "chat-1", store, after: 1 })) console.log(word); // => "race"
 * ```
 */
export const record: RecordFunction = /* @__PURE__ */ Object.assign(recordValues, {
  entries: recordEntries,
});

function recordValues<V>(source: RecordSource<V>, options: RecordOptions): ReadableStream<V> {
  return open<V, V>(source, options, (_, value) => value);
}

function recordEntries<V>(
  source: RecordSource<V>,
  options: RecordOptions,
): ReadableStream<RecordedEntry<V>> {
  return open<V, RecordedEntry<V>>(source, options, (seq, value) => ({ seq, value }));
}

function open<V, O>(
  source: RecordSource<V>,
  options: RecordOptions,
  make: (seq: number, value: V) => O,
): ReadableStream<O> {
  const settings = recordSettings(options);
  const { readable, finished } = openRecording<V, O>({
    ...settings,
    make,
    begin: (signal) => begin(settings, signal),
    open: (_, signal) => (typeof source === "function" ? source({ signal }) : source),
    refuse(reason) {
      if (typeof source === "function") return;
      try {
        openSource(source).cancel(reason);
      } catch {
        // Somebody else reads it.
      }
    },
  });
  options.waitUntil?.(finished);
  return readable;
}
