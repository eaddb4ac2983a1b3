import { map, type Stage } from "@millrace/core";
import { finishFailure, isFailurePart } from "./failure.ts";
import type { Part } from "./part.ts";
import type { StreamError } from "./stream-error.ts";

/** What a stream of text, or of input, fails with that was told to throw where its answer has failed. */
export class AnswerError extends Error {
  /** `AbortError` where somebody stopped it, as for anything that was aborted; else that of the class. */
  override readonly name: string;
  readonly error: StreamError;

  constructor(error: StreamError, options?: ErrorOptions, name = "AnswerError") {
    super(error.message, options);
    this.name = error.kind === "aborted" ? "AbortError" : name;
    this.error = error;
  }
}

/** Parts, up to the first that says that the answer has failed: there the stream fails. */
export function throwFailures(): Stage<Part, Part> {
  return map((part) => {
    const error = failureIn(part);
    if (error === undefined) return part;
    throw new AnswerError(error, { cause: error.data });
  });
}

function failureIn(part: Part): StreamError | undefined {
  if (part.type === "finish") return finishFailure(part);
  return part.type === "error" && isFailurePart(part) ? part.error : undefined;
}
