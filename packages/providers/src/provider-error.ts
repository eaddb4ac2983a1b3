import type { StreamError, StreamErrorKind } from "@millrace/parts";

export interface ProviderErrorOptions extends ErrorOptions {
  /** The provider's name. */
  provider: string;
  error: StreamError;
  headers?: Headers;
}

/**
 * A request that got no answer to stream: what `ask` rejects with. It has the fields of the error in an
 * `error` part, so that errors before the stream and errors in it are handled alike.
 */
export class ProviderError extends Error implements StreamError {
  override readonly name = "ProviderError";
  /** The provider's name. */
  readonly provider: string;
  readonly kind: StreamErrorKind;
  readonly retryable: boolean;
  /** Of the response, if there was one. */
  readonly status?: number;
  readonly headers?: Headers;
  /** The provider's own words for what it is. */
  readonly code?: string;
  readonly providerType?: string;
  /** How long the provider asks to wait. */
  readonly retryAfterMs?: number;
  /** The body of the response, its first 64 KiB: parsed if it is JSON, else as text. */
  readonly data?: unknown;

  constructor({ provider, error, headers, ...options }: ProviderErrorOptions) {
    super(`Cannot ask ${provider}: ${error.message}`, options);
    this.provider = provider;
    this.kind = error.kind;
    this.retryable = error.retryable;
    if (error.status !== undefined) this.status = error.status;
    if (headers !== undefined) this.headers = headers;
    if (error.code !== undefined) this.code = error.code;
    if (error.providerType !== undefined) this.providerType = error.providerType;
    if (error.retryAfterMs !== undefined) this.retryAfterMs = error.retryAfterMs;
    if (error.data !== undefined) this.data = error.data;
  }
}

/**
 * Whether a request got no answer, and of which kind the refusal is. It looks at the fields, not at the
 * class, so that it holds across copies of this package.
 *
 * @example
 * ```ts
 * import { isProviderError, ProviderError } from "@millrace/providers";
 *
 * const busy = { kind: "overloaded", message: "Busy", retryable: true } as const;
 * const error = new ProviderError({ provider: "openai", error: busy });
 * isProviderError(error); // => true
 * isProviderError(error, "auth"); // => false
 * ```
 */
export function isProviderError(error: unknown, kind?: StreamErrorKind): error is ProviderError {
  if (typeof error !== "object" || error === null) return false;
  const { kind: found, provider, retryable } = error as Partial<ProviderError>;
  return (
    typeof found === "string" &&
    typeof provider === "string" &&
    typeof retryable === "boolean" &&
    (kind === undefined || found === kind)
  );
}
