import { pipe, type Stage } from "@millrace/core";
import type { Part } from "@millrace/parts";
import { record, type ReplayedEntry, type Store } from "@millrace/resume";
import type { ServiceEvent } from "./answer-events.ts";
import type { AnswerRequest } from "./request.ts";
import { settled } from "./resumable.ts";
import { openAnswer, type Upstream } from "./upstream.ts";

export interface RecordAnswerOptions {
  upstream: Upstream;
  store: Store;
  /** Milliseconds that an answer goes on without anybody who reads it. */
  linger: number;
  /** Aborted when the service closes: what is being recorded is stopped. */
  closing: AbortSignal;
}

interface Recorded {
  id: string;
  entries: ReadableStream<ReplayedEntry<ServiceEvent>>;
}

/**
 * Begins an answer that does not need its client: it is written down under a name that nobody guesses,
 * its client's or a new one, and read from there. Until it has begun, a client that goes away cancels it: it knows no name yet.
 */
export async function recordAnswer(
  request: AnswerRequest,
  events: Stage<Part, ServiceEvent>,
  client: AbortSignal,
  options: RecordAnswerOptions & { id?: string },
): Promise<Recorded> {
  const { upstream, store, linger, closing, id = crypto.randomUUID() } = options;
  const unwanted = new AbortController();
  const leave = () => {
    unwanted.abort();
  };
  client.addEventListener("abort", leave);
  if (client.aborted) leave();
  try {
    const parts = await openAnswer(upstream, request, unwanted.signal);
    const answer = pipe(parts, events);
    const entries = record.entries(answer, { id, store, linger, signal: closing });
    return { id, entries: pipe(entries, settled()) };
  } finally {
    client.removeEventListener("abort", leave);
  }
}
