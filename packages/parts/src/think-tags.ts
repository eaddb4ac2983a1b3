import type { Emit, Stage } from "@millrace/core";
import type { Part, ProviderMetadata, TextStart } from "./part.ts";
import { inTextBlocks, type BlockWriter, type TextStageOf } from "./text-blocks.ts";

/** A piece of text, or of a section that stands between tags: what `tags` of the parsers gives. */
export interface TagSection {
  /** What the section is called; none outside of all sections. */
  tag?: string | undefined;
  text: string;
  /** The section ends with this piece. */
  complete: boolean;
}

/**
 * Parts, where what a model thinks between tags in its text (`<think>…</think>`) is reasoning.
 *
 * - **In / Out:** parts. Each text block runs through a fresh stage that finds the sections; `tags` of
 *   `@millrace/parsers` is one, with its options for several names, other delimiters, text that begins
 *   inside a section. Sections are reasoning blocks, what stands around them text blocks. The first
 *   text block keeps the id, all else has ids behind it (`text-0:1`). The function may give no stage
 *   for a block: then it passes as it is.
 * - **When:** a piece at once; a block starts with its first piece. A section that is not closed ends
 *   with its block.
 * - **Left out:** `logprobs`. `providerMetadata` follows the text of its delta. The places that sources
 *   name are those in the text with its tags.
 * - **Failover:** its place is in each provider's `decode`. There a section that breaks off is reasoning that
 *   broke off, which the next provider does not go on with; behind them all, it would go on inside.
 * - **Limits:** those of the stage; it remembers the ids of the blocks that had sections.
 * - **Stop, Errors:** as with `onText`.
 * - **Cost:** that of the stage, and a look-up and an object a piece.
 *
 * @example
 * ```ts
 * import { run } from "@millrace/core";
 * import { tags } from "@millrace/parsers";
 * import { reasoning, text, thinkTags, type Part } from "@millrace/parts";
 *
 * const parts: Part[] = [
 *   { type: "text-start", id: "text-0" },
 *   { type: "text-delta", id: "text-0", delta: "<think>Hm.</th" },
 *   { type: "text-delta", id: "text-0", delta: "ink>Yes." },
 *   { type: "text-end", id: "text-0" },
 * ];
 * const told = run(thinkTags(() => tags("think")), parts);
 * run(reasoning(), told); // => ["Hm."]
 * run(text(), told); // => ["Yes."]
 * ```
 */
export function thinkTags(stageOf: TextStageOf<TagSection>): Stage<Part, Part> {
  return inTextBlocks(stageOf, writeSections);
}

function writeSections(start: TextStart, emit: Emit<Part>): BlockWriter<TagSection> {
  const own = start.choice === undefined ? {} : { choice: start.choice };
  const ids: string[] = [];
  let open: { type: "text" | "reasoning"; id: string } | undefined;
  let hasText = false; // the block's own start has been told
  let owed: ProviderMetadata[] = []; // that came while no block was open

  function begin(type: "text" | "reasoning"): void {
    const isFirst = type === "text" && !hasText;
    const id = isFirst ? start.id : `${start.id}:${ids.length + 1}`;
    ids.push(id);
    open = { type, id };
    if (isFirst) emit(start);
    else if (type === "reasoning") emit({ type: "reasoning-start", id, ...own });
    else emit({ type: "text-start", id, ...(start.kind && { kind: start.kind }), ...own });
    if (type === "text") hasText = true;
    for (const metadata of owed) note(metadata);
    owed = [];
  }

  function close(): void {
    if (open !== undefined) emit({ type: `${open.type}-end`, id: open.id, ...own });
    open = undefined;
  }

  function note(providerMetadata: ProviderMetadata): void {
    if (open === undefined) owed.push(providerMetadata);
    else emit({ type: `${open.type}-delta`, id: open.id, delta: "", providerMetadata, ...own });
  }

  return {
    ids,
    begin() {
      if (ids.length === 0) begin("text");
    },
    put({ tag, text: delta, complete }) {
      const type = tag === undefined ? "text" : "reasoning";
      if (type === "text" && delta === "") return;
      if (open?.type !== type) {
        close();
        begin(type);
      }
      if (delta !== "") emit({ type: `${type}-delta`, id: open!.id, delta, ...own });
      if (type === "reasoning" && complete) close();
    },
    note,
    end(part) {
      if (open?.type === "reasoning") close();
      const isUntold = !hasText && (ids.length === 0 || start.providerMetadata !== undefined);
      const isOwed = owed.length > 0 || part.providerMetadata !== undefined;
      if (open === undefined && (isUntold || isOwed)) begin("text");
      if (open !== undefined) emit({ ...part, id: open.id });
    },
  };
}
