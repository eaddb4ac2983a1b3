/**
 * An event as the official SDK (`openai`) gives it: its `ResponseStreamEvent` fits. The decoder
 * believes none of it and reads every field for what it is.
 */
export interface OpenaiResponsesEvent {
  readonly type?: unknown;
  readonly sequence_number?: unknown;
  readonly response?: unknown;
  readonly item?: unknown;
  readonly delta?: unknown;
  readonly error?: unknown;
}
