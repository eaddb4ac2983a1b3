import { expect } from "vitest";
import { isStageError } from "./errors.ts";
import { run, type RunError } from "./run.ts";
import type { Stage } from "./stage.ts";

/** What a stage throws for an input, with what it emitted before. */
export function failureOf<I, O>(stage: Stage<I, O>, chunks: readonly I[]): RunError<O> {
  try {
    run(stage, chunks);
  } catch (error) {
    return error as RunError<O>;
  }
  throw new Error("it did not throw");
}

/** The same, and it is an error of a stage. */
export function stageFailureOf<O>(
  stage: Stage<string, O>,
  chunks: readonly string[],
  code?: string,
): RunError<O> {
  const error = failureOf(stage, chunks);
  expect(isStageError(error, code)).toBe(true);
  return error;
}
