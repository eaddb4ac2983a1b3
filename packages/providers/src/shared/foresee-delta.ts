import type { Emit } from "@millrace/core";
import type { Part, ReasoningDelta, TextDelta } from "@millrace/parts";
import { foresight, type Places } from "./foresight.ts";

/** Where a value has the one string that is told, and what stands there. */
export interface DeltaPlace extends Places {
  delta: unknown;
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
 * said by the one before. A format that remembers more of its deltas hears of each in `foreseen`, and
 * says whether it counts.
 */
export function foreseeDelta(
  emit: Emit<Part>,
  foreseen?: (delta: string, counter: number | undefined) => boolean,
): DeltaForesight {
  const frame = foresight();
  let last: TextDelta | ReasoningDelta | undefined; // what the event of the frame gave

  return {
    take(json) {
      const delta = frame.foresee(json);
      if (delta === undefined || last === undefined) return false;
      const { id } = last;
      if (foreseen?.(delta, frame.counter) === false || delta === "") return true;
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
      frame.learn(json, found);
    },
  };
}
