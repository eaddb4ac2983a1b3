import type { Emit } from "@millrace/core";
import type { Part, ReasoningDelta, TextDelta } from "@millrace/parts";
import { foresight } from "./foresight.ts";

/** Where a value has the one string that is told, and perhaps a string that counts for nothing. */
export interface DeltaPlace {
  key: string;
  delta: unknown;
  padding?: string | undefined;
}

/** Spares an event its reading if it is the last one again but for its delta. */
export interface DeltaForesight {
  /** Whether the event was foreseen, and has been emitted. */
  take(json: string): boolean;
  /** Learns from an event that has been read and has given but this one part. */
  learn(json: string, part: Part, place: () => DeltaPlace | undefined): void;
}

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
    learn(json, part, place) {
      if (!frame.isCurious()) return;
      if (part.type !== "text-delta" && part.type !== "reasoning-delta") return;
      if (part.choice !== undefined || "logprobs" in part || part.providerMetadata) return;
      const found = place();
      if (found === undefined || found.delta !== part.delta) return;
      last = part;
      frame.learn(json, found.key, found.padding);
    },
  };
}
