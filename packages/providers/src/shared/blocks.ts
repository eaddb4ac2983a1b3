import type { Emit } from "@millrace/core";
import type { Part, ReasoningEnd, ReasoningKind, TextDelta, TextKind } from "@millrace/parts";
import type { Ids } from "./ids.ts";

export type BlockType = "text" | "reasoning";
export type BlockKind = TextKind | ReasoningKind | undefined;

type Extra = Pick<TextDelta, "logprobs" | "providerMetadata">;
type Seal = Pick<ReasoningEnd, "signature" | "encrypted" | "providerMetadata">;

/** The open text and reasoning blocks of one answer, each under the place it has on the wire. */
export interface Blocks {
  /** The latest text block, also when it has ended. */
  readonly latestText: string | undefined;
  isOpen(place: string, kind: BlockKind): boolean;
  /** Starts a block, and gives its id; one that is open at this place is ended. */
  start(place: string, type: BlockType, kind: BlockKind, extra?: Extra): string;
  delta(place: string, delta: string, extra?: Extra): void;
  end(place: string, seal?: Seal): void;
  /** Ends all blocks but those whose places begin with these words. */
  endAll(except?: string): void;
}

interface Block {
  id: string;
  type: BlockType;
  kind: BlockKind;
}

export function openBlocks(emit: Emit<Part>, ids: Ids): Blocks {
  const open = new Map<string, Block>();
  let latestText: string | undefined;

  function end(place: string, seal?: Seal): void {
    const block = open.get(place);
    if (block === undefined) return;
    open.delete(place);
    emit({ type: `${block.type}-end`, id: block.id, ...seal });
  }

  return {
    get latestText() {
      return latestText;
    },
    isOpen(place, kind) {
      const block = open.get(place);
      return block !== undefined && block.kind === kind;
    },
    start(place, type, kind, extra) {
      end(place);
      const id = ids.next(type);
      if (type === "text") latestText = id;
      open.set(place, { id, type, kind });
      emit({ type: `${type}-start`, id, ...(kind && { kind }), ...extra } as Part);
      return id;
    },
    delta(place, delta, extra) {
      const block = open.get(place);
      if (block === undefined) return;
      const { type, id } = block;
      // One shape for the part that comes by the thousand.
      if (extra !== undefined) emit({ type: `${type}-delta`, id, delta, ...extra });
      else if (type === "text") emit({ type: "text-delta", id, delta });
      else emit({ type: "reasoning-delta", id, delta });
    },
    end,
    endAll(except) {
      for (const place of open.keys()) {
        if (except === undefined || !place.startsWith(except)) end(place);
      }
    },
  };
}
