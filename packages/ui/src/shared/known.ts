import type { FinishReason, StreamError, StreamErrorKind } from "@millrace/parts";
import { optional } from "./typed.ts";
import { text, type Wire } from "./wire.ts";

const REASONS: readonly FinishReason[] = [
  "stop",
  "length",
  "content-filter",
  "tool-calls",
  "error",
  "interrupted",
  "other",
];
const KINDS: readonly StreamErrorKind[] = [
  "rate-limit",
  "quota",
  "overloaded",
  "timeout",
  "server",
  "invalid-request",
  "auth",
  "permission",
  "not-found",
  "too-large",
  "content-filter",
  "context-length",
  "malformed-event",
  "transport",
  "aborted",
];

export function finishReason(value: unknown): FinishReason | undefined {
  return REASONS.find((reason) => reason === value);
}

/** An error as it was sent, `kind` and the rest among the given fields. */
export function sentError(message: string, kind: unknown, wire: Wire, data: unknown): StreamError {
  return {
    kind: KINDS.find((known) => known === kind) ?? "unknown",
    message: text(message) || "The server sent an error",
    retryable: wire["retryable"] === true,
    ...optional<StreamError>("error", wire),
    data,
  };
}

/** What came is not what the format has. */
export function malformed(message: string, data: unknown): StreamError {
  return { kind: "malformed-event", message, retryable: false, data };
}
