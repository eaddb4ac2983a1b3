import type { FailureBody } from "../failure.ts";

/**
 * A failure before the answer has begun, in the words of whoever asks on that path, so that an SDK
 * throws its own error. The status says which; `x-should-retry` says what only we know, whether the
 * same request may succeed later.
 */
export function errorResponse(
  path: string,
  error: FailureBody,
  { status, headers }: { status: number; headers?: Record<string, string> },
): Response {
  const words = VENDORS.find(({ paths }) => paths.test(path));
  if (words === undefined) return Response.json({ error }, { status, ...(headers && { headers }) });
  return Response.json(words.body(error, status), {
    status,
    headers: { ...headers, "x-should-retry": String(error.retryable) },
  });
}

const VENDORS = [
  { paths: /^\/v1\/(chat\/|responses\b|models\b)/, body: openaiError },
  { paths: /^\/v1\/messages\b/, body: anthropicError },
];

function openaiError({ kind, message, field }: FailureBody, status: number): object {
  const type =
    OPENAI_TYPES.get(status) ?? (status < 500 ? "invalid_request_error" : "server_error");
  const code = OPENAI_CODES.get(kind) ?? null;
  return { error: { message, type, param: field ?? null, code } };
}

const OPENAI_TYPES = new Map([
  [401, "authentication_error"],
  [403, "permission_error"],
  [429, "rate_limit_error"],
]);

const OPENAI_CODES = new Map<FailureBody["kind"], string>([
  ["auth", "invalid_api_key"],
  ["content-filter", "content_filter"],
  ["context-length", "context_length_exceeded"],
  ["quota", "insufficient_quota"],
  ["rate-limit", "rate_limit_exceeded"],
]);

function anthropicError({ message }: FailureBody, status: number): object {
  const known = ANTHROPIC_TYPES.get(status);
  const type = known ?? (status < 500 ? "invalid_request_error" : "api_error");
  return { type: "error", error: { type, message } };
}

const ANTHROPIC_TYPES = new Map([
  [401, "authentication_error"],
  [403, "permission_error"],
  [404, "not_found_error"],
  [413, "request_too_large"],
  [429, "rate_limit_error"],
  [503, "overloaded_error"],
  [504, "timeout_error"],
]);
