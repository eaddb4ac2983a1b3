import { AsyncLocalStorage } from "node:async_hooks";
import type { Context } from "@opentelemetry/api";

/** What became of an answer, or of a request. */
export type Outcome =
  | "finished"
  /** The upstream's stream ended without a word about why. */
  | "interrupted"
  | "failed"
  /** Its client left, and it was cancelled. */
  | "cut"
  /** Its client left, and it goes on. */
  | "detached"
  /** It was not what the service takes. */
  | "refused";

/** One answer of a model, when it has ended. Nothing in it is from the prompt or from the answer. */
export interface AnswerReport {
  provider: string;
  model: string;
  outcome: Outcome;
  /** The kind of the failure. */
  error?: string | undefined;
  timeToFirstToken?: number | undefined;
  inputTokens?: number | undefined;
  outputTokens?: number | undefined;
}

/** What is known of a request while it is served. */
export interface RequestRecord {
  readonly id: string;
  /** The pattern of its path, of which there are few. */
  readonly route: string;
  /** Its span, for those of its answers. */
  readonly trace: Context;
  /** Answers that it asked for and that go on. */
  live: number;
  readonly reports: AnswerReport[];
  /** Its line is written: an answer that goes on writes one of its own. */
  isTold: boolean;
}

// So that no function between a route and the upstream has to hand it on.
const records = new AsyncLocalStorage<RequestRecord>();

export function runRequest<T>(record: RequestRecord, serve: () => T): T {
  return records.run(record, serve);
}

/** Undefined where no request is served, as in a socket. */
export function currentRequest(): RequestRecord | undefined {
  return records.getStore();
}

/** The same function, for a later time that still belongs to this request. */
export function ofThisRequest<A extends unknown[], R>(
  later: (...values: A) => R,
): (...values: A) => R {
  const record = currentRequest();
  return record === undefined ? later : (...values) => runRequest(record, () => later(...values));
}
