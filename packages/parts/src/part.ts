import type { StreamError } from "./stream-error.ts";
import type { Usage } from "./usage.ts";

/**
 * The neutral model of a model's answer: what every provider's decoder emits and everything else
 * takes. Names and fields are those of the AI SDK's stream parts wherever the meaning is the same.
 *
 * - **Blocks** (text, reasoning, tool input) have a start, deltas and an end, tied by an `id` that
 *   is unique in the stream. Several may be open at once; all of a choice end before its `finish`.
 * - **Facts** (calls, results, sources, files) and **stream parts** stand alone.
 * - Exactly one `finish` closes each choice, also after an error and after a broken connection.
 *
 * `checkParts` holds a stream to these rules.
 */
export type Part =
  | TextStart
  | TextDelta
  | TextEnd
  | ReasoningStart
  | ReasoningDelta
  | ReasoningEnd
  | ToolInputStart
  | ToolInputDelta
  | ToolInputEnd
  | ToolCall
  | ToolResult
  | SourcePart
  | FilePart
  | ResponseMetadata
  | StatusPart
  | UsagePart
  | ErrorPart
  | FinishPart
  | ResetPart
  | CustomPart
  | RawPart;

/** What the model has no field for, under the provider's name. */
export type ProviderMetadata = Record<string, Record<string, unknown>>;

export interface PartFields {
  /** Which of several answers asked for at once; left out for the first, number 0. */
  choice?: number;
  providerMetadata?: ProviderMetadata;
}

// Blocks.

export interface TextStart extends PartFields {
  type: "text-start";
  id: string;
  /** Left out for the answer itself. */
  kind?: TextKind;
}

export type TextKind = "refusal" | "commentary";

export interface TextDelta extends PartFields {
  type: "text-delta";
  id: string;
  delta: string;
  logprobs?: Logprob[];
}

export interface Logprob {
  token: string;
  logprob: number;
  /** The token's UTF-8 bytes: a token may be less than a character. */
  bytes?: number[];
  topLogprobs?: Logprob[];
}

export interface TextEnd extends PartFields {
  type: "text-end";
  id: string;
}

export interface ReasoningStart extends PartFields {
  type: "reasoning-start";
  id: string;
  kind?: ReasoningKind;
}

/** `redacted`: only `encrypted` comes, at the block's end. `plan`: what the tools are called for. */
export type ReasoningKind = "summary" | "redacted" | "plan";

export interface ReasoningDelta extends PartFields {
  type: "reasoning-delta";
  id: string;
  delta: string;
}

export interface ReasoningEnd extends PartFields {
  type: "reasoning-end";
  id: string;
  /** The provider's proof that the text is its own; to be sent back unchanged. */
  signature?: string;
  /** Reasoning that only the provider can read; to be sent back unchanged. */
  encrypted?: string;
}

export interface ToolInputStart extends PartFields {
  type: "tool-input-start";
  /** That of the `tool-call` which follows. */
  id: string;
  toolName: string;
  /** `text`: the input is free text, not JSON. Default `json`. */
  inputEncoding?: "json" | "text";
  /** The provider runs this tool itself. */
  providerExecuted?: boolean;
}

export interface ToolInputDelta extends PartFields {
  type: "tool-input-delta";
  id: string;
  delta: string;
}

export interface ToolInputEnd extends PartFields {
  type: "tool-input-end";
  id: string;
}

// Facts.

export interface ToolCall extends PartFields {
  type: "tool-call";
  toolCallId: string;
  toolName: string;
  /** The deltas joined, as the provider wrote them. */
  input: string;
  inputState: ToolInputState;
  providerExecuted?: boolean;
  /** The call waits for the user's consent, given under this id. */
  approvalId?: string;
}

/**
 * `valid`: JSON, or empty, which stands for `{}`. `truncated`: the answer broke off inside.
 * `invalid`: whole, and not JSON. `text`: free text by the tool's own definition.
 */
export type ToolInputState = "valid" | "invalid" | "truncated" | "text";

export interface ToolResult extends PartFields {
  type: "tool-result";
  toolCallId: string;
  toolName?: string;
  result: unknown;
  isError?: boolean;
  /** A later result of the same call replaces this one. */
  preliminary?: boolean;
}

export interface SourcePart extends PartFields {
  type: "source";
  id: string;
  source: Source;
  /** Present when the source is cited for a piece of the answer. */
  anchor?: SourceAnchor;
}

export interface Source {
  kind: "url" | "document" | "file" | "place" | "tool";
  url?: string;
  title?: string;
  fileId?: string;
}

export interface SourceAnchor {
  blockId: string;
  start?: number;
  end?: number;
  citedText?: string;
}

export interface FilePart extends PartFields {
  type: "file";
  id?: string;
  mediaType: string;
  data: FileData;
  /** A later file of the same id replaces this one. */
  preliminary?: boolean;
  /** Made while thinking: no part of the answer. */
  reasoning?: boolean;
  /** A piece: the data of all pieces with this id, decoded and joined, is the file. */
  delta?: boolean;
}

/** `data` is Base64. */
export type FileData = { type: "data"; data: string } | { type: "url"; url: string };

// Parts of the stream.

/** Fields come as they become known, each once, possibly over several parts. */
export interface ResponseMetadata extends PartFields {
  type: "response-metadata";
  id?: string;
  modelId?: string;
  timestamp?: Date;
  role?: string;
}

/** `queued`, `searching`, `loading`, `ping` … */
export interface StatusPart extends PartFields {
  type: "status";
  status: string;
  blockId?: string;
  /** From 0 to 1. */
  progress?: number;
  cursor?: Cursor;
}

/** Where a provider will take a broken stream up again. */
export interface Cursor {
  kind: "sequence" | "event-id" | "continuation-token";
  value: string | number;
  responseId?: string;
}

/** Totals so far, of all choices together; a later one replaces it. */
export interface UsagePart extends PartFields {
  type: "usage";
  usage: Usage;
}

export interface ErrorPart extends PartFields {
  type: "error";
  error: StreamError;
}

export interface FinishPart extends PartFields {
  type: "finish";
  finishReason: { unified: FinishReason; raw: string | undefined };
  /** As in the last `usage` part. */
  usage: Usage;
  continuable?: Continuable;
  stopSequence?: string;
}

/** `interrupted`: the stream ended and the provider had not said that the answer did. */
export type FinishReason =
  | "stop"
  | "length"
  | "content-filter"
  | "tool-calls"
  | "error"
  | "interrupted"
  | "other";

/** The answer can be taken up by another request. */
export interface Continuable {
  kind: "pause-turn" | "continuation-token" | "steered" | "background";
  cursor?: Cursor;
}

/** These blocks are void: what came of them is no part of the answer, and no more will come. */
export interface ResetPart extends PartFields {
  type: "reset";
  blocks: string[];
}

/** What only this provider has. */
export interface CustomPart extends PartFields {
  type: "custom";
  kind: `${string}.${string}`;
  value: unknown;
}

/** One event as it came; emitted only when asked for. */
export interface RawPart {
  type: "raw";
  rawValue: unknown;
  event?: string;
}
