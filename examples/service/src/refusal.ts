import { TimeoutError } from "@millrace/flow";
import type { StreamError, StreamErrorKind } from "@millrace/parts";
import type { ProviderError } from "@millrace/providers";
import { Failure, type FailureBody } from "./failure.ts";

/** Where the fault is the service's own, such as a wrong key, the status is a bad gateway's. */
const STATUS: Readonly<Partial<Record<StreamErrorKind, Failure["status"]>>> = {
  "invalid-request": 400,
  "content-filter": 400,
  "context-length": 400,
  "too-large": 413,
  "rate-limit": 429,
  quota: 429,
  overloaded: 503,
  timeout: 504,
};

/** Instead of the upstream's own words, which may tell of the key. */
const WORDS: Readonly<Partial<Record<StreamErrorKind, string>>> = {
  auth: "the service's key is refused",
  permission: "the service may not ask",
};

/** What a client is told when the upstream gave no answer at all. */
export function refusal(error: ProviderError): Failure {
  const { cause } = error;
  if (cause instanceof TimeoutError) {
    return new Failure(cause.message, { status: 504, kind: "timeout", retryable: true, cause });
  }
  const { kind, retryable, retryAfterMs } = error;
  return new Failure(wordsOf(error), {
    status: STATUS[kind] ?? 502,
    kind,
    retryable,
    ...(retryAfterMs !== undefined && { retryAfter: String(Math.ceil(retryAfterMs / 1000)) }),
    cause: error,
  });
}

/** What a client is told of an error in the middle of an answer. */
export function failureOf({ kind, message, retryable }: StreamError): FailureBody {
  const words = WORDS[kind];
  return { kind, message: words === undefined ? message : `The upstream: ${words}`, retryable };
}

/** The same, where the answer was to be given whole: that it is not is a status. */
export function brokenAnswer(error: StreamError): Failure {
  const { kind, message, retryable } = failureOf(error);
  return new Failure(message, { status: STATUS[kind] ?? 502, kind, retryable });
}

function wordsOf({ kind, status, message, provider, cause }: ProviderError): string {
  if (status === undefined) return `The upstream cannot be reached${codeOf(cause)}.`;
  const said = message.slice(`Cannot ask ${provider}: ${status} `.length);
  return `The upstream answered ${status}: ${WORDS[kind] ?? (said || "without a word")}`;
}

/** What the system says of a connection that failed, as in ` (ECONNREFUSED)`. */
function codeOf(error: unknown): string {
  const { cause } = error as { cause?: { code?: unknown } };
  return typeof cause?.code === "string" ? ` (${cause.code})` : "";
}
