import type { Failure } from "../protocol/frames.ts";
import { LONGEST_ID, LONGEST_MESSAGE } from "../protocol/limits.ts";
import { shorten } from "../protocol/shorten.ts";

/** What a client is told of a stream that failed: no more than that, unless the server says more. */
const FAILED: Failure = { code: "failed", message: "The stream failed.", retryable: false };
/** What a stream of a log fails with that its writer left unfinished. */
const INTERRUPTED: Failure = {
  code: "interrupted",
  message: "The stream broke off.",
  retryable: true,
};

/** What fails for a client that has more of a log than there is. */
const BAD_CURSOR: Failure = {
  code: "cursor",
  message: "The stream has no entry of that number.",
  retryable: false,
};

const CANCELLED: Failure = {
  code: "cancelled",
  message: "The stream was cancelled.",
  retryable: false,
};
const KNOWN = new Map<unknown, Failure>([
  ["interrupted", INTERRUPTED],
  ["cancelled", CANCELLED],
  ["cursor", BAD_CURSOR],
]);

export function failureOf(error: unknown, said: Partial<Failure> | undefined): Failure {
  const known = KNOWN.get(codeOf(error)) ?? FAILED;
  const { code, message, retryable } = Object(said) as Partial<Failure>;
  // A frame of which one field is of another type, or too long, would cost the client its connection.
  return {
    code: shorten(textOr(known.code, code), LONGEST_ID),
    message: shorten(textOr(known.message, message), LONGEST_MESSAGE),
    retryable: typeof retryable === "boolean" ? retryable : known.retryable,
  };
}

function textOr(otherwise: string, said: unknown): string {
  return typeof said === "string" ? said : otherwise;
}

/** What is missing of a stream that cannot be attached to; `undefined` if something else is wrong. */
export function goneOf(error: unknown): { oldest: number | undefined } | undefined {
  if (isMissing(error)) return { oldest: undefined };
  if (codeOf(error) !== "gone") return undefined;
  const { oldest } = error as { oldest?: unknown };
  const isNumber = Number.isSafeInteger(oldest) && (oldest as number) >= 0;
  return { oldest: isNumber ? (oldest as number) : undefined };
}

/** Whether a log says that it has no such stream, or not any more, as `replay` does. */
export function isMissing(error: unknown): boolean {
  return codeOf(error) === "missing";
}

/** By its fields, for an error of another package has another class. */
function codeOf(error: unknown): unknown {
  return (Object(error) as { code?: unknown }).code;
}
