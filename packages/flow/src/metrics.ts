import { stage, type Stage } from "@millrace/core";
import { systemClock, type Clock } from "@millrace/core/clock";
import { startMeter } from "./meter.ts";

/** The figures of one stream. All times are in seconds. */
export interface Metrics {
  /** A stage is not told of a cancel: `open` may also mean that the reader has left. */
  ending: "open" | "closed" | "failed" | "cancelled";
  /** What it failed with: what was thrown, or the `error` of the last error part. */
  error: unknown;
  /** From the beginning to the end, or to now. */
  duration: number;
  timeToFirstChunk: number | undefined;
  timeToFirstText: number | undefined;
  /** Items, keep-alives left out. */
  chunks: number;
  /** Of text and of all other deltas, in UTF-16 units. */
  characters: number;
  /** Of chunks that are bytes. */
  bytes: number;
  /** The time between chunks; there is none with fewer than two. */
  timePerChunk: TimePerChunk | undefined;
  /** Silences after the first chunk that were longer than `stallAfter`, the one before the end too. */
  stalls: { count: number; total: number };
  /** What the last usage said. */
  inputTokens: number | undefined;
  outputTokens: number | undefined;
  /** Behind the first token: those that were streamed, hidden reasoning left out. */
  tokensPerSecond: number | undefined;
  /** What was counted as tokens: what usage says, or, while it does not speak of all, chunks of text. */
  tokensFrom: "usage" | "chunks";
  /** As the response names it. */
  model: string | undefined;
}

/** Quantiles within one percent; `max` is exact. */
export interface TimePerChunk {
  p50: number;
  p90: number;
  p99: number;
  max: number;
  /** All of them within one percent: how many were of which length, ascending. */
  counts: [seconds: number, count: number][];
}

export interface MetricsOptions<T> {
  /** Called once, when the stream has closed or failed. */
  onEnd?: (metrics: Metrics) => void;
  /** When it began, as a reading of the clock: before the request. Default: when the stage started. */
  since?: number;
  /** The text in an item. By default text itself, and the `delta` of a `text-delta`. */
  textOf?: (item: T) => string | undefined;
  /** What does not count. By default parts and events of type `status` and `ping`. */
  isKeepAlive?: (item: T) => boolean;
  /** The silence that is a stall, in milliseconds. Default 2,000. */
  stallAfter?: number;
  clock?: Clock;
}

export interface MetricsStage<T> extends Stage<T, T> {
  /** The figures so far of the run that began last. */
  snapshot(this: void): Metrics;
}

/**
 * Takes the times of a stream that passes through it.
 *
 * - **In / Out:** any items, unchanged. Text, bytes and, by their shape, parts are understood: the
 *   `delta` of text and reasoning, `usage`, the model's name, `error` and `finish`.
 * - **When:** at once. `snapshot()` gives the figures at any time, `onEnd` those at the end. A stage
 *   does not hear of a cancel: whoever cancels takes a snapshot.
 * - **Limits:** 5 KiB, however long the stream. Quantiles are within one percent.
 * - **Errors:** what `onEnd` and the other functions throw.
 * - **Cost:** a look at the clock and a logarithm an item.
 * - **Source:** OpenTelemetry's semantic conventions for generative AI;
 *   `@millrace/flow/opentelemetry` records them.
 *
 * @example
 * ```ts
 * import { pipe } from "@millrace/core";
 * import { metrics, toArray } from "@millrace/flow";
 *
 * const meter = metrics<string>();
 * await toArray(pipe(["The ", "mill"], meter));
 * const { ending, chunks, characters } = meter.snapshot();
 * [ending, chunks, characters]; // => ["closed", 2, 8]
 * ```
 */
export function metrics<T>(options: MetricsOptions<T> = {}): MetricsStage<T> {
  const { onEnd, clock = systemClock } = options;
  let meter = startMeter(options);
  const pass = stage<T, T>((emit) => {
    const own = (meter = startMeter(options));
    let over = false;

    function end(failure?: { error: unknown }): void {
      if (over) return; // it was `onEnd` that has thrown
      over = true;
      own.end(clock.now(), failure);
      onEnd?.(own.read(clock.now()));
    }

    return {
      push(item) {
        own.see(item, clock.now());
        emit(item);
      },
      flush: end,
      fail(error) {
        end({ error });
      },
    };
  });
  return Object.assign(pass, { snapshot: () => meter.read(clock.now()) });
}
