import type { Answer } from "../shared/answer.ts";
import { ANY, leftoversOf, type UsedFields } from "../shared/leftovers.ts";
import type { Sources } from "../shared/sources.ts";
import { list, text, type Wire } from "../shared/wire.ts";
import { citation } from "./citation.ts";
import type { OpenBlock } from "./open-block.ts";

const TEXT_FIELDS: UsedFields = new Map([
  ["type", ANY],
  ["text", "string"],
  ["citations", "object"],
]);
const CITATION_FIELDS: UsedFields = new Map([
  ["type", ANY],
  ["citation", "object"],
]);

export function openText(answer: Answer, sources: Sources, block: Wire): OpenBlock {
  const { emit } = answer;
  const id = answer.ids.next("text");

  function write(delta: string, extra: ReturnType<typeof leftoversOf>): void {
    if (delta !== "" || extra !== undefined) emit({ type: "text-delta", id, delta, ...extra });
  }

  function cite(citations: unknown): void {
    for (const item of list(citations)) sources.cite(citation(item, id));
  }

  emit({ type: "text-start", id, ...leftoversOf(answer, block, TEXT_FIELDS) });
  write(text(block["text"]), undefined);
  cite(block["citations"]);

  return {
    id,
    delta(delta, type) {
      if (type === "text_delta") {
        write(text(delta["text"]), leftoversOf(answer, delta, TEXT_FIELDS));
      } else if (type === "citations_delta") {
        cite(delta["citation"]);
        write("", leftoversOf(answer, delta, CITATION_FIELDS));
      } else return false;
      return true;
    },
    stop() {
      emit({ type: "text-end", id });
    },
  };
}
