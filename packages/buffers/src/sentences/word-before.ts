import type { Language } from "../languages/language.ts";

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
/** Nothing but space and Markdown stands between the beginning of the line and its number. */
const LINE_BEGINS = /(?:^|\n)[ \t>*_#(+-]*$/;

export function wordBefore(language: Language): WordBefore {
  const abbreviations = new Set(`${EVERYWHERE} ${language.abbreviations}`.split(" "));
  const beforeNumbers = new Set(language.beforeNumbers.split(" "));
  const endings = [...beforeNumbers].flatMap((word) => (word.startsWith("-") ? word.slice(1) : []));

  return (text, start, at) => {
    const near = text.slice(Math.max(start, at - LONGEST_WORD, 0), at);
    const last = near.slice(near.lastIndexOf(" ") + 1);
    const word = NO_WORD.test(last) ? (last.split(NO_WORD).pop() ?? "") : last;
    const from = at - word.length;
    const before = text.slice(Math.max(start, from - LONGEST_MARKUP, 0), from);
    const small = word.toLowerCase();
    if (
      abbreviations.has(small) ||
      INITIALS.test(word) ||
      (LIST_NUMBER.test(word) && LINE_BEGINS.test(before)) ||
      (language.ordinals === true && ORDINAL.test(word) && !BEHIND_DOT.test(before))
    ) {
      return "abbreviation";
    }
    return beforeNumbers.has(small) || endings.some((ending) => small.endsWith(ending))
      ? "before-number"
      : "free";
  };
}
