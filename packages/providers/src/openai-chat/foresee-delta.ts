import type { Emit } from "@millrace/core";
import type { Part, ReasoningDelta, TextDelta } from "@millrace/parts";
import { foresight } from "../shared/foresight.ts";
import { fields, list, text, type Wire } from "../shared/wire.ts";

/** Spares an event its reading if it is the last one again but for its delta. */
export interface DeltaForesight {
  /** Whether the event was foreseen, and has been emitted. */
  take(json: string): boolean;
  /** Learns from an event that has been read and has given but this one part. */
  learn(json: string, chunk: Wire, part: Part): void;
}

const DELTA_KEYS = ["content", "reasoning", "reasoning_content"];
const PADDING_KEYS = ["obfuscation", "p"]; // random strings that hide a delta's length

/**
 * It holds because such an event changes nothing but what it emits: whatever else it says has been
 * said by the one before.
 */
export function foreseeDelta(emit: Emit<Part>): DeltaForesight {
  const frame = foresight();
  let last: TextDelta | ReasoningDelta | undefined; // what the event of the frame gave

  return {
    take(json) {
      const delta = frame.foresee(json);
      if (delta === undefined || last === undefined) return false;
      const { id } = last;
      if (delta === "") return true;
      if (last.type === "text-delta") emit({ type: "text-delta", id, delta });
      else emit({ type: "reasoning-delta", id, delta });
      return true;
    },
    learn(json, chunk, part) {
      if (!frame.isCurious()) return;
      if (part.type !== "text-delta" && part.type !== "reasoning-delta") return;
      if (part.choice !== undefined || "logprobs" in part || part.providerMetadata) return;
      const delta = fields(fields(list(chunk["choices"])[0])["delta"]);
      if (list(delta["reasoning_details"]).length > 0) return;
      // One of the keys says something, and this is what was emitted.
      const [key, another] = DELTA_KEYS.filter((field) => text(delta[field]) !== "");
      if (key === undefined || another !== undefined || delta[key] !== part.delta) return;
      last = part;
      const padding = PADDING_KEYS.find((field) => typeof chunk[field] === "string");
      frame.learn(json, key, padding);
    },
  };
}
