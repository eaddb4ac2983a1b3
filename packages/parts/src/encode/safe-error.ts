import type { StreamError } from "../stream-error.ts";

/** What a client is told of an error. */
export type ErrorText = (error: StreamError) => string;

/**
 * Says nothing of what the provider said, which may name keys, prompts and machines.
 *
 * @example
 * ```ts
 * import { safeText } from "@millrace/parts/encode";
 *
 * const error = { kind: "overloaded", message: "host-7 is busy", retryable: true } as const;
 * safeText(error); // => "The answer failed. Please try again."
 * ```
 */
export function safeText({ retryable }: Pick<StreamError, "retryable">): string {
  return retryable ? "The answer failed. Please try again." : "The answer failed.";
}

/**
 * What a client may know of an error beside its text.
 *
 * @example
 * ```ts
 * import { safeFields } from "@millrace/parts/encode";
 *
 * const error = { kind: "overloaded", message: "host-7 is busy", retryable: true } as const;
 * safeFields(error); // => { kind: "overloaded", retryable: true, retryAfterMs: undefined }
 * ```
 */
export function safeFields({ kind, retryable, retryAfterMs }: StreamError): object {
  return { kind, retryable, retryAfterMs };
}
