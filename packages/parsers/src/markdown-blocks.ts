import { stage, type Emit, type Machine, type Stage } from "@millrace/core";
import { DEFAULT_MAX_LENGTH, endsInHalf, holdText, unitLimit } from "@millrace/core/text";
import type { BlockKind } from "./markdown/outline.ts";
import { blockStructure } from "./markdown/structure.ts";
import { tableRows } from "./markdown/table-rows.ts";
import { topLevel } from "./markdown/top-level.ts";

/** What a block is. `definition`: link reference definitions, of which nothing is shown. */
export type MarkdownBlockKind = BlockKind | "definition";

/**
 * What happens to the blocks of a Markdown text, of which only the last one is open. The last `kind`
 * that was said is what a block is; with a new one no text comes.
 */
export type MarkdownBlockEvent =
  | { type: "open"; id: number; kind: MarkdownBlockKind }
  | { type: "append"; id: number; text: string; kind?: never }
  | { type: "append"; id: number; text: ""; kind: MarkdownBlockKind }
  | { type: "close"; id: number; complete: boolean };

export interface MarkdownBlocksOptions {
  /** Tables are blocks, as in GitHub Flavored Markdown. Default `true`. */
  tables?: boolean;
  /**
   * The longest beginning of a line that does not tell yet what the line is, in UTF-16 units.
   * Default 1 MiB.
   */
  maxLength?: number;
}

/**
 * The top-level blocks of a Markdown text while it comes, so that a page renders again only the
 * block that is open.
 *
 * - **In / Out:** text cut anywhere; for each block an event that opens it, events that append to
 *   its text, one that closes it. The texts of all events join to the input: blank lines belong to
 *   the block before them, those at the start to the first. `complete` is `false` if the source
 *   failed, or if the input ended in a code fence.
 * - **Kinds:** a paragraph may turn out a heading, when the line under it comes, or a table; the
 *   event behind that line has the new `kind` and an empty text. At its end it may turn out to have
 *   defined links only. Blank lines at the start become what follows them.
 * - **When:** text as soon as it is certain whose it is: in most lines with the first unit, behind
 *   a list's marker, a rule or the like with the unit that tells. A block closes when the next one
 *   opens. A heading is known with the space behind its marks, a fence of backticks and a tag that
 *   stands alone at the end of the line.
 * - **Limits:** `maxLength`.
 * - **Errors:** a `LimitError` at the first unit over the limit. When the source fails, what is
 *   held comes out, and the open block closes with `complete: false`.
 * - **Cost:** an event a chunk, and a comparison a unit; at the beginning of a line a few more, one
 *   for each container.
 * - **Source:** CommonMark 0.31.2, 4 and 5; GitHub Flavored Markdown, 4.10, tables. Where lines of a
 *   paragraph stand above a table's header, they stay in the table's block.
 *
 * @example
 * ```ts
 * import { run } from "@millrace/core";
 * import { markdownBlocks } from "@millrace/parsers";
 *
 * for (const event of run(markdownBlocks(), ["Mill", " race\n---", "\n- one"])) {
 *   console.log("kind" in event ? event.kind : "text" in event ? event.text : event.type);
 *   // => "paragraph", "Mill", " race\n", "---\n", "heading", "close", "list", "- one", "close"
 * }
 * ```
 */
export function markdownBlocks({
  tables = true,
  maxLength = DEFAULT_MAX_LENGTH,
}: MarkdownBlocksOptions = {}): Stage<string, MarkdownBlockEvent> {
  const tooLong = unitLimit({
    stage: "markdownBlocks",
    action: "find blocks",
    unit: "the beginning of a line",
    max: maxLength,
  });

  function start(emit: Emit<MarkdownBlockEvent>): Machine<string> {
    const held = holdText(); // of a line, until it is known whose it is; or half of a surrogate pair
    let chunk = "";
    let offset = 0; // of the chunk
    let from = 0; // what of the chunk has not come out
    let known = 0; // up to here it belongs to the block that is open: up to the line being read …
    let isKnown = false; // … or all of it
    let id = -1;
    let isBlank = true; // the block has blank lines only, and may still become any kind
    let becoming: BlockKind | undefined; // it is that when the line has ended
    let isDefinition = false;
    let isComplete = true;
    let isEnding = false;

    function here(): number {
      return structure.position() - offset;
    }

    function openBlock(kind: BlockKind): void {
      if (id >= 0) close();
      id++;
      emit({ type: "open", id, kind });
    }

    function close(): void {
      if (isDefinition) change("definition");
      isDefinition = false;
      emit({ type: "close", id, complete: isComplete });
    }

    function change(kind: MarkdownBlockKind): void {
      emit({ type: "append", id, text: "", kind });
    }

    function append(to: number): void {
      if (to === from && held.length === 0) return;
      let text = held.take(from === 0 && to === chunk.length ? chunk : chunk.slice(from, to));
      from = to;
      if (endsInHalf(text) && !isEnding) {
        held.add(text.slice(-1));
        text = text.slice(0, -1);
      }
      if (text !== "") emit({ type: "append", id, text });
    }

    const outline = topLevel({
      begins(kind) {
        isKnown = true;
        if (id === -1) openBlock(kind);
        else if (isBlank) {
          if (kind !== "paragraph") {
            append(here());
            change(kind);
          }
        } else {
          if (known > from) append(known);
          openBlock(kind);
        }
        isBlank = false;
      },
      continues() {
        isKnown = true;
        if (id === -1) openBlock("paragraph");
      },
      becomes(kind) {
        becoming = kind;
      },
      defines() {
        isDefinition = true;
      },
    });

    const structure = blockStructure(
      { maxLength, tooLong, ...(tables && { rows: tableRows() }) },
      {
        ...outline,
        closesFence(complete) {
          isComplete &&= complete;
        },
        endsLine() {
          outline.endsLine?.();
          known = here();
          isKnown = isBlank;
          if (becoming !== undefined) {
            append(known);
            change(becoming);
            becoming = undefined;
          }
        },
      },
    );

    /** Lets out what is known of the chunk, and holds the rest. */
    function endChunk(at: number): void {
      if (isKnown) append(at);
      else if (known > from) append(known);
      if (at > from) held.add(chunk.slice(from, at));
      offset += at;
      chunk = "";
      from = known = 0;
    }

    function end(hasFailed: boolean): void {
      isEnding = true;
      structure.end();
      isComplete &&= !hasFailed;
      append(0);
      if (becoming !== undefined) change(becoming);
      if (id >= 0) close();
    }

    return {
      push(text) {
        chunk = text;
        const isInside = structure.push(text);
        if (!isInside || text === "" || held.length > 0 || endsInHalf(text)) {
          endChunk(text.length);
          return;
        }
        // Most small chunks belong to the open block as they are.
        emit({ type: "append", id, text });
        offset += text.length;
        chunk = "";
      },
      flush() {
        end(false);
      },
      fail() {
        endChunk(here()); // of a chunk that the structure has thrown at
        end(true);
      },
    };
  }

  return stage(start, { cuttable: true });
}
