import { stage, type Stage } from "@millrace/core";
import { endsInHalf, holdText, isPair, unitLimit, wholeCharacters } from "@millrace/core/text";
import { isPlain } from "./graphemes-plain.ts";

const DEFAULT_MAX_LENGTH = 1024;
/** They belong to whatever stands before them, unless it is a control. */
const EXTENDERS = /[\p{Grapheme_Extend}\p{Emoji_Modifier}\u200d]+/uy;
/** No control is among these. */
const ENDS_IN_EXTENSIBLE =
  /[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}\p{Grapheme_Extend}\p{Emoji_Modifier}\u200d]$/u;
/** A character with the extenders behind it. */
const EXTENDED =
  /[^\p{Grapheme_Extend}\p{Emoji_Modifier}\u200d][\p{Grapheme_Extend}\p{Emoji_Modifier}\u200d]*|[\p{Grapheme_Extend}\p{Emoji_Modifier}\u200d]+/gu;
/** Every rule looks back over extenders at most, and at two characters: those of a flag. */
const DECIDING = 2;
const LONGEST_CHARACTER = 2;
/** A context longer than this is cut down to what decides. */
const LONG_CONTEXT = 64;
/** Some runtimes copy all of a text for each of its segments; in others more gains little. */
const LONGEST_QUESTION = 1024;
/** For fewer plain characters in a row it is not worth while to end a question and begin another. */
const ENOUGH_PLAIN = 16;

export interface GraphemesOptions {
  /** For `Intl.Segmenter`; hardly any locale differs from another. Default `"en"`. */
  locale?: string | string[];
  /** The longest grapheme, in UTF-16 units: marks may pile up without end. Default 1,024. */
  maxLength?: number;
}

/**
 * User-perceived characters: a letter with its accents, a syllable, an emoji with all its parts, a
 * flag, a CRLF.
 *
 * - **In / Out:** text cut anywhere; a grapheme each, which join to the input. They are the
 *   segments of the runtime's own `Intl.Segmenter` over the whole text, so runtimes differ where
 *   their versions of Unicode do.
 * - **When:** a grapheme when the next one begins. Half of a surrogate pair waits for the other.
 * - **Limits:** `maxLength` counts a grapheme.
 * - **Errors:** a `RangeError` for a limit below 1 or a locale that is none. A `LimitError` at the
 *   first unit over the limit, behind the beginning of that grapheme. When the source fails, the
 *   grapheme that is held comes out before the error.
 * - **Cost:** two comparisons a unit between letters of Europe, China, Japan and Korea, elsewhere
 *   what `Intl` costs. Of a long grapheme only the end is looked at again.
 * - **Source:** Unicode Standard Annex 29, extended grapheme clusters.
 *
 * @example
 * ```ts
 * import { graphemes } from "@millrace/buffers";
 * import { run } from "@millrace/core";
 *
 * run(graphemes(), ["e", "\u0308l", "👩", "\u200d🌾"]); // => ["e\u0308", "l", "👩\u200d🌾"]
 * ```
 */
export function graphemes(options: GraphemesOptions = {}): Stage<string, string> {
  const { locale = "en", maxLength = DEFAULT_MAX_LENGTH } = options;
  const tooLong = unitLimit({
    stage: "graphemes",
    action: "split graphemes",
    unit: "a grapheme",
    max: maxLength,
  });
  const segmenter = new Intl.Segmenter(locale, { granularity: "grapheme" });
  return stage(
    (emit) => {
      // What is held is one grapheme, which may go on: `head` and, behind it, `context`, which is
      // as much as decides what else belongs to it.
      const head = holdText();
      let context = "";
      let extensible = false; // extenders belong to it for certain
      let begin = 0; // the offset of the grapheme that is held
      const whole = wholeCharacters(read);

      function read(text: string): void {
        let at = 0;
        while (at < text.length) {
          if (isPlain(text.charCodeAt(at)) && endsPlain(context)) at = readPlain(text, at);
          else at = readExtenders(text, at) ?? readOthers(text, at);
        }
      }

      /** Between plain characters a grapheme ends, whatever else stands there. */
      function readPlain(text: string, from: number): number {
        let at = from;
        put();
        while (isPlain(text.charCodeAt(at + 1))) emit(text[at++]!);
        begin += at - from;
        context = text[at]!;
        extensible = true;
        return at + 1;
      }

      /** No need to ask about extenders, unless they stand behind what may be a control. */
      function readExtenders(text: string, from: number): number | undefined {
        EXTENDERS.lastIndex = from;
        if (!extensible || !EXTENDERS.test(text)) return undefined;
        const to = EXTENDERS.lastIndex;
        hold(context + text.slice(from, to));
        return to;
      }

      /** Asks about what stands before the next plain characters in a row, or some of it. */
      function readOthers(text: string, from: number): number {
        const to = endOfQuestion(text, from);
        let last = "";
        for (const { segment } of segmenter.segment(context + text.slice(from, to))) {
          if (last !== "") {
            hold(last);
            put();
          }
          last = segment;
        }
        hold(last);
        extensible = ENDS_IN_EXTENSIBLE.test(context.slice(-LONGEST_CHARACTER));
        if (context.length > LONG_CONTEXT) shorten();
        return to;
      }

      function shorten(): void {
        const parts = context.match(EXTENDED)!;
        head.add(parts.slice(0, -DECIDING).join(""));
        context = parts.slice(-DECIDING).join("");
      }

      /** Holds this behind the head. */
      function hold(text: string): void {
        const left = maxLength - head.length;
        context = text.length > left ? beginning(text, left) : text;
        if (text.length > left) throw tooLong(begin + maxLength);
      }

      function put(): void {
        extensible = false;
        if (context === "") return;
        const grapheme = head.take(context);
        context = "";
        begin += grapheme.length;
        emit(grapheme);
      }

      function finish(): void {
        whole.finish();
        put();
      }

      return { push: whole.put, flush: finish, fail: finish };
    },
    { cuttable: true },
  );
}

/** Where plain characters stand in a row, or a character ends. */
function endOfQuestion(text: string, from: number): number {
  const end = Math.min(from + LONGEST_QUESTION, text.length);
  let plain = 0; // so many of them stand before `to`
  let to = from;
  while (to < end && plain < ENOUGH_PLAIN) plain = isPlain(text.charCodeAt(to++)) ? plain + 1 : 0;
  if (plain === ENOUGH_PLAIN) return to - ENOUGH_PLAIN + 1;
  return isPair(text, to - 1) ? to + 1 : to;
}

function endsPlain(text: string): boolean {
  return isPlain(text.charCodeAt(text.length - 1));
}

/** At most so many units, and no half of a surrogate pair at their end. */
function beginning(text: string, length: number): string {
  return text.slice(0, endsInHalf(text.slice(0, length)) ? length - 1 : length);
}
