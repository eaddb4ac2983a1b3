/**
 * A line of an answer, parsed, as the `ollama` package gives it. The decoder believes none of it
 * and reads every field for what it is.
 */
export interface OllamaChunk {
  readonly model?: unknown;
  readonly created_at?: unknown;
  readonly message?: unknown;
  readonly response?: unknown;
  readonly done?: unknown;
  readonly error?: unknown;
}

/** What the stage `ndjson({ onInvalidLine: "emit" })` makes of a line. */
export interface OllamaLine {
  readonly value?: unknown;
  readonly line?: unknown;
}
