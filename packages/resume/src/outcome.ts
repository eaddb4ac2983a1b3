/** How a stream ended: what its last entry says. */
export type Outcome =
  | { type: "done" }
  | { type: "error"; error: ErrorRecord }
  | { type: "cancelled"; reason: string };

/** Throws for what is none: else its reader would fail in saying how the stream has ended. */
export function checkOutcome(value: unknown): Outcome {
  const { type, error, reason } = Object(value) as Record<string, unknown>;
  const isOne =
    type === "done" ||
    (type === "error" && typeof error === "object" && error !== null) ||
    (type === "cancelled" && typeof reason === "string");
  if (isOne) return value as Outcome;
  throw new TypeError("A last entry must say how the stream has ended");
}

/** What is kept of an error. Its other fields may hold requests, keys and headers. */
export interface ErrorRecord {
  name: string;
  message: string;
  fields: Record<string, string | number | boolean>;
}

/** What errors of streams are told apart by. */
const FIELDS = [
  "code",
  "stage",
  "offset",
  "kind",
  "status",
  "retryable",
  "retryAfterMs",
  "id",
  "seq",
];

/** Units of a text: a last entry must not be too large for a store. */
const LONGEST_TEXT = 8_192;
const LONGEST_FIELD = 1024;

export function recordError(reason: unknown): ErrorRecord {
  if (typeof reason !== "object" || reason === null) {
    return { name: "Error", message: shortened(String(reason)), fields: {} };
  }
  const name = fieldOf(reason, "name");
  const message = fieldOf(reason, "message");
  const fields: ErrorRecord["fields"] = {};
  for (const key of FIELDS) {
    const value = fieldOf(reason, key);
    if (isPlain(value))
      fields[key] = typeof value === "string" ? value.slice(0, LONGEST_FIELD) : value;
  }
  return {
    name: typeof name === "string" ? name.slice(0, LONGEST_FIELD) : "Error",
    message: typeof message === "string" ? shortened(message) : "The stream failed",
    fields,
  };
}

/** As much of a text as may stand in a last entry. */
export function shortened(text: string): string {
  return text.slice(0, LONGEST_TEXT);
}

/** What a source fails with is anybody's: a field of it may throw when it is asked for. */
export function fieldOf(reason: object, key: string): unknown {
  try {
    return (reason as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}

function isPlain(value: unknown): value is string | number | boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}

/** An error that `isStageError` and others like it take for the one that was recorded. */
export function reviveError({ name, message, fields }: ErrorRecord): Error {
  const error = new Error(message);
  for (const [key, value] of Object.entries({ ...fields, name })) {
    Object.defineProperty(error, key, { value, configurable: true, writable: true });
  }
  return error;
}
