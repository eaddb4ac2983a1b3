import { run, type RunError, type Stage } from "@millrace/core";

/** What a stage throws for an input, with what it emitted before. */
export function failureOf<O>(stage: Stage<string, O>, chunks: readonly string[]): RunError<O> {
  try {
    run(stage, chunks);
  } catch (error) {
    return error as RunError<O>;
  }
  throw new Error("it did not throw");
}
