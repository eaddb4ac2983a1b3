import type { Emit, Stage } from "@millrace/core";
import type { Part, TextStart } from "./part.ts";
import { inTextBlocks, type BlockWriter, type TextStageOf } from "./text-blocks.ts";

/**
 * Parts, with a stage on text at work inside: redaction, stop sequences, words. What is no text stays
 * where it is, and no tool call is lost.
 *
 * - **In / Out:** parts. Each text block runs through a fresh stage; what that emits are the block's
 *   deltas. The function hears the block's start, and may give no stage: then the block passes as it
 *   is. It is asked for all blocks, of every choice and kind; a block that began before, in an answer
 *   that is gone on with, counts as one without a kind. Reasoning, tool input and the words that a source
 *   cites are no text here.
 * - **When:** as the stage does; all else at once, in its order. What the stage holds comes out before
 *   the `text-end`.
 * - **Stop:** a stage that ends, as `stopAt` does, ends the answer: its blocks are closed, tool input
 *   that is not whole is taken back by a `reset`, a `finish` with `stop` follows, with the usage known
 *   so far. If no other answer goes on, the source is cancelled with the stage's reason.
 * - **Left out:** the `logprobs` of deltas, since they tell text that the stage may have changed.
 *   `providerMetadata` follows the text of its delta. Places in the text, which sources name, are those
 *   before the stage.
 * - **Limits:** those of the stages.
 * - **Errors:** those of the stages. Then, and when the source fails, each stage first says what it
 *   owes, and the block is closed.
 * - **Cost:** that of the stage, and a look-up and an object a delta.
 *
 * @example
 * ```ts
 * import { map, run } from "@millrace/core";
 * import { onText, type Part } from "@millrace/parts";
 *
 * const parts: Part[] = [
 *   { type: "text-start", id: "text-0" },
 *   { type: "text-delta", id: "text-0", delta: "quiet" },
 *   { type: "text-end", id: "text-0" },
 * ];
 * const loud = onText(() => map((text: string) => text.toUpperCase()));
 * run(loud, parts)[1]; // => { type: "text-delta", id: "text-0", delta: "QUIET" }
 * ```
 */
export function onText(stageOf: TextStageOf<string>): Stage<Part, Part> {
  return inTextBlocks(stageOf, writeDeltas);
}

function writeDeltas(start: TextStart, emit: Emit<Part>): BlockWriter<string> {
  const { id, choice } = start;
  emit(start);
  return {
    ids: [id],
    begin: () => undefined, // it has been
    put(delta) {
      if (delta === "") return;
      if (choice === undefined) emit({ type: "text-delta", id, delta });
      else emit({ type: "text-delta", id, delta, choice });
    },
    note(providerMetadata) {
      const own = choice === undefined ? {} : { choice };
      emit({ type: "text-delta", id, delta: "", providerMetadata, ...own });
    },
    end: emit,
  };
}
