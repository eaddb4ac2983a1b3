import type { DeltaPlace } from "../shared/foresee-delta.ts";
import { text, type Wire } from "../shared/wire.ts";

const DELTA = /^response\.(?:output_text|refusal|reasoning_text|reasoning_summary_text)\.delta$/;

/** Where an event has the delta of text or reasoning that is all it gave. */
export function responsesDeltaPlace(event: Wire): DeltaPlace | undefined {
  if (!DELTA.test(text(event["type"]))) return undefined;
  const { delta, obfuscation, sequence_number: number } = event;
  return {
    key: "delta",
    delta,
    padding: typeof obfuscation === "string" ? "obfuscation" : undefined,
    counter: typeof number === "number" ? "sequence_number" : undefined,
  };
}
