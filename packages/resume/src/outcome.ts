/** How a stream ended: what its last entry says. */
export type Outcome =
  { type: "done" } | { type: "error"; error: ErrorRecord } | { type: "cancelled"; reason: string };

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
  "retryAfter",
  "id",
  "seq",
];

const LONGEST_MESSAGE = 8 * 1024; // a last entry must not be too large for a store

export function recordError(reason: unknown): ErrorRecord {
  if (typeof reason !== "object" || reason === null) {
    return { name: "Error", message: String(reason).slice(0, LONGEST_MESSAGE), fields: {} };
  }
  const { name, message } = reason as { name?: unknown; message?: unknown };
  const fields: ErrorRecord["fields"] = {};
  for (const key of FIELDS) {
    const value = (reason as Record<string, unknown>)[key];
    if (isPlain(value)) fields[key] = value;
  }
  return {
    name: typeof name === "string" ? name : "Error",
    message: typeof message === "string" ? message.slice(0, LONGEST_MESSAGE) : "The stream failed",
    fields,
  };
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
