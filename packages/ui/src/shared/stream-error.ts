import type { StreamError } from "@millrace/parts";

/** What the client is told of an error. */
export type ErrorText = (error: StreamError) => string;

/** Says nothing of what the provider said: it may name keys, prompts and machines. */
export function safeText(): string {
  return "The answer failed.";
}

/** What a client may know of an error beside its text. */
export function safeFields({ kind, retryable, retryAfterMs }: StreamError): object {
  return { kind, retryable, retryAfterMs };
}

/** Why the stream above broke off: an abort, or a lost connection. */
export function brokenStream(reason: unknown): StreamError {
  const retryable = (reason as Partial<Error> | undefined)?.name !== "AbortError";
  const kind = retryable ? "transport" : "aborted";
  return { kind, message: "The stream broke off.", retryable, data: reason };
}
