/** What went wrong, told alike for all providers and for the way to them. */
export interface StreamError {
  kind: StreamErrorKind;
  message: string;
  /** Whether the same request may succeed later. */
  retryable: boolean;
  status?: number;
  code?: string;
  /** The provider's own word for the kind. */
  providerType?: string;
  retryAfterMs?: number;
  /** What the provider sent. */
  data?: unknown;
}

export type StreamErrorKind =
  | "rate-limit"
  | "quota"
  | "overloaded"
  | "timeout"
  | "server"
  | "invalid-request"
  | "auth"
  | "permission"
  | "not-found"
  | "too-large"
  | "content-filter"
  | "context-length"
  | "malformed-event"
  | "transport"
  | "aborted"
  | "unknown";
