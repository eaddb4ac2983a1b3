import { DIGIT, DOT, JOINER, kindAt, LETTER, SMALL } from "./kinds.ts";
import type { Vocabulary } from "./vocabulary.ts";

/**
 * What the word before a full stop says about it: nothing, that no sentence ends there, none before
 * a number, or none but before a word that begins sentences.
 */
export type Word = "free" | "list-number" | "abbreviation" | "before-number" | "before-name";

/** How far it looks back: for the word, and from there for the beginning of its line. */
export const LOOK_BACK = 64;
const LONGEST_WORD = 32;
/** That is all letters, in languages where none is an ending of words. */
const LONGEST_ABBREVIATION = 8;
const LONGEST_GAP = 4;
const LONGEST_MARKUP = 24;

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

/** Looks at the word before the full stop at `at`, in a text whose sentence begins at `start`. */
export function wordBefore(text: string, start: number, at: number, words: Vocabulary): Word {
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
  const longest = words.endings.length > 0 ? LONGEST_WORD : LONGEST_ABBREVIATION;
  if (letters && at - from > longest) return "free";
  const word = text.slice(from, at);
  const key = small ? word : word.toLowerCase();
  const entry = words.entries.get(key);
  if (entry === "abbreviation") return entry;
  if (!small || !letters || word.length === 1) {
    if (LIST_NUMBER.test(word) && beginsLine(text, start, from)) return "list-number";
    if (!small && INITIALS.test(word)) return "before-name";
    if (words.ordinals && ORDINAL.test(word)) {
      const before = text.slice(Math.max(start, from - LONGEST_GAP, 0), from);
      if (!BEHIND_MARK.test(before)) return "before-name";
    }
  } else if (ROMAN.test(word) && beginsLine(text, start, from)) return "list-number";
  if (entry !== undefined) return entry;
  return words.endings.some((ending) => key.endsWith(ending)) ? "before-number" : "free";
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
