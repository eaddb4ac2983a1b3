import { stage, type Stage } from "@millrace/core";
import { DEFAULT_MAX_LENGTH, unitLimit } from "@millrace/core/text";
import { english } from "./languages/english.ts";
import type { Language } from "./languages/language.ts";
import type { SentencesMode } from "./sentences/pace.ts";
import { sentenceMachine } from "./sentences/machine.ts";
import { vocabularyOf } from "./sentences/vocabulary.ts";

export interface SentencesOptions {
  /** What knows the abbreviations: one of `@millrace/buffers/languages`. Default English. */
  language?: Language | undefined;
  /** Joins and cuts sentences: `speech()`. Default: each comes out as it is. */
  mode?: SentencesMode | undefined;
  /** A full stop between a small letter and a word with a capital ends: `one.Two`. Default `false`. */
  glued?: boolean;
  /** Sentences come out without the space around them. Default `false`: they join to the input. */
  trim?: boolean;
  /** The longest sentence, in UTF-16 units with the space behind it. Default 1 MiB. */
  maxLength?: number;
}

/**
 * Sentences, by rules that are the same on every runtime and know no more than one character of
 * what follows.
 *
 * - **In / Out:** text cut anywhere; a sentence each, with its closing quotation marks and brackets
 *   and the space behind it. Space at the very start goes with the first sentence.
 * - **What ends one:** `.`, `!`, `?` and `…` with space behind, unless an abbreviation, an initial, a
 *   list's number or a small letter that follows says otherwise; the full stops of other scripts
 *   (`。`, `؟`, `।`, …) wherever they stand; a blank line; the line end before an item of a list or a
 *   heading, and behind a heading. A single line end is space like any other. Nothing ends inside
 *   `3.14`, `v1.2.3`, `e.g.`, `https://a.example/?b=c` or `me@a.example`, nor in a tag, a code span
 *   or a fenced block, which is a sentence of its own. A span that is never closed goes on to the
 *   blank line.
 * - **When:** a sentence with the first character behind its space, rarely a few more, at most 64:
 *   behind a dash, where a list's item, a citation `[1]` or a tag may begin, and the next word behind
 *   `U.S.` Trimmed, at the space behind `。` and at the second line end.
 * - **Limits:** `maxLength` counts a sentence with the space behind it, as far as it is waited for.
 * - **Errors:** a `LimitError` at the first unit over the limit, behind the beginning of that
 *   sentence. When the source fails, what is held of a sentence comes out before the error.
 * - **Cost:** a table look-up a unit, a few regular expressions on a few characters a mark.
 *
 * @example
 * ```ts
 * import { sentences } from "@millrace/buffers";
 * import { german } from "@millrace/buffers/languages";
 * import { run } from "@millrace/core";
 *
 * run(sentences(), ["Pi is 3.", "14. Ask Dr. Who!"]); // => ["Pi is 3.14. ", "Ask Dr. Who!"]
 * run(sentences({ trim: true }), ["好。他说", "“行。”\n"]); // => ["好。", "他说“行。”"]
 * run(sentences({ language: german }), ["Am 3. Mai, z. B. so. Ja?"]); // => ["Am 3. Mai, z. B. so. ", "Ja?"]
 * ```
 */
export function sentences(options: SentencesOptions = {}): Stage<string, string> {
  const {
    language = english,
    mode,
    glued = false,
    trim = false,
    maxLength = DEFAULT_MAX_LENGTH,
  } = options;
  const tooLong = unitLimit({
    stage: "sentences",
    action: "split sentences",
    unit: "a sentence",
    max: maxLength,
  });
  const rules = {
    words: vocabularyOf(language),
    mode,
    glued,
    trim,
    maxLength,
    tooLong,
  };
  return stage((emit) => sentenceMachine(rules, emit), { cuttable: true });
}
