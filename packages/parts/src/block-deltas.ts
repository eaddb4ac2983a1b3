import { stage, type Stage } from "@millrace/core";
import type { Part, ReasoningStart, TextStart } from "./part.ts";

/**
 * The deltas of all blocks whose starts are wanted, none of them empty. What follows the end of a
 * block, or its reset, is none of it.
 */
export function blockDeltas(
  isWanted: (start: TextStart | ReasoningStart) => boolean,
): Stage<Part, string> {
  return stage((emit) => {
    const open = new Set<string>(); // the wanted blocks that have started and not ended
    return {
      push(part) {
        switch (part.type) {
          case "text-delta":
          case "reasoning-delta":
            if (part.delta !== "" && open.has(part.id)) emit(part.delta);
            break;
          case "text-start":
          case "reasoning-start":
            if (isWanted(part)) open.add(part.id);
            break;
          case "text-end":
          case "reasoning-end":
            open.delete(part.id);
            break;
          case "reset":
            for (const id of part.blocks) open.delete(id);
        }
      },
    };
  });
}
