import * as fc from "fast-check";
import type { Part } from "./part.ts";

const id = fc.constantFrom("a", "b", "c");
const choice = fc.constantFrom({}, {}, { choice: 1 });
const delta = fc.constantFrom("x", "{", "}", "");
const kind = fc.constantFrom({}, { kind: "refusal" as const });

/** Parts in any order: mostly against the grammar. */
export const anyPart: fc.Arbitrary<Part> = fc.oneof(
  fc.record({ type: fc.constant("text-start" as const), id, kind, choice }).map(flat),
  fc.record({ type: fc.constant("text-delta" as const), id, delta, choice }).map(flat),
  fc.record({ type: fc.constant("text-end" as const), id, choice }).map(flat),
  fc.record({ type: fc.constant("tool-input-start" as const), id }).map((part) => ({
    ...part,
    toolName: "f",
  })),
  fc.record({ type: fc.constant("tool-input-delta" as const), id, delta }),
  fc.record({ type: fc.constant("tool-input-end" as const), id }),
  fc.record({ type: fc.constant("reset" as const), blocks: fc.array(id, { maxLength: 2 }) }),
  fc.record({ type: fc.constant("raw" as const), rawValue: fc.nat() }),
  choice.map((which) => ({
    type: "finish" as const,
    finishReason: { unified: "stop" as const, raw: "stop" },
    usage: { inputTokens: {}, outputTokens: {} },
    ...which,
  })),
);

/** A part with what its nested records hold beside its own fields. */
function flat({ choice, kind, ...part }: { choice: object; kind?: object }): Part {
  return { ...part, ...choice, ...kind } as unknown as Part;
}
