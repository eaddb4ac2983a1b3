/**
 * An event as `@google/genai` gives it: any of its types fits. The decoder believes none of it and
 * reads every field for what it is.
 */
export interface GeminiInteractionsChunk {
  readonly event_type?: unknown;
  readonly event_id?: unknown;
  readonly index?: unknown;
  readonly interaction?: unknown;
  readonly step?: unknown;
  readonly delta?: unknown;
  readonly error?: unknown;
}
