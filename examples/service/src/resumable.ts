import { isResumeError, type ResumeError } from "@millrace/resume";
import { Failure, type FailureBody } from "./failure.ts";

/** What a route can have in its path, and nobody guesses. Other names are of other things in the store. */
const STREAM_NAME = /^[\w-]{16,128}$/;

export function isStreamName(text: string): boolean {
  return STREAM_NAME.test(text);
}

export function noSuchStream(): Failure {
  const [kind, message, retryable] = WORDS.missing;
  return new Failure(message, { status: 404, kind, retryable });
}

/** Instead of a stream, when there is none to read. */
export function resumeFailure(error: ResumeError): Failure {
  const { status } = error;
  const known = status === 400 || status === 404 || status === 410 || status === 503;
  const [kind, message, retryable] = WORDS[error.code];
  const field = error.code === "cursor" && { field: "after" };
  return new Failure(message, { status: known ? status : 502, kind, retryable, ...field });
}

/** What a reader is told of a recorded answer that broke off. */
export function logFailure(reason: unknown): Failure {
  if (isResumeError(reason)) return resumeFailure(reason);
  const about = { status: 502, kind: "server", retryable: true } as const;
  return new Failure("The service itself failed.", { ...about, cause: reason });
}

const WORDS: Record<ResumeError["code"], [FailureBody["kind"], string, boolean]> = {
  missing: ["not-found", "There is no such stream, or not any more.", false],
  gone: ["not-found", "What follows there was thrown away.", false],
  cursor: ["invalid-request", "after: no number of an event in this stream", false],
  cancelled: ["aborted", "The stream was stopped.", false],
  interrupted: ["transport", "The stream broke off, and nobody went on with it.", true],
  held: ["server", "The stream is written by somebody else.", false],
  entry: ["malformed-event", "The stream cannot be read.", false],
  store: ["server", "The store of streams does not answer.", true],
};
