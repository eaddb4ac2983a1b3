/**
 * A chunk as the official SDKs (`openai`, `groq-sdk`, `together-ai` …) give it: any of their types
 * fits. The decoder believes none of it and reads every field for what it is.
 */
export interface OpenaiChatChunk {
  readonly id?: unknown;
  readonly object?: unknown;
  readonly created?: unknown;
  readonly model?: unknown;
  readonly choices?: unknown;
  readonly usage?: unknown;
  readonly error?: unknown;
}
