export { decodeText, type DecodeTextOptions } from "./decode-text.ts";
export { encodeText } from "./encode-text.ts";
export {
  isStageError,
  LimitError,
  ParseError,
  type StageError,
  type StageErrorOptions,
} from "./errors.ts";
export { filter } from "./filter.ts";
export { fuse } from "./fuse.ts";
export { map } from "./map.ts";
export { pipe } from "./pipe.ts";
export { run, type RunError } from "./run.ts";
export type { Source } from "./streams/source.ts";
export {
  stage,
  type Emit,
  type End,
  type Machine,
  type Stage,
  type StageOptions,
  type Start,
} from "./stage.ts";
export { take } from "./take.ts";
export { toTransformStream } from "./to-transform-stream.ts";
