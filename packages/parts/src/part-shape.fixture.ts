import type { Part } from "./part.ts";

// The model as a program: each field of a part has the type that is written, none is unknown, and
// none is there without saying anything. What comes from a wire is often of another type.

type Check = (value: unknown, at: string) => void;
type Fields = Readonly<Record<string, Check>>;

function wrong(value: unknown, at: string, promised: string): never {
  throw new TypeError(`${at} is not ${promised}, but ${JSON.stringify(value)}`);
}

const text: Check = (value, at) => {
  if (typeof value !== "string") wrong(value, at, "a text");
};
const named: Check = (value, at) => {
  if (typeof value !== "string" || value === "") wrong(value, at, "a text that says something");
};
const flag: Check = (value, at) => {
  if (typeof value !== "boolean") wrong(value, at, "true or false");
};
const number: Check = (value, at) => {
  if (typeof value !== "number" || Number.isNaN(value)) wrong(value, at, "a number");
};
const finite: Check = (value, at) => {
  if (!Number.isFinite(value)) wrong(value, at, "a finite number");
};
const anything: Check = () => undefined;
const time: Check = (value, at) => {
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) wrong(value, at, "a time");
};

function one(...words: readonly string[]): Check {
  return (value, at) => {
    if (!words.includes(value as string)) wrong(value, at, words.join(" | "));
  };
}

function either(...checks: readonly Check[]): Check {
  return (value, at) => {
    const failures = checks.flatMap((check) => {
      try {
        check(value, at);
        return [];
      } catch (error) {
        return [(error as Error).message];
      }
    });
    if (failures.length === checks.length) throw new TypeError(failures.join(", and "));
  };
}

function listOf(check: Check): Check {
  return (value, at) => {
    if (!Array.isArray(value)) wrong(value, at, "a list");
    for (const [index, item] of value.entries()) check(item, `${at}[${index}]`);
  };
}

function object(required: Fields, optional: Fields = {}): Check {
  return (value, at) => {
    if (typeof value !== "object" || value === null) wrong(value, at, "an object");
    for (const key of Object.keys(required)) {
      if (!Object.hasOwn(value, key)) wrong(value, at, `an object with ${key}`);
    }
    for (const [key, field] of Object.entries(value)) {
      const check = required[key] ?? optional[key];
      if (check === undefined) wrong(field, `${at}.${key}`, "a field of the model");
      else if (field === undefined && check !== anything && !Object.hasOwn(required, key)) {
        wrong(field, `${at}.${key}`, "there, or left out");
      } else check(field, `${at}.${key}`);
    }
  };
}

const metadata: Check = (value, at) => {
  if (typeof value !== "object" || value === null) wrong(value, at, "an object");
  for (const [name, fields] of Object.entries(value)) {
    if (typeof fields !== "object" || fields === null) wrong(fields, `${at}.${name}`, "an object");
  }
};
const choice: Check = (value, at) => {
  if (!Number.isInteger(value) || (value as number) < 1) wrong(value, at, "above 0, or left out");
};
const progress: Check = (value, at) => {
  if (!(Number(value) >= 0 && Number(value) <= 1)) wrong(value, at, "from 0 to 1");
};
const dotted: Check = (value, at) => {
  if (typeof value !== "string" || !/^[^]+\.[^]+$/.test(value)) wrong(value, at, "a dotted kind");
};

const logprob: Check = (value, at) => {
  object({ token: text, logprob: number }, { bytes: listOf(finite), topLogprobs: listOf(logprob) })(
    value,
    at,
  );
};
const cursor = object(
  { kind: one("sequence", "event-id", "continuation-token"), value: either(named, finite) },
  { responseId: named },
);
const usage = object(
  {
    inputTokens: object(
      {},
      { total: finite, noCache: finite, cacheRead: finite, cacheWrite: finite },
    ),
    outputTokens: object({}, { total: finite, text: finite, reasoning: finite }),
  },
  { raw: anything },
);
const kinds = [
  ...["rate-limit", "quota", "overloaded", "timeout", "server", "invalid-request", "auth"],
  ...["permission", "not-found", "too-large", "content-filter", "context-length"],
  ...["malformed-event", "transport", "aborted", "unknown"],
];
const error = object(
  { kind: one(...kinds), message: named, retryable: flag },
  {
    status: finite,
    code: named,
    providerType: named,
    retryAfterMs: finite,
    data: anything,
  },
);
const own: Fields = { choice, providerMetadata: metadata };

function part(required: Fields, optional: Fields = {}): Check {
  return object({ type: named, ...required }, { ...own, ...optional });
}

const PARTS: Readonly<Record<Part["type"], Check>> = {
  "text-start": part({ id: named }, { kind: one("refusal", "commentary") }),
  "text-delta": part({ id: named, delta: text }, { logprobs: listOf(logprob) }),
  "text-end": part({ id: named }),
  "reasoning-start": part({ id: named }, { kind: one("summary", "redacted", "plan") }),
  "reasoning-delta": part({ id: named, delta: text }),
  "reasoning-end": part({ id: named }, { signature: named, encrypted: named }),
  "tool-input-start": part(
    { id: named, toolName: named },
    { inputEncoding: one("json", "text"), providerExecuted: flag },
  ),
  "tool-input-delta": part({ id: named, delta: text }),
  "tool-input-end": part({ id: named }),
  "tool-call": part(
    {
      toolCallId: named,
      toolName: named,
      input: text,
      inputState: one("valid", "invalid", "truncated", "text"),
    },
    { providerExecuted: flag, approvalId: named },
  ),
  "tool-result": part(
    { toolCallId: text, result: anything },
    { toolName: named, isError: flag, preliminary: flag },
  ),
  source: part(
    {
      id: named,
      source: object(
        { kind: one("url", "document", "file", "place", "tool") },
        { url: named, title: named, fileId: named },
      ),
    },
    {
      anchor: object({ blockId: named }, { start: finite, end: finite, citedText: named }),
    },
  ),
  file: part(
    {
      mediaType: named,
      data: either(
        object({ type: one("data"), data: text }),
        object({ type: one("url"), url: text }),
      ),
    },
    { id: named, preliminary: flag, reasoning: flag, delta: flag },
  ),
  "response-metadata": part({}, { id: named, modelId: named, timestamp: time, role: named }),
  status: part({ status: named }, { blockId: named, progress, cursor }),
  usage: part({ usage }),
  error: part({ error }),
  finish: part(
    {
      finishReason: object({
        unified: one(
          ...["stop", "length", "content-filter", "tool-calls", "error", "interrupted", "other"],
        ),
        raw: (value, at) => {
          if (value !== undefined) text(value, at);
        },
      }),
      usage,
    },
    {
      continuable: object(
        { kind: one("pause-turn", "continuation-token", "steered", "background") },
        { cursor },
      ),
      stopSequence: named,
    },
  ),
  reset: part({ blocks: listOf(named) }),
  custom: part({ kind: dotted, value: anything }),
  raw: object({ type: named, rawValue: anything }, { event: text }),
};

/** Throws a `TypeError` that names the field, if there is any that the model does not have so. */
export function checkShapes(parts: readonly Part[]): void {
  for (const [index, one] of parts.entries()) PARTS[one.type](one, `parts[${index}] ${one.type}`);
}
