/**
 * An event as the `cohere-ai` package gives it, which writes names in camel case: any of its types
 * fits. The decoder believes none of it and reads every field for what it is.
 */
export interface CohereChunk {
  readonly type?: unknown;
  readonly id?: unknown;
  readonly index?: unknown;
  readonly delta?: unknown;
}
