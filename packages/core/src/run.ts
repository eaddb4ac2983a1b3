import type { Stage } from "./stage.ts";

/** What `run` throws, if the stage threw an `Error`. */
export interface RunError<O> extends Error {
  readonly outputs: readonly O[];
}

/**
 * Runs a stage over inputs that are all at hand, without a stream: for tests, scripts, one-liners.
 *
 * - **In / Out:** what the stage takes, all that it emits, as an array.
 * - **Errors:** what the stage throws; an `Error` carries what was emitted before as `outputs`
 *   (`(error as Partial<RunError<O>>).outputs`).
 * - **Cost:** that of the machine.
 *
 * @example
 * ```ts
 * import { run, take } from "@millrace/core";
 *
 * run(take(2), ["a", "b", "c"]); // => ["a", "b"]
 * ```
 */
export function run<I, O>(stage: Stage<I, O>, inputs: Iterable<I>): O[] {
  const outputs: O[] = [];
  let ended = false;
  const hasEnded = () => ended;
  try {
    const machine = stage.start(
      (output) => outputs.push(output),
      () => {
        ended = true;
      },
    );
    if (hasEnded()) return outputs;
    try {
      for (const input of inputs) {
        machine.push(input);
        if (hasEnded()) return outputs;
      }
      machine.flush();
    } catch (error) {
      machine.fail(error); // for what the inputs throw; the machine's own error it has heard of
      if (!hasEnded()) throw error;
    }
    return outputs;
  } catch (error) {
    if (error instanceof Error && Object.isExtensible(error)) Object.assign(error, { outputs });
    throw error;
  }
}
