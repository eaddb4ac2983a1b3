import type { DeltaPlace } from "../shared/foresee-delta.ts";
import { fields, type Wire } from "../shared/wire.ts";

const KEYS: Readonly<Record<string, string>> = { text_delta: "text", thinking_delta: "thinking" };

/** Where an event has the delta of text or thinking that is all it gave. */
export function anthropicDeltaPlace(event: Wire): DeltaPlace | undefined {
  const delta = fields(event["delta"]);
  const type = delta["type"];
  if (typeof type !== "string" || !Object.hasOwn(KEYS, type)) return undefined;
  const key = KEYS[type]!;
  return { key, delta: delta[key] };
}
