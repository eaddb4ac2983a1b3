/**
 * An event as AWS' SDK gives it, under its name: any member of `ConverseStreamOutput` fits. The
 * decoder believes none of it and reads every field for what it is.
 */
export interface ConverseChunk {
  readonly messageStart?: unknown;
  readonly contentBlockStart?: unknown;
  readonly contentBlockDelta?: unknown;
  readonly contentBlockStop?: unknown;
  readonly messageStop?: unknown;
  readonly metadata?: unknown;
}
