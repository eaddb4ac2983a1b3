/**
 * A `GenerateContentResponse` as `@google/genai` gives it, or as it comes in a JSON array. The
 * decoder believes none of it and reads every field for what it is.
 */
export interface GeminiChunk {
  readonly candidates?: unknown;
  readonly promptFeedback?: unknown;
  readonly usageMetadata?: unknown;
  readonly modelVersion?: unknown;
  readonly responseId?: unknown;
  readonly createTime?: unknown;
  readonly error?: unknown;
}
