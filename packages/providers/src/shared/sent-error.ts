import type { StreamError, StreamErrorKind } from "@millrace/parts";
import { safeText, type ErrorText } from "@millrace/parts/encode";

type Words = Readonly<Partial<Record<StreamErrorKind, string>>>;

// The words that `providerError` reads as these kinds. Any other kind is a fault of the server.

const TYPES: Words = {
  "rate-limit": "rate_limit_error",
  quota: "billing_error",
  overloaded: "overloaded_error",
  timeout: "timeout_error",
  "invalid-request": "invalid_request_error",
  auth: "authentication_error",
  permission: "permission_error",
  "not-found": "not_found_error",
  "too-large": "request_too_large",
  "content-filter": "invalid_request_error",
  "context-length": "invalid_request_error",
};
const CODES: Words = {
  "rate-limit": "rate_limit_exceeded",
  quota: "insufficient_quota",
  overloaded: "overloaded",
  timeout: "timeout",
  "invalid-request": "invalid_request",
  auth: "invalid_api_key",
  permission: "permission_denied",
  "not-found": "not_found",
  "too-large": "request_too_large",
  "content-filter": "content_filter",
  "context-length": "context_length_exceeded",
  aborted: "cancelled",
};

/** The `type` of an error, as Anthropic has it. */
export function errorType({ kind }: StreamError): string {
  return wordFor(kind, TYPES) ?? "api_error";
}

/** The `code` of an error, as OpenAI has it. */
export function errorCode({ kind }: StreamError): string {
  return wordFor(kind, CODES) ?? "server_error";
}

/** What formats tell of an error beside its kind. */
export function sentError(
  error: StreamError,
  errorText: ErrorText = safeText,
): { message: string; retry_after: number | undefined } {
  const { retryAfterMs } = error;
  return { message: errorText(error), retry_after: retryAfterMs && retryAfterMs / 1000 };
}

/** A part that was stored may be of any kind. */
function wordFor(kind: StreamErrorKind, words: Words): string | undefined {
  return Object.hasOwn(words, kind) ? words[kind] : undefined;
}
