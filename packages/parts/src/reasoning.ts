import type { Stage } from "@millrace/core";
import { blockDeltas } from "./block-deltas.ts";
import type { Part, ReasoningKind } from "./part.ts";

export interface ReasoningOptions {
  /** Which of several answers. Default 0. */
  choice?: number;
  /** Blocks of this kind only, such as `summary`. Default: all that can be read. */
  kind?: ReasoningKind;
}

/**
 * What a model thinks before and between its answers, as it comes.
 *
 * - **In / Out:** parts; the deltas of the reasoning blocks that are asked for, never empty. Blocks
 *   follow each other without anything between them. Signatures and encrypted reasoning, which are
 *   to be sent back, are in the parts only.
 * - **When:** a delta at once.
 * - **Limits:** what has been emitted stays: a `reset` only silences the rest of its blocks.
 * - **Errors:** none of its own.
 * - **Cost:** a comparison a part; it remembers the ids of open blocks.
 *
 * @example
 * ```ts
 * import { run } from "@millrace/core";
 * import { reasoning, type Part } from "@millrace/parts";
 *
 * const parts: Part[] = [
 *   { type: "reasoning-start", id: "reasoning-0" },
 *   { type: "reasoning-delta", id: "reasoning-0", delta: "Let me " },
 *   { type: "reasoning-delta", id: "reasoning-0", delta: "see." },
 *   { type: "reasoning-end", id: "reasoning-0" },
 * ];
 * run(reasoning(), parts); // => ["Let me ", "see."]
 * ```
 */
export function reasoning(options: ReasoningOptions = {}): Stage<Part, string> {
  const { choice = 0, kind } = options;
  return blockDeltas(
    (start) =>
      start.type === "reasoning-start" &&
      (start.choice ?? 0) === choice &&
      (kind === undefined || start.kind === kind),
  );
}
