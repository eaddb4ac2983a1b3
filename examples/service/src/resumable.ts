import { stage, type Stage } from "@millrace/core";
import { isResumeError, type ReplayedEntry, type ResumeError } from "@millrace/resume";
import type { SseMessage } from "@millrace/sse";
import { failureEvents, LAST_ID, type ServiceEvent } from "./answer-events.ts";
import { Failure, type FailureBody } from "./failure.ts";

type Entry = ReplayedEntry<ServiceEvent>;

/**
 * Lets a recorded answer end as every answer does, also when it was stopped, its writer died or the
 * store failed. These last events are no entries: they are said to this reader alone.
 */
export function settled(): Stage<Entry, Entry> {
  return stage((emit, end) => ({
    push: emit,
    fail(reason) {
      for (const value of failureEvents(bodyOf(reason))) emit({ value });
      end();
    },
  }));
}

/** The messages of a recorded answer; the last one ends them, and so gets the id of the end. */
export function entryMessages(toMessage: (event: ServiceEvent) => SseMessage) {
  return (): Stage<ServiceEvent, SseMessage> =>
    stage((emit, end) => ({
      push(event) {
        emit(toMessage(event));
        if (event.id === LAST_ID) end();
      },
    }));
}

/** Instead of a stream, when there is none to read. */
export function resumeFailure(error: ResumeError): Failure {
  const { status } = error;
  const known = status === 400 || status === 404 || status === 410 || status === 503;
  const { message, ...rest } = bodyOf(error);
  const field = error.code === "cursor" && { field: "after" };
  return new Failure(message, { status: known ? status : 502, ...rest, ...field });
}

function bodyOf(error: unknown): FailureBody {
  if (!isResumeError(error)) {
    return { kind: "server", message: "The service itself failed.", retryable: true };
  }
  const [kind, message, retryable] = WORDS[error.code];
  return { kind, message, retryable };
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
