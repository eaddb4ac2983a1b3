import type { Stage } from "@millrace/core";
import { blockDeltas } from "./block-deltas.ts";
import type { Part, TextKind } from "./part.ts";

export interface TextOptions {
  /** Which of several answers. Default 0. */
  choice?: number;
  /** Blocks of this kind, such as `refusal`. By default those without one: the answer itself. */
  kind?: TextKind;
}

/**
 * The text of an answer, as it comes.
 *
 * - **In / Out:** parts; the deltas of the text blocks that are asked for, never empty. Blocks
 *   follow each other without anything between them.
 * - **When:** a delta at once.
 * - **Errors:** none of its own: after an `error` part the text simply ends. `collect` and the parts
 *   themselves tell why.
 * - **Limits:** what has been emitted stays: a `reset` only silences the rest of its blocks. Where
 *   answers may be taken back, read the parts.
 * - **Cost:** a comparison a part; it remembers the ids of open blocks.
 *
 * @example
 * ```ts
 * import { run } from "@millrace/core";
 * import { text, type Part } from "@millrace/parts";
 *
 * const parts: Part[] = [
 *   { type: "text-start", id: "text-0" },
 *   { type: "text-delta", id: "text-0", delta: "Good " },
 *   { type: "text-delta", id: "text-0", delta: "morning" },
 *   { type: "text-end", id: "text-0" },
 * ];
 * run(text(), parts); // => ["Good ", "morning"]
 * ```
 */
export function text(options: TextOptions = {}): Stage<Part, string> {
  const { choice = 0, kind } = options;
  return blockDeltas(
    (start) => start.type === "text-start" && (start.choice ?? 0) === choice && start.kind === kind,
  );
}
