import type { Answer } from "../shared/answer.ts";
import { ANY, leftoversOf, type UsedFields } from "../shared/leftovers.ts";
import { text, type Wire } from "../shared/wire.ts";
import type { OpenBlock } from "./open-block.ts";

const THINKING_FIELDS: UsedFields = new Map([
  ["type", ANY],
  ["thinking", "string"],
  ["signature", "string"],
]);
const REDACTED_FIELDS: UsedFields = new Map([
  ["type", ANY],
  ["data", "string"],
]);

/** The latest signature counts: providers send it whole. */
export function openThinking(answer: Answer, block: Wire): OpenBlock {
  const { emit } = answer;
  const id = answer.ids.next("reasoning");
  let signature = text(block["signature"]);

  function write(delta: string, extra: ReturnType<typeof leftoversOf>): void {
    if (delta !== "" || extra !== undefined) emit({ type: "reasoning-delta", id, delta, ...extra });
  }

  emit({ type: "reasoning-start", id, ...leftoversOf(answer, block, THINKING_FIELDS) });
  write(text(block["thinking"]), undefined);

  return {
    id,
    delta(delta, type) {
      if (type !== "thinking_delta" && type !== "signature_delta") return false;
      signature = text(delta["signature"]) || signature;
      write(text(delta["thinking"]), leftoversOf(answer, delta, THINKING_FIELDS));
      return true;
    },
    stop() {
      emit({ type: "reasoning-end", id, ...(signature !== "" && { signature }) });
    },
  };
}

export function openRedacted(answer: Answer, block: Wire): OpenBlock {
  const { emit } = answer;
  const id = answer.ids.next("reasoning");
  const encrypted = text(block["data"]);
  const extra = leftoversOf(answer, block, REDACTED_FIELDS);
  emit({ type: "reasoning-start", id, kind: "redacted", ...extra });

  return {
    id,
    delta: () => false,
    stop() {
      emit({ type: "reasoning-end", id, ...(encrypted !== "" && { encrypted }) });
    },
  };
}
