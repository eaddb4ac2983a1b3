import type { Language } from "../languages/language.ts";
import { kindOf, LINE_END } from "./marks.ts";

/** What the word before a full stop says about it. */
export type Word = "free" | "abbreviation" | "before-number";

/** Says it of the full stop at `at`, in a text whose sentence begins at `start`. */
export type WordBefore = (text: string, start: number, at: number) => Word;

/** How far it looks back: for the word, and from there for the beginning of its line. */
export const LOOK_BACK = 64;
const LONGEST_WORD = 32;
const LONGEST_MARKUP = 24;

/** What all languages borrow from each other. */
const EVERYWHERE = "al cf dr e.g i.e mr mrs ms prof st vs";

const NO_WORD = /[^\p{L}\p{M}\p{N}.&/-]/u;
/** `I` is mostly a pronoun or a number: `World War I.` Hours look like initials and are none. */
const INITIALS = /^(?!I$|[AP]\.M$)(?:\p{Lu}[.-]+)*\p{Lu}$/u;
const LIST_NUMBER = /^(?:[\d.]+|[ivx]+|\p{Lu})$/iu;
const ORDINAL = /^(?:\d\d?|[IVXLC]+)$/;
const BEHIND_DOT = /\.\s*$/;
/** What may stand between the beginning of a line and its number: space, and Markdown. */
const MARKUP = " \t>*_#(+-";

export function wordBefore(language: Language): WordBefore {
  const abbreviations = `${EVERYWHERE} ${language.abbreviations}`.split(" ");
  const beforeNumbers = language.beforeNumbers.split(" ");

  return (text, start, at) => {
    const words = text.slice(Math.max(start, at - LONGEST_WORD, 0), at).split(NO_WORD);
    const word = words.pop() ?? "";
    const from = at - word.length;
    if (word === "") return "free";
    const before = text.slice(Math.max(start, from - LONGEST_MARKUP, 0), from);
    if (
      INITIALS.test(word) ||
      (LIST_NUMBER.test(word) && beginsLine(text, start, from)) ||
      (language.ordinals === true && ORDINAL.test(word) && !BEHIND_DOT.test(before))
    ) {
      return "abbreviation";
    }
    const small = word.toLowerCase();
    if (abbreviations.includes(small)) return "abbreviation";
    const isNumbered = (entry: string) =>
      entry.startsWith("-") ? small.endsWith(entry.slice(1)) : small === entry;
    return beforeNumbers.some(isNumbered) ? "before-number" : "free";
  };
}

/** Whether nothing stands before the word in its line, or in its sentence. */
function beginsLine(text: string, start: number, from: number): boolean {
  const least = Math.max(start, from - LONGEST_MARKUP);
  let at = from;
  while (at > least && MARKUP.includes(text.charAt(at - 1))) at--;
  return at === start || kindOf(text.charAt(at - 1)) === LINE_END;
}
