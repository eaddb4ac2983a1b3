import { AnswerError } from "../answer-error.ts";
import type {
  FilePart,
  FinishPart,
  FinishReason,
  Part,
  ResponseMetadata,
  SourcePart,
  ToolResult,
} from "../part.ts";
import type { ReadToolCall } from "../read-tool-call.ts";
import type { StreamError } from "../stream-error.ts";
import type { Usage } from "../usage.ts";

/** The whole of an answer, or all that came of it. */
export interface Collected {
  /** Of the blocks without a kind, in the order of their starts. */
  text: string;
  reasoning: string;
  /** What the model says instead of an answer. */
  refusal: string;
  /** Those that the stream broke off in are `incomplete`. */
  toolCalls: ReadToolCall[];
  /** The last one of each call. */
  toolResults: ToolResult[];
  sources: SourcePart[];
  /** Pieces are joined, preliminary files replaced. */
  files: FilePart[];
  usage: Usage;
  /** `interrupted` if nothing said that the answer ended. */
  finishReason: FinishReason;
  /** All that the provider said about the end. */
  finish: FinishPart | undefined;
  response: ResponseFields;
  /** Set if anything went wrong, also if the answer was merely interrupted. */
  error: StreamError | undefined;
  /** All parts, of every choice, if they were asked for. */
  parts: Part[];
}

/** What a stream of plain strings comes to. */
export type CollectedText = Pick<Collected, "text" | "error">;

/** What the provider says about its response as a whole. */
export type ResponseFields = Omit<ResponseMetadata, "type" | "choice">;

/** Why a source gives no more. */
export interface Failure {
  reason: unknown;
  isAbort?: boolean;
}

/** What `collect` rejects with, if told to throw: the error of the answer, and all that came. */
export class CollectError extends AnswerError {
  readonly result: Collected;

  constructor(result: Collected, error: StreamError, options?: ErrorOptions) {
    super(error, options, "CollectError");
    this.result = result;
  }
}
