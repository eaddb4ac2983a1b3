import { stage, type Machine, type Stage } from "@millrace/core";
import type { ReplayedEntry } from "@millrace/resume";
import { LAST_ID, type ServiceEvent } from "./answer-events.ts";
import { Failure } from "./failure.ts";
import { readQuestion, type Asked } from "./questions.ts";
import { logFailure } from "./resumable.ts";

/**
 * What is written down of a resumable answer: first what was asked, then what came of it, before any of it
 * was cut into units. So any process can read it, and go on with it.
 */
export function answerLog(asked: Asked): Stage<unknown, unknown> {
  return stage((emit) => {
    emit(asked);
    return { push: emit };
  });
}

/** An event of a recorded answer, and its number; the last events of a broken one have none. */
export type NumberedEvent = ReplayedEntry<ServiceEvent>;

export interface LogEventsOptions {
  /** The last event that the reader has. */
  after: number;
  /** The last entry that stood there when the reader came: `after` is an event made of those. */
  tail: number;
}

/** Comes ahead of everything else: the reader's cursor is one. */
const CURSOR_FOUND = { value: { data: {} } } satisfies NumberedEvent;

/**
 * The events of a recorded answer, numbered from 1: the same for every reader, since they are made of the
 * same entries in the same way.
 *
 * - **In / Out:** the log; `CURSOR_FOUND`, then the events behind the cursor.
 * - **Errors:** a `Failure` where the cursor is none of this answer. A log that breaks off, for whatever
 *   reason, ends with events that say so, as every answer does.
 */
export function logEvents({
  after,
  tail,
}: LogEventsOptions): Stage<ReplayedEntry<unknown>, NumberedEvent> {
  return stage((emit, end) => {
    let machine: Machine<unknown> | undefined; // what makes events of this answer
    let count = 0;
    let isFound = false;
    let isOver = false;

    function give(value: ServiceEvent): void {
      if (value.id === LAST_ID) {
        isOver = true;
        // A cursor beyond it is refused behind the push: here, its error would be an event of the answer.
        if (count < after) return;
        checkCursor(true);
        emit({ value });
      } else if (++count > after) {
        checkCursor(true);
        emit({ seq: count, value });
      }
    }

    function checkCursor(isLast: boolean): void {
      if (isFound) return;
      if (count < after && isLast) throw noCursor();
      if (count < after) return;
      isFound = true;
      emit(CURSOR_FOUND);
    }

    checkCursor(false);
    return {
      push({ seq = 0, value }) {
        if (machine !== undefined) machine.push(value);
        else machine = readQuestion(value as Asked).events.start(give);
        checkCursor(isOver || seq >= tail);
        if (isOver) end();
      },
      flush() {
        machine?.flush?.();
        checkCursor(true);
      },
      fail(reason) {
        if (reason instanceof Failure) throw reason;
        if (machine === undefined) throw logFailure(reason);
        machine.fail?.(logFailure(reason));
        checkCursor(true);
        end();
      },
    };
  });
}

/** What follows once the cursor is found, which shows before a client is told that there is a stream. */
export async function behindCursor(
  events: ReadableStream<NumberedEvent>,
): Promise<ReadableStream<NumberedEvent>> {
  const reader = events.getReader();
  const first = await reader.read();
  if (first.value !== CURSOR_FOUND) throw new Error("An answer began without its cursor.");
  reader.releaseLock();
  return events;
}

export function noCursor(): Failure {
  return new Failure("after: no number of an event in this stream", {
    status: 400,
    kind: "invalid-request",
    retryable: false,
    field: "after",
  });
}
