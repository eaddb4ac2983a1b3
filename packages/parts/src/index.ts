export { AnswerError } from "./answer-error.ts";
export { checkParts, type CheckPartsOptions } from "./check-parts.ts";
export { collect, type CollectOptions } from "./collect.ts";
export {
  CollectError,
  type Collected,
  type CollectedText,
  type ResponseFields,
} from "./collect/collected.ts";
export { continueAnswer } from "./continue-answer.ts";
export { failureOf, isFailurePart } from "./failure.ts";
export { joinHops, type Hop, type JoinHopsOptions } from "./join-hops.ts";
export { onText } from "./on-text.ts";
export type {
  Continuable,
  Cursor,
  CustomPart,
  ErrorPart,
  FileData,
  FilePart,
  FinishPart,
  FinishReason,
  Logprob,
  Part,
  PartFields,
  ProviderMetadata,
  RawPart,
  ReasoningDelta,
  ReasoningEnd,
  ReasoningKind,
  ReasoningStart,
  ResetPart,
  ResponseMetadata,
  Source,
  SourceAnchor,
  SourcePart,
  StatusPart,
  TextDelta,
  TextEnd,
  TextKind,
  TextStart,
  ToolCall,
  ToolInputDelta,
  ToolInputEnd,
  ToolInputStart,
  ToolInputState,
  ToolResult,
  UsagePart,
} from "./part.ts";
export {
  ToolInputError,
  type ReadToolCall,
  type ToolCallFields,
  type ToolInputErrorOptions,
} from "./read-tool-call.ts";
export { reasoning, type ReasoningOptions } from "./reasoning.ts";
export { sources, type SourcesOptions } from "./sources.ts";
export type { StreamError, StreamErrorKind } from "./stream-error.ts";
export type { TextStageOf } from "./text-blocks.ts";
export { text, type TextOptions } from "./text.ts";
export { thinkTags, type TagSection } from "./think-tags.ts";
export { toolCalls, type ToolCallsOptions } from "./tool-calls.ts";
export { toolInput, type ToolInputOptions } from "./tool-input.ts";
export { toolInputs, type ToolInputPiece } from "./tool-inputs.ts";
export { usage, type Usage } from "./usage.ts";
