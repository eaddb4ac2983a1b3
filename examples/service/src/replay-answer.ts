import { pipe } from "@millrace/core";
import { isResumeError, replay, type ReplayedEntry, type Store } from "@millrace/resume";
import type { ServiceEvent } from "./answer-events.ts";
import { resumeFailure, settled } from "./resumable.ts";

export interface ReplayAnswerOptions {
  id: string;
  store: Store;
  /** The last event that the reader has. */
  after: string | number | undefined;
}

/**
 * Reads an answer that was recorded, or is being recorded, by whatever process and for whatever kind of
 * client. Throws a `Failure` where there is none, or none from there on.
 */
export async function replayAnswer(
  options: ReplayAnswerOptions,
): Promise<ReadableStream<ReplayedEntry<ServiceEvent>>> {
  try {
    await replay.check(options);
  } catch (error) {
    throw isResumeError(error) ? resumeFailure(error) : error;
  }
  return pipe(replay.entries<ServiceEvent>(options), settled());
}
