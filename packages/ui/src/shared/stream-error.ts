import { isStageError } from "@millrace/core";
import type { StreamError } from "@millrace/parts";

/** What the client is told of an error. */
export type ErrorText = (error: StreamError) => string;

/** Says nothing of what the provider said: it may name keys, prompts and machines. */
export function safeText({ retryable }: StreamError): string {
  return retryable ? "The answer failed. Please try again." : "The answer failed.";
}

/** Why the stream above broke off: an abort, a stage's error, a lost connection. */
export function brokenStream(reason: unknown): StreamError {
  const { name, message } = Object(reason) as Partial<Error>;
  const kind =
    name === "AbortError"
      ? "aborted"
      : name === "TimeoutError"
        ? "timeout"
        : isStageError(reason)
          ? "malformed-event"
          : "transport";
  const retryable = kind === "timeout" || kind === "transport";
  return { kind, message: message ?? String(reason), retryable, data: reason };
}

/** What a client may know of an error beside its text. */
export function safeFields({ kind, retryable, retryAfterMs }: StreamError): object {
  return { kind, retryable, retryAfterMs };
}
