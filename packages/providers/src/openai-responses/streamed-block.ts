import type {
  ProviderMetadata,
  ReasoningEnd,
  ReasoningKind,
  TextDelta,
  TextKind,
} from "@millrace/parts";
import { metadata, type Answer } from "../shared/answer.ts";
import type { BlockType } from "../shared/blocks.ts";

/** A block whose deltas are followed by its whole. */
export interface StreamedBlock {
  readonly id: string;
  delta(piece: string, extra?: Pick<TextDelta, "logprobs">): void;
  /** A delta that has been emitted already. */
  count(piece: string): void;
  /**
   * The whole adds what did not come before. Where it says otherwise, what came stays, and the
   * whole is told beside the end.
   */
  settle(whole: string): void;
  end(seal?: Pick<ReasoningEnd, "encrypted">): void;
}

export interface BlockStart {
  type: BlockType;
  kind?: TextKind | ReasoningKind | undefined;
  providerMetadata?: ProviderMetadata | undefined;
}

/** It remembers how much has come and the latest piece, which tell whether a whole goes on there. */
export function startBlock(answer: Answer, start: BlockStart): StreamedBlock {
  const { emit } = answer;
  const { type, kind, providerMetadata } = start;
  const id = answer.ids.next(type);
  let length = 0;
  let last = "";
  let otherwise: string | undefined;

  const extra = { ...(kind && { kind }), ...(providerMetadata && { providerMetadata }) };
  if (type === "text") emit({ type: "text-start", id, ...(extra as { kind?: TextKind }) });
  else emit({ type: "reasoning-start", id, ...(extra as { kind?: ReasoningKind }) });

  function count(piece: string): void {
    if (piece === "") return;
    length += piece.length;
    last = piece;
  }

  function delta(piece: string, extra?: Pick<TextDelta, "logprobs">): void {
    if (piece === "" && extra === undefined) return;
    count(piece);
    if (type === "text") emit({ type: "text-delta", id, delta: piece, ...extra });
    else emit({ type: "reasoning-delta", id, delta: piece });
  }

  return {
    id,
    count,
    delta,
    settle(whole) {
      if (whole === "") return;
      const goesOn = whole.length >= length && whole.startsWith(last, length - last.length);
      if (goesOn) delta(whole.slice(length));
      otherwise = goesOn ? undefined : whole;
    },
    end(seal) {
      const about = otherwise !== undefined && metadata(answer, { text: otherwise });
      if (type === "text") emit({ type: "text-end", id, ...about });
      else emit({ type: "reasoning-end", id, ...seal, ...about });
    },
  };
}
