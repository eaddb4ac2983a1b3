import { metrics, type Attributes, type Histogram, type Meter } from "@opentelemetry/api";
import type { Metrics } from "./metrics.ts";

export type { Metrics } from "./metrics.ts";

/** What the conventions want to know of an operation. */
export interface OperationAttributes extends Attributes {
  /** As in `openai`, `anthropic`, `gcp.gemini`. */
  "gen_ai.provider.name": string;
  /** Default `chat`. */
  "gen_ai.operation.name"?: string;
  "gen_ai.request.model"?: string;
}

// As the conventions advise.
const SECONDS = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
];
const TOKENS = /* @__PURE__ */ Array.from({ length: 14 }, (_, index) => 4 ** index);

/**
 * Records the figures of a stream with OpenTelemetry: `gen_ai.client.operation.duration`,
 * `.time_to_first_chunk` and `.time_per_output_chunk`, and `gen_ai.client.token.usage`.
 *
 * - **In:** what `metrics` gives, what the operation was, and a meter; the global provider's by default.
 * - **Out:** histograms, in seconds and tokens. `gen_ai.response.model` is added where it is known,
 *   and to the duration `error.type`: the kind or name of the failure, `cancelled` for figures that
 *   were taken while the stream was open.
 * - **Limits:** the time of each chunk is recorded within one percent. Tokens are recorded only when
 *   usage was told.
 * - **Cost:** one record a chunk, at the end.
 * - **Source:** OpenTelemetry, semantic conventions for generative AI client metrics (development).
 *
 * @example
 * ```ts
 * import { pipe } from "@millrace/core";
 * import { metrics, toArray } from "@millrace/flow";
 * import { recordMetrics } from "@millrace/flow/opentelemetry";
 *
 * const meter = metrics<string>({
 *   onEnd: (figures) => recordMetrics(figures, { "gen_ai.provider.name": "openai" }),
 * });
 * await toArray(pipe(["The ", "mill"], meter)); // => ["The ", "mill"]
 * ```
 */
export function recordMetrics(
  figures: Metrics,
  attributes: OperationAttributes,
  meter: Meter = metrics.getMeter("@millrace/flow"),
): void {
  const { duration, timePerChunk, timeToFirstChunk, tokens } = instrumentsOf(meter);
  const common: Attributes = { "gen_ai.operation.name": "chat", ...attributes };
  if (figures.model !== undefined) common["gen_ai.response.model"] = figures.model;
  const failure = errorType(figures);
  duration.record(
    figures.duration,
    failure === undefined ? common : { ...common, "error.type": failure },
  );
  if (figures.timeToFirstChunk !== undefined) {
    timeToFirstChunk.record(figures.timeToFirstChunk, common);
  }
  for (const [seconds, count] of figures.timePerChunk?.counts ?? []) {
    for (let left = count; left > 0; left--) timePerChunk.record(seconds, common);
  }
  if (figures.inputTokens !== undefined) {
    tokens.record(figures.inputTokens, { ...common, "gen_ai.token.type": "input" });
  }
  if (figures.outputTokens !== undefined) {
    tokens.record(figures.outputTokens, { ...common, "gen_ai.token.type": "output" });
  }
}

interface Instruments {
  duration: Histogram;
  timeToFirstChunk: Histogram;
  timePerChunk: Histogram;
  tokens: Histogram;
}

const instruments = new WeakMap<Meter, Instruments>();

function instrumentsOf(meter: Meter): Instruments {
  let own = instruments.get(meter);
  if (own === undefined) instruments.set(meter, (own = createInstruments(meter)));
  return own;
}

function createInstruments(meter: Meter): Instruments {
  const seconds = (name: string, description: string) =>
    meter.createHistogram(`gen_ai.client.operation.${name}`, {
      description,
      unit: "s",
      advice: { explicitBucketBoundaries: SECONDS },
    });
  return {
    duration: seconds("duration", "Duration of the operation"),
    timeToFirstChunk: seconds("time_to_first_chunk", "From the request to the first chunk"),
    timePerChunk: seconds("time_per_output_chunk", "From each chunk to the next"),
    tokens: meter.createHistogram("gen_ai.client.token.usage", {
      description: "Tokens of the input and the output",
      unit: "{token}",
      advice: { explicitBucketBoundaries: TOKENS },
    }),
  };
}

function errorType({ ending, error }: Metrics): string | undefined {
  if (ending === "closed") return undefined;
  if (ending === "open") return "cancelled";
  if (typeof error === "string") return error;
  const { kind, name } = Object(error) as { kind?: unknown; name?: unknown };
  if (typeof kind === "string") return kind;
  return typeof name === "string" ? name : "_OTHER";
}
