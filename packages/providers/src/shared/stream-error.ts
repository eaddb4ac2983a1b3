import { isStageError } from "@millrace/core";
import type { StreamError, StreamErrorKind } from "@millrace/parts";
import { count, fields, known, list, text, words } from "./wire.ts";

interface Rule {
  kind: StreamErrorKind;
  statuses: readonly number[];
  /** Looked for in the provider's type and code. */
  words: RegExp;
}

// What the words say is more than a status does where they are told apart by words alone:
// a quota comes as 429, a filter as 400 or 403, a too long prompt as 400.
const BY_WORDS: readonly Rule[] = [
  { kind: "quota", statuses: [402], words: /quota|billing|spend_limit/ },
  { kind: "context-length", statuses: [], words: /context_length|context_window/ },
  {
    kind: "content-filter",
    statuses: [],
    words: /content_(filter|policy)|moderation|bio_policy|misalignment/,
  },
];

const BY_STATUS: readonly Rule[] = /* @__PURE__ */ BY_WORDS.concat([
  { kind: "rate-limit", statuses: [429], words: /rate_limit|resource_exhausted|throttl|too_many/ },
  {
    kind: "overloaded",
    statuses: [503, 529],
    words: /overloaded|unavailable|insufficient_system|not_?ready/,
  },
  { kind: "timeout", statuses: [408, 504], words: /timeout|deadline/ },
  { kind: "auth", statuses: [401], words: /auth|api_key|expired_?token|unrecognized_?client/ },
  { kind: "permission", statuses: [403], words: /permission|forbidden|access_?denied/ },
  { kind: "not-found", statuses: [404], words: /not_?found/ },
  { kind: "too-large", statuses: [413], words: /too_large/ },
  { kind: "aborted", statuses: [499], words: /abort|cancel/ },
  {
    kind: "invalid-request",
    statuses: [400, 422],
    words: /invalid|validation|precondition|out_of_range/,
  },
  {
    kind: "server",
    statuses: [424],
    words: /server|internal|api_error|unknown|data_loss|model_?(stream_?)?error/,
  },
]);

const RETRYABLE: ReadonlySet<StreamErrorKind> = new Set([
  "rate-limit",
  "overloaded",
  "timeout",
  "server",
  "transport",
]);

/** The message of an error that says nothing in any place where an error does. */
export const WORDLESS = "The provider sent an error";

// Of a prompt that is too long; some providers have no code for that.
const TOO_LONG = /context[_ ]length|(?:prompt|input) is too long/i;

/** An error that a provider sent, in any of its shapes: a text, or an object at any depth. */
export function providerError(error: unknown, envelope: unknown = error): StreamError {
  const inner = fields(error);
  const outer = fields(envelope);
  const code = words(inner["code"] ?? outer["code"]);
  const status = [inner["status"], inner["status_code"], code, outer["status_code"]]
    .map((number) => Number(words(number)))
    .find((number) => number >= 400 && number < 600);
  const providerType = text(inner["type"]) || text(inner["status"]);
  const detail = text(inner["detail"]) || text(fields(list(inner["detail"])[0])["msg"]);
  const message = text(error) || text(inner["message"]) || detail || WORDLESS;
  const kind = kindOf(status, `${providerType} ${code}`.toLowerCase(), message);
  return {
    kind,
    message,
    retryable: RETRYABLE.has(kind),
    ...known({
      status,
      code,
      providerType,
      retryAfterMs:
        wait(count(inner["retry_after"] ?? outer["retry_after"])) ?? retryDelay(inner["details"]),
    }),
    data: envelope,
  };
}

function kindOf(status: number | undefined, label: string, message: string): StreamErrorKind {
  const byWords = BY_WORDS.find((rule) => rule.words.test(label));
  if (byWords !== undefined) return byWords.kind;
  if (TOO_LONG.test(message)) return "context-length";
  if (status === undefined)
    return BY_STATUS.find((rule) => rule.words.test(label))?.kind ?? "unknown";
  const byStatus = BY_STATUS.find((rule) => rule.statuses.includes(status));
  return byStatus?.kind ?? (status < 500 ? "invalid-request" : "server");
}

/** Milliseconds, where what is asked for is a time that can be waited. */
function wait(seconds = NaN): number | undefined {
  const time = Math.round(seconds * 1000);
  return time >= 0 && time < Infinity ? time : undefined;
}

/** Google's `RetryInfo`, `{ retryDelay: "34.5s" }`, among the details of an error. */
function retryDelay(details: unknown): number | undefined {
  for (const detail of list(details)) {
    const seconds = /^([\d.]+)s$/.exec(text(fields(detail)["retryDelay"]))?.[1];
    if (seconds !== undefined) return wait(Number(seconds));
  }
  return undefined;
}

/** An event that cannot be read. */
export function malformedEvent(message: string, data: unknown): StreamError {
  return { kind: "malformed-event", message, retryable: false, data };
}

/** Why the stream above broke off: an abort, a stage's error, an SDK's, a lost connection. */
export function brokenStream(reason: unknown): StreamError {
  const error = { ...providerError(reason), data: reason };
  if (isStageError(reason, "incomplete")) return { ...error, kind: "transport", retryable: true };
  if (isStageError(reason)) return { ...error, kind: "malformed-event", retryable: false };
  const name = text(fields(reason)["name"]).toLowerCase();
  const kind = error.kind === "unknown" ? kindOf(undefined, name, "") : error.kind;
  const known = kind === "unknown" ? "transport" : kind;
  return { ...error, kind: known, retryable: RETRYABLE.has(known) };
}
