import { stage, type Stage } from "@millrace/core";
import { DEFAULT_MAX_LENGTH, holdText, unitLimit } from "@millrace/core/text";
import { segmentedWords } from "./segmented-words.ts";
import { isSpace, skipSpace } from "./space.ts";

const DEFAULT_MAX_RUN = 256;

export interface WordsOptions {
  /** Asks `Intl.Segmenter` for words, by this locale: for scripts without spaces between them. */
  locale?: string | string[];
  /** With `locale`: the longest run of a script without spaces that is waited for. Default 256. */
  maxRun?: number;
  /** Words come out without the spaces around them. Default `false`: they join to the input. */
  trim?: boolean;
  /** The longest word, in UTF-16 units, with its spaces if it keeps them. Default 1 MiB. */
  maxLength?: number;
}

/**
 * Words: runs of what is not space, each with the spaces behind it.
 *
 * - **In / Out:** text cut anywhere; what `/\s*\S+\s*|\s+/g` matches, so spaces at the very start
 *   go with the first word. With `trim`, what `/\S+/g` matches. With `locale`, the segments of
 *   `Intl.Segmenter` over the whole text, punctuation too, each with the spaces behind it.
 * - **When:** a word when the next one begins; with `trim`, at the first space behind it. With
 *   `locale`, between spaces, two segments are held, behind long ones as much again, and a run of
 *   Thai, Lao, Khmer, Burmese, Han or kana until it has closed before them, or reaches `maxRun`,
 *   where it may be cut inside a word.
 * - **Limits:** `maxLength` counts a word with its spaces, or without those that are trimmed; with
 *   `locale`, all that is held.
 * - **Errors:** a `RangeError` for a limit below 1 or a locale that is none. A `LimitError` at the
 *   first unit over the limit, behind the beginning of that word. When the source fails, what is
 *   held comes out before the error.
 * - **Cost:** a comparison or two a unit, one `slice` a word; with `locale`, what `Intl` costs.
 *
 * @example
 * ```ts
 * import { words } from "@millrace/buffers";
 * import { run } from "@millrace/core";
 *
 * run(words(), ["The mi", "ll  turns.\n"]); // => ["The ", "mill  ", "turns.\n"]
 * run(words({ trim: true }), ["The mi", "ll  turns.\n"]); // => ["The", "mill", "turns."]
 * run(words({ locale: "ja" }), ["水車が", "回る。Yes"]); // => ["水車", "が", "回る", "。", "Yes"]
 * ```
 */
export function words(options: WordsOptions = {}): Stage<string, string> {
  const { trim = false, maxLength = DEFAULT_MAX_LENGTH } = options;
  const { locale, maxRun = DEFAULT_MAX_RUN } = options;
  const tooLong = unitLimit({
    stage: "words",
    action: "split words",
    unit: "a word",
    max: maxLength,
  });
  if (locale !== undefined) {
    checkRun(maxRun);
    const segmenter = new Intl.Segmenter(locale, { granularity: "word" });
    return stage((emit) => segmentedWords({ segmenter, trim, maxRun, maxLength, tooLong }, emit), {
      cuttable: true,
    });
  }
  return stage(
    (emit) => {
      const held = holdText(); // the beginning of a word
      let offset = 0; // of the chunk
      let phase = BEFORE;

      function put(chunk: string, from: number, to: number): void {
        if (held.length > 0 || to - from > maxLength) {
          limit(chunk, from, to);
          emit(held.take(chunk.slice(from, to)));
        } else emit(chunk.slice(from, to));
      }

      function limit(chunk: string, from: number, to: number): void {
        const left = maxLength - held.length;
        if (to - from <= left) return;
        held.add(chunk.slice(from, from + left));
        throw tooLong(offset + from + left);
      }

      function finish(): void {
        if (held.length > 0) emit(held.take());
      }

      return {
        push(chunk) {
          let from = 0; // where the word that is held goes on, or the next one begins
          let at = phase === INSIDE ? 0 : skipSpace(chunk, 0);
          if (trim) from = at;
          while (at < chunk.length) {
            if (phase === BEHIND && !trim) {
              put(chunk, from, at);
              from = at;
            }
            phase = INSIDE;
            at = findSpace(chunk, at);
            if (at === chunk.length) break;
            phase = BEHIND;
            if (trim) put(chunk, from, at);
            at = skipSpace(chunk, at + 1);
            if (trim) from = at;
          }
          limit(chunk, from, chunk.length);
          if (from < chunk.length) held.add(chunk.slice(from));
          offset += chunk.length;
        },
        flush: finish,
        fail: finish,
      };
    },
    { cuttable: true },
  );
}

function checkRun(maxRun: number): void {
  if (maxRun >= 1) return;
  throw new RangeError(`Cannot split words: maxRun must be 1 or more, not ${maxRun}`);
}

// Where the last unit stands: in the spaces at the start, in a word, in the spaces behind one.
const BEFORE = 0;
const INSIDE = 1;
const BEHIND = 2;

function findSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && !isSpace(text.charCodeAt(at))) at++;
  return at;
}
