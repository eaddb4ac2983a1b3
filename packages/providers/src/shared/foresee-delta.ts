import type { Emit } from "@millrace/core";
import type { Part, ReasoningDelta, TextDelta } from "@millrace/parts";
import { foresight, type Places } from "./foresight.ts";
import type { Wire } from "./wire.ts";

/** Where a value has the one string that is told, and what stands there. */
export interface DeltaPlace extends Places {
  delta: unknown;
  /** The object is told of in a usage part, behind the delta. Otherwise it gives no part. */
  countsTokens?: boolean;
}

/** What a format has to know of values that will not be read. */
export interface Foreseer {
  /**
   * The value is the last one again but for its delta, its counter and its object; false if it does
   * not count.
   */
  foreseen?: (delta: string, counter: number | undefined) => boolean;
  /** The object of such a value, under its key: the rest of the value has been told of. */
  readBeside?: (news: Wire) => void;
}

/** Spares an event its reading if it is the last one again but for its delta. */
export interface DeltaForesight {
  /** Whether the event was foreseen, and has been emitted. */
  take(json: string): boolean;
  /** Learns from an event that has been read and has given this part, or these two. */
  learn(
    json: string,
    delta: Part,
    usage: Part | undefined,
    findPlace: () => DeltaPlace | undefined,
  ): void;
}

/**
 * It holds because such an event changes nothing but what it emits: whatever else it says has been
 * said by the one before, but for the object, which is read. A format that remembers more of its
 * deltas hears of each.
 */
export function foreseeDelta(emit: Emit<Part>, { foreseen, readBeside }: Foreseer): DeltaForesight {
  const frame = foresight();
  let last: TextDelta | ReasoningDelta | undefined; // what the event of the frame gave
  let objectKey: string | undefined;

  function tell({ type, id }: TextDelta | ReasoningDelta, delta: string): void {
    if (delta === "") return;
    if (type === "text-delta") emit({ type: "text-delta", id, delta });
    else emit({ type: "reasoning-delta", id, delta });
  }

  return {
    take(json) {
      const delta = frame.foresee(json);
      if (delta === undefined || last === undefined) return false;
      if (foreseen?.(delta, frame.counter) === false) return true;
      tell(last, delta);
      if (objectKey !== undefined) readBeside?.({ [objectKey]: frame.object });
      return true;
    },
    learn(json, part, usage, findPlace) {
      if (usage !== undefined && usage.type !== "usage") return;
      if (part.type !== "text-delta" && part.type !== "reasoning-delta") return;
      if (part.choice !== undefined || "logprobs" in part || part.providerMetadata) return;
      if (!frame.isCurious()) return;
      const place = findPlace();
      if (place?.delta !== part.delta) return;
      if ((place.countsTokens === true) !== (usage !== undefined)) return;
      last = part;
      objectKey = place.object;
      if (frame.learn(json, place) || objectKey === undefined || place.countsTokens) return;
      // It may as well stay the same.
      objectKey = undefined;
      frame.learn(json, { ...place, object: undefined });
    },
  };
}
