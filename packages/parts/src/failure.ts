import { isStageError } from "@millrace/core";
import type { Part } from "./part.ts";
import type { StreamError, StreamErrorKind } from "./stream-error.ts";

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
 * What a stream failed with, told like the errors of providers. The reason itself is its `data`.
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
  const kind = kindOf(reason) ?? otherwise;
  const said = reason instanceof Error ? reason.message : reason;
  const message = typeof said === "string" && said !== "" ? said : "The stream failed";
  return { kind, message, retryable: RETRYABLE.has(kind), data: reason };
}

function kindOf(reason: unknown): StreamErrorKind | undefined {
  if (isStageError(reason)) return reason.code === "limit" ? "too-large" : "malformed-event";
  const { name } = (reason ?? {}) as { name?: unknown };
  if (name === "AbortError") return "aborted";
  return name === "TimeoutError" ? "timeout" : undefined;
}
