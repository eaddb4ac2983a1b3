import { stage, type Emit, type Machine, type Stage } from "@millrace/core";
import { DEFAULT_MAX_LENGTH, endsInHalf, holdText, unitLimit } from "@millrace/core/text";
import { readInfoString, type InfoString } from "./code-blocks/info-string.ts";
import { blockStructure } from "./markdown/structure.ts";

const NULL = /\0/g;
const REPLACEMENT = "\ufffd";

/** A fenced code block of a Markdown text. */
export interface CodeBlock extends InfoString {
  /** CommonMark's literal content: each line ended by LF, U+FFFD for NUL. */
  code: string;
  /** The block ended before the input did. */
  complete: boolean;
}

/** More of a code block, or its end. */
export type CodeBlockPiece =
  | (InfoString & { id: number; delta: string })
  | { id: number; complete: boolean };

export interface CodeBlocksOptions {
  /** Code comes out as it comes in, not block by block. Default `false`. */
  live?: boolean;
  /**
   * The longest code of a block that is held, and the longest beginning of a line that does not
   * tell yet what the line is, in UTF-16 units. Default 1 MiB.
   */
  maxLength?: number;
}

/**
 * Fenced code blocks of a Markdown text, wherever they stand: in lists and block quotes, too.
 *
 * - **In / Out:** text cut anywhere; a `CodeBlock` each. With `live` pieces, each with the `id` of
 *   its block, counted from 0: the first has an empty `delta`, further ones join to the `code`, the
 *   last has `complete` instead. Code that is only indented is none of these blocks.
 * - **When:** a block with the end of its closing fence, or with the first unit that shows that the
 *   list's item or the quote around it has ended. With `live` a block with the end of the line that
 *   opens it, then code as soon as it cannot be the closing fence or the space around it any more.
 * - **Limits:** `maxLength`.
 * - **Errors:** a `LimitError` at the first unit over the limit. When the source fails, a block that
 *   is open comes out as if the input ended there, with `complete: false`.
 * - **Cost:** a comparison a unit; at the beginning of a line a few more, one for each container.
 * - **Source:** CommonMark 0.31.2, 4.5 fenced code blocks, and all that it takes to know where a
 *   line is one. Of the character references in info strings those by number are read, and `&amp;`,
 *   `&lt;`, `&gt;`, `&quot;`; other names stay as they are.
 *
 * @example
 * ```ts
 * import { run } from "@millrace/core";
 * import { codeBlocks } from "@millrace/parsers";
 *
 * const answer = ["Run:\n\n1. ```ts tit", 'le="a.ts"\n   let a', ";\n   ```\n\nDone."];
 * const [block] = run(codeBlocks(), answer);
 * block?.code; // => "let a;\n"
 * block?.meta; // => 'title="a.ts"'
 * for (const piece of run(codeBlocks({ live: true }), answer)) {
 *   console.log("delta" in piece ? piece.delta : piece.complete); // => "", "let a", ";\n", true
 * }
 * ```
 */
export function codeBlocks(
  options: CodeBlocksOptions & { live: true },
): Stage<string, CodeBlockPiece>;
export function codeBlocks(
  options?: CodeBlocksOptions & { live?: false },
): Stage<string, CodeBlock>;
export function codeBlocks({
  live = false,
  maxLength = DEFAULT_MAX_LENGTH,
}: CodeBlocksOptions = {}): Stage<string, CodeBlock> | Stage<string, CodeBlockPiece> {
  const limit = { stage: "codeBlocks", action: "find code blocks", max: maxLength };
  const rules = { maxLength, tooLong: unitLimit({ ...limit, unit: "the beginning of a line" }) };
  const codeTooLong = unitLimit({ ...limit, unit: "a code block" });

  function start(emit: Emit<CodeBlock | CodeBlockPiece>): Machine<string> {
    const held = holdText(); // code that has not come out
    let id = -1;
    let opening: InfoString;
    let hasFailed = false;
    let isEnding = false;
    let isFull = false;
    const structure = blockStructure(rules, {
      opensFence(info) {
        id++;
        opening = readInfoString(info);
        if (live) emit({ id, ...opening, delta: "" });
      },
      code(text) {
        const left = maxLength - held.length;
        // The line end that CommonMark adds at the end of the input does not count.
        if (text.length <= left || live || isEnding) {
          if (!isFull) held.add(text);
          return;
        }
        isFull = true;
        held.add(text.slice(0, left));
        throw codeTooLong(structure.position(left));
      },
      closesFence(isComplete) {
        const complete = isComplete && !hasFailed;
        const code = held.take();
        if (!live) emit({ ...opening, code: readable(code), complete });
        else {
          put(code);
          emit({ id, complete });
        }
      },
    });

    function put(code: string): void {
      const { info, lang, meta } = opening;
      if (code !== "") emit({ id, info, lang, meta, delta: readable(code) });
    }

    function end(): void {
      isEnding = true;
      structure.end();
    }

    return {
      push(chunk) {
        structure.push(chunk);
        if (!live || held.length === 0) return;
        const code = held.take();
        const half = endsInHalf(code) ? 1 : 0;
        if (half > 0) held.add(code.slice(-half));
        put(half > 0 ? code.slice(0, -half) : code);
      },
      flush: end,
      fail() {
        hasFailed = true;
        end();
      },
    };
  }
  return stage(start, { cuttable: true }) as
    | Stage<string, CodeBlock>
    | Stage<string, CodeBlockPiece>;
}

function readable(code: string): string {
  return code.includes("\0") ? code.replace(NULL, REPLACEMENT) : code;
}
