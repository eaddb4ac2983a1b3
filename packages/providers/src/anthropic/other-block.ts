import { emitCustom, type Answer } from "../shared/answer.ts";
import { text, type Wire } from "../shared/wire.ts";
import type { OpenBlock } from "./open-block.ts";

/** A block that the model has no part for: what says something of it, as it comes. */
export function openOther(answer: Answer, block: Wire): OpenBlock {
  const kind = text(block["type"]) || "content_block";
  const says = Object.entries(block).some(([key, field]) => key !== "type" && field !== null);
  let told = false;

  function tell(value: Wire): void {
    told = true;
    emitCustom(answer, kind, value);
  }

  if (says) tell(block);
  return {
    id: undefined,
    delta(delta) {
      tell(delta);
      return true;
    },
    stop() {
      if (!told) tell(block);
    },
  };
}
