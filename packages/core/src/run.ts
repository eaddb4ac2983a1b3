import type { Stage } from "./stage.ts";

/**
 * Runs a stage over inputs that are all at hand, without a stream: for tests, scripts, one-liners.
 *
 * - **In / Out:** what the stage takes, all that it emits, as an array.
 * - **Errors:** what the stage throws; an `Error` carries what was emitted before as `outputs`.
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
    for (const input of inputs) {
      machine.push(input);
      if (hasEnded()) return outputs;
    }
    machine.flush?.();
    return outputs;
  } catch (error) {
    if (error instanceof Error) Object.assign(error, { outputs });
    throw error;
  }
}
