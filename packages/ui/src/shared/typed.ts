import type { Part } from "@millrace/parts";
import { fields, type Wire } from "./wire.ts";

// What parts may have beside what makes them, and of which type: a server may send anything.

type Is = (value: unknown) => boolean;
type Shape = Readonly<Record<string, Is>>;

const isText: Is = (value) => typeof value === "string" && value !== "";
const isFlag: Is = (value) => typeof value === "boolean";
const isNumber: Is = (value) => Number.isFinite(value);
const isShare: Is = (value) => isNumber(value) && Number(value) >= 0 && Number(value) <= 1;
const isThere: Is = (value) => value !== undefined;

const oneOf =
  /* @__NO_SIDE_EFFECTS__ */
  (...words: readonly string[]): Is =>
    (value) =>
      words.includes(value as string);

/** An object with these fields, and none but these and those. */
/* @__NO_SIDE_EFFECTS__ */
function has(required: Shape, optional: Shape = {}): Is {
  return (value) =>
    typeof value === "object" &&
    value !== null &&
    Object.entries(required).every(([key, is]) => is(fields(value)[key])) &&
    Object.entries(value).every(
      ([key, field]) =>
        Object.hasOwn(required, key) || (Object.hasOwn(optional, key) && optional[key]!(field)),
    );
}

/* @__NO_SIDE_EFFECTS__ */
function isListOf(is: Is): Is {
  return (value) => Array.isArray(value) && value.every(is);
}

const TOKEN: Shape = { token: (token) => typeof token === "string", logprob: isNumber };
const isBytes = isListOf(isNumber);
// What might have stood there has no alternatives of its own: so no nesting is too deep.
const isAlternative = has(TOKEN, { bytes: isBytes });
const isLogprob = has(TOKEN, { bytes: isBytes, topLogprobs: isListOf(isAlternative) });

const isCursor = has(
  {
    kind: oneOf("sequence", "event-id", "continuation-token"),
    value: (value) => isText(value) || isNumber(value),
  },
  { responseId: isText },
);

const OPTIONAL: Partial<Record<Part["type"], Shape>> = {
  "text-start": { kind: oneOf("refusal", "commentary") },
  "text-delta": { logprobs: isListOf(isLogprob) },
  "reasoning-start": { kind: oneOf("summary", "redacted", "plan") },
  "reasoning-end": { signature: isText, encrypted: isText },
  "tool-input-start": { inputEncoding: oneOf("json", "text"), providerExecuted: isFlag },
  "tool-call": {
    providerExecuted: isFlag,
    approvalId: isText,
    inputState: oneOf("valid", "invalid", "truncated", "text"),
  },
  "tool-result": { toolName: isText, isError: isFlag, preliminary: isFlag },
  source: {
    anchor: has({ blockId: isText }, { start: isNumber, end: isNumber, citedText: isText }),
  },
  file: { id: isText, preliminary: isFlag, reasoning: isFlag, delta: isFlag },
  "response-metadata": {
    id: isText,
    modelId: isText,
    role: isText,
    timestamp: (time) => time instanceof Date,
  },
  status: { blockId: isText, progress: isShare, cursor: isCursor },
  error: { retryAfterMs: isNumber },
  finish: {
    stopSequence: isText,
    raw: isText,
    continuable: has(
      { kind: oneOf("pause-turn", "continuation-token", "steered", "background") },
      { cursor: isCursor },
    ),
  },
};

const REQUIRED: Partial<Record<Part["type"], Shape>> = {
  "tool-result": { toolCallId: isText, result: isThere },
  source: {
    id: isText,
    source: has(
      { kind: oneOf("url", "document", "file", "place", "tool") },
      { url: isText, title: isText, fileId: isText },
    ),
  },
  file: {
    mediaType: isText,
    data: (value) =>
      has({ type: oneOf("data"), data: (data) => typeof data === "string" })(value) ||
      has({ type: oneOf("url"), url: (url) => typeof url === "string" })(value),
  },
  "response-metadata": {},
  status: { status: isText },
};

/** The fields that such a part may have, where they are what they should be. */
export function optional<T extends object>(type: Part["type"], wire: Wire): Partial<T> {
  return picked(OPTIONAL[type] ?? {}, wire);
}

/** The fields of a part that was sent whole; undefined if it lacks any. */
export function whole(type: Part["type"], wire: Wire): object | undefined {
  const required = REQUIRED[type] ?? {};
  const found = picked(required, wire);
  if (Object.keys(found).length < Object.keys(required).length) return undefined;
  return { ...found, ...optional(type, wire) };
}

function picked(shape: Shape, wire: Wire): object {
  const entries = Object.entries(shape).filter(([key, is]) => is(wire[key]));
  return Object.fromEntries(entries.map(([key]) => [key, wire[key]]));
}

/** Counts of tokens: what is none is left out. */
export function counts(wire: unknown): Record<string, number> {
  const entries = Object.entries(fields(wire)).filter(
    ([key, count]) => COUNTED.has(key) && isNumber(count),
  );
  return Object.fromEntries(entries) as Record<string, number>;
}

const COUNTED: ReadonlySet<string> = new Set([
  ...["total", "noCache", "cacheRead", "cacheWrite", "text", "reasoning"],
]);
