import { stage, type Stage } from "@millrace/core";
import type { Part, ReasoningStart, TextStart } from "./part.ts";

interface Starts {
  text: TextStart;
  reasoning: ReasoningStart;
}

/**
 * The deltas of all blocks of a family whose starts are wanted, none of them empty. What follows the
 * end of a block, or its reset, is none of it.
 */
export function blockDeltas<Family extends keyof Starts>(
  family: Family,
  isWanted: (start: Starts[Family]) => boolean,
): Stage<Part, string> {
  const startType = `${family}-start` as const;
  const deltaType = `${family}-delta` as const;
  const endType = `${family}-end` as const;
  return stage((emit) => {
    const open = new Set<string>(); // the wanted blocks that have started and not ended
    return {
      push(part) {
        const { type } = part;
        if (type === deltaType) {
          const { id, delta } = part as { id: string; delta: string };
          if (delta !== "" && open.has(id)) emit(delta);
        } else if (type === startType) {
          const start = part as Starts[Family];
          if (isWanted(start)) open.add(start.id);
        } else if (type === endType) open.delete((part as { id: string }).id);
        else if (type === "reset") for (const id of part.blocks) open.delete(id);
      },
    };
  });
}
