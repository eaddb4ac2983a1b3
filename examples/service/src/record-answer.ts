import { pipe } from "@millrace/core";
import { record, type Store } from "@millrace/resume";
import { answerLog, behindCursor, logEvents, type NumberedEvent } from "./answer-log.ts";
import type { Asked, Question } from "./questions.ts";
import type { Upstream } from "./upstream.ts";
import { whenOver } from "./when-over.ts";

export interface RecordAnswerOptions {
  upstream: Upstream;
  store: Store;
  /** Other processes read the store, and go on with what this one leaves. */
  isShared: boolean;
  /** Milliseconds that an answer goes on without anybody who reads it. */
  linger: number;
  /** Milliseconds until a process that gives no sign counts as dead. */
  lease: number;
}

interface Recorded {
  id: string;
  entries: ReadableStream<NumberedEvent>;
}

/**
 * Begins an answer that does not need its client: it is written down under a name that nobody guesses,
 * its client's or a new one, and read from there. Until it has begun, a client that goes away cancels it: it knows no name yet.
 */
export async function recordAnswer(
  asked: Asked,
  question: Question,
  client: AbortSignal,
  options: RecordAnswerOptions & { id?: string },
): Promise<Recorded> {
  const { upstream, id = crypto.randomUUID() } = options;
  const unwanted = new AbortController();
  const leave = () => {
    unwanted.abort();
  };
  client.addEventListener("abort", leave);
  if (client.aborted) leave();
  try {
    const answer = await question.ask(upstream, unwanted.signal);
    const log = pipe(whenOver(answer, leave), answerLog(asked));
    const entries = record.entries(log, { id, ...recordSettings(options) });
    const events = pipe(entries, logEvents({ after: 0, tail: 0 }));
    return { id, entries: await behindCursor(events) };
  } finally {
    client.removeEventListener("abort", leave);
  }
}

/** How an answer is recorded: in a store of one process it ends with that, else another one goes on. */
export function recordSettings({ upstream, store, isShared, linger, lease }: RecordAnswerOptions) {
  const { signal, leave } = upstream.live.enter("recorder");
  const waitUntil = (recording: Promise<void>) => void recording.then(leave);
  return { store, linger, lease, waitUntil, ...(isShared && { handOver: signal }) };
}
