import type { DeltaPlace } from "../shared/foresee-delta.ts";
import { fields, list, type Wire } from "../shared/wire.ts";

/** Where a chunk has the text that is all it gave beside the counts of tokens. */
export function geminiDeltaPlace(chunk: Wire): DeltaPlace | undefined {
  const [candidate, another] = list(chunk["candidates"]);
  const [part, more] = list(fields(fields(candidate)["content"])["parts"]);
  if (another !== undefined || more !== undefined) return undefined;
  return {
    key: "text",
    delta: fields(part)["text"],
    object: "usageMetadata",
    countsTokens: true,
  };
}
