import { isStageError } from "@millrace/core";
import type { FinishPart, Part } from "./part.ts";
import type { StreamError, StreamErrorKind } from "./stream-error.ts";

/** What a `StreamError` may say beside its kind. */
const FIELDS = ["status", "code", "providerType", "retryAfterMs"] as const;

const RETRYABLE: ReadonlySet<StreamErrorKind> = new Set(["timeout", "transport"]);

/**
 * Whether a part says that its answer has failed: an `error` after which no more is to be expected, or
 * a `finish` with `error` or `interrupted`. An event that could not be read is no failure by itself:
 * answers go on behind it.
 *
 * @example
 * ```ts
 * import { isFailurePart, type Part } from "@millrace/parts";
 *
 * const error = { kind: "overloaded", message: "Try again later", retryable: true } as const;
 * const parts: Part[] = [
 *   { type: "text-delta", id: "text-0", delta: "Once" },
 *   { type: "error", error },
 * ];
 * parts.map(isFailurePart); // => [false, true]
 * ```
 */
export function isFailurePart(part: Part): boolean {
  if (part.type === "error") return part.error.kind !== "malformed-event";
  if (part.type !== "finish") return false;
  const { unified } = part.finishReason;
  return unified === "error" || unified === "interrupted";
}

/**
 * What a stream failed with, told like the errors of providers. The reason itself is its `data`. One that
 * is a provider's error, or has it as its `error`, stays what it is: a refused key is no lost connection.
 *
 * @param otherwise what it is if the reason does not tell
 *
 * @example
 * ```ts
 * import { failureOf } from "@millrace/parts";
 *
 * failureOf(new Error("The socket hung up")).kind; // => "transport"
 * failureOf(new DOMException("Gone", "AbortError")).kind; // => "aborted"
 * ```
 */
export function failureOf(reason: unknown, otherwise: StreamErrorKind = "transport"): StreamError {
  const said = reason instanceof Error ? reason.message : reason;
  const message = typeof said === "string" && said !== "" ? said : "The stream failed";
  const { error, retryable, status } = Object(reason) as Record<string, unknown>;
  const told = [reason, error].find(isStreamError);
  if (told !== undefined) return { ...fieldsOf(told), message, data: reason };
  const kind = kindOf(reason) ?? otherwise;
  const isRetryable = typeof retryable === "boolean" ? retryable : RETRYABLE.has(kind);
  const answered = typeof status === "number" && { status };
  return { kind, message, retryable: isRetryable, ...answered, data: reason };
}

/** What a finish says against its answer, where nothing else does: a cut answer has lost its connection. */
export function finishFailure({ finishReason: { unified } }: FinishPart): StreamError | undefined {
  const isCut = unified === "interrupted";
  if (!isCut && unified !== "error") return undefined;
  return failureOf("The answer broke off", isCut ? "transport" : "unknown");
}

/** By its fields: one that was recorded has another class. */
function isStreamError(reason: unknown): reason is StreamError {
  const { kind, retryable } = Object(reason) as Partial<StreamError>;
  return typeof kind === "string" && typeof retryable === "boolean";
}

function fieldsOf(error: StreamError): Omit<StreamError, "message"> {
  const { kind, retryable, ...others } = error;
  const known = FIELDS.filter((field) => others[field] !== undefined);
  return {
    kind,
    retryable,
    ...Object.fromEntries(known.map((field) => [field, others[field]])),
  };
}

function kindOf(reason: unknown): StreamErrorKind | undefined {
  if (isStageError(reason)) return reason.code === "limit" ? "too-large" : "malformed-event";
  const { name } = (reason ?? {}) as { name?: unknown };
  if (name === "AbortError") return "aborted";
  return name === "TimeoutError" ? "timeout" : undefined;
}
