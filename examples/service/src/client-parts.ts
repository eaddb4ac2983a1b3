import { stage, type Stage } from "@millrace/core";
import type { Part } from "@millrace/parts";

/**
 * The parts of an answer that are its client's business.
 *
 * - **In / Out:** parts; the same without what is between the service and its upstream: the fields of
 *   its response, metadata and raw events of the provider, signatures of reasoning, raw usage.
 */
export function clientParts(): Stage<Part, Part> {
  return stage((emit) => ({
    push(part) {
      if (part.type === "response-metadata" || part.type === "raw" || part.type === "custom")
        return;
      const rest = { ...part };
      delete rest.providerMetadata;
      if (rest.type === "usage") {
        const { inputTokens, outputTokens } = rest.usage;
        emit({ ...rest, usage: { inputTokens, outputTokens } });
      } else if (rest.type === "reasoning-end") {
        emit({ type: "reasoning-end", id: rest.id });
      } else {
        emit(rest);
      }
    },
  }));
}
