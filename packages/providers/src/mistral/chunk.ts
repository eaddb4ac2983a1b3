/**
 * An event as the `@mistralai/mistralai` package gives it. The decoder believes none of it and reads
 * every field for what it is.
 */
export interface MistralChunk {
  readonly data?: unknown;
  readonly choices?: unknown;
}
