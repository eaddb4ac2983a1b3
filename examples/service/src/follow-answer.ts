import { pipe } from "@millrace/core";
import { toArray } from "@millrace/flow";
import { isResumeError, replay, status, takeOver } from "@millrace/resume";
import { behindCursor, logEvents, noCursor, type NumberedEvent } from "./answer-log.ts";
import { readQuestion, type Asked } from "./questions.ts";
import { recordSettings, type RecordAnswerOptions } from "./record-answer.ts";
import { isStreamName, noSuchStream, resumeFailure } from "./resumable.ts";

const NUMBER = /^(0|[1-9]\d{0,14})$/; // any such number is a safe integer

/**
 * Reads a recorded answer behind an event, in whatever process it is produced: its events have the same
 * numbers for every reader. Where its process has died, this one goes on with it, or another one that
 * is read from: of those that try, one does.
 *
 * Throws a `Failure` when there is no such answer, or the cursor is none of its events.
 */
export async function followAnswer(
  id: string,
  cursor: string | undefined,
  client: AbortSignal,
  options: RecordAnswerOptions,
): Promise<ReadableStream<NumberedEvent>> {
  const { store } = options;
  const tail = await found(id, cursor, options);
  const log = replay.entries({
    id,
    store,
    signal: client,
    onOrphaned: () => {
      goOn(id, options);
    },
  });
  return behindCursor(pipe(log, logEvents({ after: Number(cursor ?? 0), tail })));
}

/** How many entries there are. The cursor counts events, of which there may be fewer or more. */
async function found(
  id: string,
  cursor: string | undefined,
  { store }: RecordAnswerOptions,
): Promise<number> {
  try {
    if (!isStreamName(id)) throw noSuchStream();
    if (cursor !== undefined && !NUMBER.test(cursor)) throw noCursor();
    const now = await status({ id, store });
    if (now.state !== "missing") return now.seq;
    await replay.check({ id, store }); // which says so
    return 0;
  } catch (error) {
    throw isResumeError(error) ? resumeFailure(error) : error;
  }
}

/** Goes on with an answer whose process has died. */
function goOn(id: string, options: RecordAnswerOptions): void {
  const { upstream } = options;
  if (upstream.live.isClosing) return;
  const rest = takeOver<unknown>({ id, ...recordSettings(options) }, async (log, { signal }) => {
    const [asked, ...soFar] = await toArray(log);
    return readQuestion(asked as Asked).ask(upstream, signal, soFar);
  });
  rest.cancel().catch(() => undefined); // its readers read the log
}
