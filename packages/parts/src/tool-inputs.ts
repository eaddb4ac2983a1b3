import { stage, type Stage } from "@millrace/core";
import type { Part } from "./part.ts";
import type { ToolInputOptions } from "./tool-input.ts";

/** A piece of the input of one of several calls. */
export interface ToolInputPiece {
  /** That of the call. */
  id: string;
  toolName: string;
  delta: string;
  /** The input is whole; `delta` is empty. Input that breaks off has no such piece. */
  complete: boolean;
}

/**
 * The inputs of all calls, or of all calls of one tool, as the model writes them: several may grow at
 * once.
 *
 * - **In / Out:** parts; the deltas of each input with the `id` and the tool of their call, none of
 *   them empty, and one last piece that is `complete`.
 * - **When:** a delta at once; the last piece with the `tool-call`, which says whether the input is
 *   whole.
 * - **Limits:** what has been emitted stays: a `reset` only silences the rest of its blocks.
 * - **Errors:** none of its own.
 * - **Cost:** a look-up a part; it remembers the calls whose input is not whole.
 *
 * @example
 * ```ts
 * import { run } from "@millrace/core";
 * import { toolInputs, type Part } from "@millrace/parts";
 *
 * const call = { toolCallId: "c", toolName: "f", input: "{}", inputState: "valid" } as const;
 * const parts: Part[] = [
 *   { type: "tool-input-start", id: "c", toolName: "f" },
 *   { type: "tool-input-delta", id: "c", delta: "{}" },
 *   { type: "tool-input-end", id: "c" },
 *   { type: "tool-call", ...call },
 * ];
 * for (const { id, delta, complete } of run(toolInputs("f"), parts)) {
 *   console.log([id, delta, complete]); // => ["c", "{}", false], ["c", "", true]
 * }
 * ```
 */
export function toolInputs(
  toolName?: string,
  options: ToolInputOptions = {},
): Stage<Part, ToolInputPiece> {
  const { choice = 0 } = options;
  return stage((emit) => {
    const growing = new Map<string, string>(); // the tools of the calls that are not whole, by id
    return {
      push(part) {
        switch (part.type) {
          case "tool-input-delta": {
            const { id, delta } = part;
            const tool = growing.get(id);
            if (tool === undefined || delta === "") return;
            emit({ id, toolName: tool, delta, complete: false });
            break;
          }
          case "tool-input-start":
            if (toolName !== undefined && part.toolName !== toolName) return;
            if ((part.choice ?? 0) === choice) growing.set(part.id, part.toolName);
            break;
          case "tool-call": {
            const { toolCallId: id, inputState } = part;
            const tool = growing.get(id);
            growing.delete(id);
            if (tool === undefined || inputState === "truncated") return;
            emit({ id, toolName: tool, delta: "", complete: true });
            break;
          }
          case "reset":
            for (const id of part.blocks) growing.delete(id);
        }
      },
    };
  });
}
