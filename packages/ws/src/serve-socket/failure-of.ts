import type { Failure } from "../protocol/frames.ts";

/** What a client is told of a stream that failed: no more than that, unless the server says more. */
const FAILED: Failure = { code: "failed", message: "The stream failed.", retryable: false };
/** What a stream of a log fails with that its writer left unfinished. */
const INTERRUPTED: Failure = {
  code: "interrupted",
  message: "The stream broke off.",
  retryable: true,
};

const CANCELLED: Failure = {
  code: "cancelled",
  message: "The stream was cancelled.",
  retryable: false,
};
const KNOWN = new Map<unknown, Failure>(
  [INTERRUPTED, CANCELLED].map((failure) => [failure.code, failure]),
);

export function failureOf(error: unknown, said: Partial<Failure> | undefined): Failure {
  return { ...(KNOWN.get(codeOf(error)) ?? FAILED), ...said };
}

/** What is missing of a stream that cannot be attached to; `undefined` if something else is wrong. */
export function goneOf(error: unknown): { oldest: number | undefined } | undefined {
  if (codeOf(error) !== "gone") return undefined;
  const { oldest } = error as { oldest?: unknown };
  return { oldest: Number.isSafeInteger(oldest) ? (oldest as number) : undefined };
}

/** By its fields, for an error of another package has another class. */
function codeOf(error: unknown): unknown {
  return (Object(error) as { code?: unknown }).code;
}
