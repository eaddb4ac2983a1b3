export { abortable, type AbortableOptions } from "./abortable.ts";
export { type AttemptOptions, type Open, type OpenContext } from "./attempt.ts";
export { failover, type FailoverContext, type FailoverOptions } from "./failover.ts";
export { hedge, type HedgeOptions } from "./hedge.ts";
export { joinText, type Hop, type JoinTextOptions } from "./join-text.ts";
export { mapAsync, type MapAsyncContext, type MapAsyncOptions } from "./map-async.ts";
export { merge, type Merged, type MergeOptions, type Sources } from "./merge.ts";
export {
  metrics,
  type Metrics,
  type MetricsOptions,
  type MetricsStage,
  type TimePerChunk,
} from "./metrics.ts";
export { operator, type Operator } from "./operator.ts";
export { retry, type RetryContext, type RetryOptions } from "./retry.ts";
export { smooth, type SmoothOptions } from "./smooth.ts";
export type { SoFar } from "./so-far.ts";
export { tee, type TeeOptions } from "./tee.ts";
export { timeout, TimeoutError, type TimeoutOptions } from "./timeout.ts";
export { toArray } from "./to-array.ts";
