import { fuse, stage, type Stage } from "@millrace/core";
import { throwFailures } from "./answer-error.ts";
import type { Part } from "./part.ts";

export interface ToolInputOptions {
  /** Which of several answers. Default 0. */
  choice?: number;
  /** Fails where the answer has failed before the input is whole. Default `false`. */
  throw?: boolean;
}

/**
 * The input of the first call of a tool, as the model writes it: JSON text for `partialJson`.
 *
 * - **In / Out:** parts; the deltas of the first block of this tool's input, never empty.
 * - **When:** a delta at once. It ends with the input, and its source is cancelled: what else there
 *   is in the answer is not waited for. To read that too, `tee` the parts, or use `toolInputs`.
 * - **Limits:** what has been emitted stays. Input that breaks off, or is taken back by a `reset`
 *   after its first delta, ends there, and what parses it says that it is incomplete.
 * - **Errors:** with `throw`, an `AnswerError` as that of `text`, so that it is this that says why the input
 *   is not whole. Else none of its own. Without such a call nothing comes out.
 * - **Cost:** a comparison a part.
 *
 * @example
 * ```ts
 * import { run } from "@millrace/core";
 * import { toolInput, type Part } from "@millrace/parts";
 *
 * const parts: Part[] = [
 *   { type: "tool-input-start", id: "call-1", toolName: "save_recipe" },
 *   { type: "tool-input-delta", id: "call-1", delta: '{"title":' },
 *   { type: "tool-input-delta", id: "call-1", delta: '"Bread"}' },
 *   { type: "tool-input-end", id: "call-1" },
 * ];
 * run(toolInput("save_recipe"), parts); // => ['{"title":', '"Bread"}']
 * ```
 */
export function toolInput(toolName: string, options: ToolInputOptions = {}): Stage<Part, string> {
  const { choice = 0, throw: throws = false } = options;
  const deltas = firstInput(toolName, choice);
  return throws ? fuse(throwFailures(), deltas) : deltas;
}

function firstInput(toolName: string, choice: number): Stage<Part, string> {
  return stage((emit, end) => {
    let block: string | undefined; // its id, once it has started
    let begun = false; // something has been emitted
    return {
      push(part) {
        switch (part.type) {
          case "tool-input-delta":
            if (part.id !== block || part.delta === "") return;
            begun = true;
            emit(part.delta);
            break;
          case "tool-input-start": {
            const isWanted = part.toolName === toolName && (part.choice ?? 0) === choice;
            if (isWanted) block ??= part.id;
            break;
          }
          case "tool-input-end":
            if (part.id === block) end();
            break;
          case "reset":
            if (block === undefined || !part.blocks.includes(block)) return;
            if (begun) end();
            else block = undefined;
        }
      },
    };
  });
}
