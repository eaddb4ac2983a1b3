import { isStageError, run, type RunError, type Stage } from "@millrace/core";
import { expect } from "vitest";

/** The error of a limit that a stage throws, with what it emitted before. */
export function failureOf<O>(stage: Stage<string, O>, chunks: readonly string[]): RunError<O> {
  try {
    run(stage, chunks);
  } catch (error) {
    expect(isStageError(error, "limit")).toBe(true);
    return error as RunError<O>;
  }
  throw new Error("it did not throw");
}
