/**
 * An event as the official SDK (`@anthropic-ai/sdk`) gives it: its `RawMessageStreamEvent` fits. The
 * decoder believes none of it and reads every field for what it is.
 */
export interface AnthropicEvent {
  readonly type?: unknown;
  readonly index?: unknown;
  readonly message?: unknown;
  readonly content_block?: unknown;
  readonly delta?: unknown;
  readonly usage?: unknown;
  readonly error?: unknown;
}
