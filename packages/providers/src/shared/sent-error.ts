import type { StreamError, StreamErrorKind } from "@millrace/parts";

/** What the client is told of an error. */
export type ErrorText = (error: StreamError) => string;

/** An error in the words of the formats. */
export interface SentError {
  message: string;
  type: string;
  code: string;
  /** Seconds. */
  retry_after: number | undefined;
}

/** The words that `providerError` reads as these kinds: a `type`, and what a `code` says beyond it. */
const WORDS: Readonly<Record<StreamErrorKind, readonly [type: string, code: string]>> = {
  "rate-limit": ["rate_limit_error", "rate_limit_exceeded"],
  quota: ["billing_error", "insufficient_quota"],
  overloaded: ["overloaded_error", "overloaded"],
  timeout: ["timeout_error", "timeout"],
  server: ["api_error", "server_error"],
  "invalid-request": ["invalid_request_error", "invalid_request"],
  auth: ["authentication_error", "invalid_api_key"],
  permission: ["permission_error", "permission_denied"],
  "not-found": ["not_found_error", "not_found"],
  "too-large": ["request_too_large", "request_too_large"],
  "content-filter": ["invalid_request_error", "content_filter"],
  "context-length": ["invalid_request_error", "context_length_exceeded"],
  aborted: ["api_error", "cancelled"],
  "malformed-event": ["api_error", "server_error"],
  transport: ["api_error", "server_error"],
  unknown: ["api_error", "server_error"],
};

/** Unless told otherwise, nothing of what the provider said: it may name keys, prompts, machines. */
export function sentError(error: StreamError, errorText: ErrorText = safeText): SentError {
  const { kind, retryAfterMs } = error;
  const [type, code] = WORDS[kind];
  return {
    message: errorText(error),
    type,
    code,
    retry_after: retryAfterMs === undefined ? undefined : retryAfterMs / 1000,
  };
}

function safeText({ retryable }: StreamError): string {
  return retryable ? "The answer failed. Please try again." : "The answer failed.";
}
