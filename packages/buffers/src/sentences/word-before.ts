import type { Language } from "../languages/language.ts";
import { DIGIT, DOT, JOINER, kindAt, LETTER, SMALL } from "./kinds.ts";

/**
 * What the word before a full stop says about it: nothing, that no sentence ends there, none before
 * a number, or none but before a word that begins sentences.
 */
export type Word = "free" | "list-number" | "abbreviation" | "before-number" | "before-name";

/** Says it of the full stop at `at`, in a text whose sentence begins at `start`. */
export type WordBefore = (text: string, start: number, at: number) => Word;

/** How far it looks back: for the word, and from there for the beginning of its line. */
export const LOOK_BACK = 64;
const LONGEST_WORD = 32;
/** That is all letters, in languages where none is an ending of words. */
const LONGEST_ABBREVIATION = 8;
const LONGEST_GAP = 4;
const LONGEST_MARKUP = 24;

/** What all languages borrow from each other. */
const EVERYWHERE = "al cf dr e.g i.e mr mrs ms prof st vs";

/** `I` is mostly a pronoun or a number: `World War I.` Hours look like initials and are none. */
const INITIALS = /^(?!I$|[AP]\.M$)(?:\p{Lu}[.-]+)*\p{Lu}$/u;
const LIST_NUMBER = /^(?:[\d.]+|[IVX]+|[\p{Lu}\p{Ll}])$/u;
const ORDINAL = /^(?:\d\d?|[IVXLC]+)$/;
const ROMAN = /^[ivx]+$/;
/** What `3:1.` and `1,5.` are not, nor `3. 10.` */
const BEHIND_MARK = /\.\s*$|[:,]$/;
const URL_BEGINS = /:\/\/[!-~]*$/;
/** Space and Markdown, which may stand before a list's number. */
const MARKUP = " \t>*_#(+-";

export function wordBefore(language: Language): WordBefore {
  const { abbreviations, beforeNumbers, ordinals = false } = language;
  const entries = new Map<string, Word>();
  for (const word of beforeNumbers.split(" ")) entries.set(word, "before-number");
  for (const word of `${EVERYWHERE} ${abbreviations}`.split(" ")) entries.set(word, "abbreviation");
  const endings = [...entries.keys()].flatMap((word) =>
    word.startsWith("-") ? word.slice(1) : [],
  );
  const longest = endings.length > 0 ? LONGEST_WORD : LONGEST_ABBREVIATION;

  return (text, start, at) => {
    const least = Math.max(start, at - LONGEST_WORD, 0);
    let from = at;
    let letters = true; // nothing else stands in it
    let small = true; // all its letters are small ones
    for (; from > least; from--) {
      const kind = kindAt(text, from - 1);
      if (kind < JOINER ? kind !== DOT : kind > LETTER) break;
      letters &&= kind > DIGIT;
      small &&= kind <= SMALL;
    }
    if (letters && at - from > longest) return "free";
    const word = text.slice(from, at);
    const key = small ? word : word.toLowerCase();
    const entry = entries.get(key);
    if (entry === "abbreviation") return entry;
    if (!small || !letters || word.length === 1) {
      if (LIST_NUMBER.test(word) && beginsLine(text, start, from)) return "list-number";
      if (!small && INITIALS.test(word)) return "before-name";
      if (ordinals && ORDINAL.test(word)) {
        const before = text.slice(Math.max(start, from - LONGEST_GAP, 0), from);
        if (!BEHIND_MARK.test(before)) return "before-name";
      }
    } else if (ROMAN.test(word) && beginsLine(text, start, from)) return "list-number";
    if (entry !== undefined) return entry;
    return endings.some((ending) => key.endsWith(ending)) ? "before-number" : "free";
  };
}

/** Whether nothing but space and markup stands before `at` in its line, or in its sentence. */
export function beginsLine(text: string, start: number, at: number): boolean {
  const least = Math.max(start, at - LONGEST_MARKUP, 0);
  let from = at;
  while (from > least && MARKUP.includes(text[from - 1]!)) from--;
  return from === least || text[from - 1] === "\n";
}

/** Whether a URL goes on to `at`, unless it is very long. */
export function isInUrl(text: string, at: number): boolean {
  return URL_BEGINS.test(text.slice(Math.max(at - LOOK_BACK, 0), at));
}
