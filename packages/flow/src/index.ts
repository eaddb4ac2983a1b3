export { abortable, type AbortableOptions } from "./abortable.ts";
export { mapAsync, type MapAsyncContext, type MapAsyncOptions } from "./map-async.ts";
export { merge, type Merged, type MergeOptions, type Sources } from "./merge.ts";
export { operator, type Operator } from "./operator.ts";
export { tee, type TeeOptions } from "./tee.ts";
export { timeout, TimeoutError, type TimeoutOptions } from "./timeout.ts";
export { toArray } from "./to-array.ts";
