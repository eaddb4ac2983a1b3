import type { Language } from "../languages/language.ts";
import { DOT, kindsOfUnits, OTHER } from "./marks.ts";

/** What the word before a full stop says about it. */
export type Word = "free" | "abbreviation" | "before-number";

/** Says it of the full stop at `at`, in a text whose sentence begins at `start`. */
export type WordBefore = (text: string, start: number, at: number) => Word;

/** How far it looks back: for the word, and for the beginning of its line. */
export const LOOK_BACK = 64;
const LONGEST_WORD = 32;
const LONGEST_MARKUP = 24;

/** What all languages borrow from each other. */
const EVERYWHERE = "al cf dr e.g i.e mr mrs ms prof st vs";

const INITIALS = /^(?:\p{Lu}[.-]+)*\p{Lu}$/u;
const TIME = /^[AP]\.M$/;
const PRONOUN = "I";
const BEHIND_SMALL_WORD = /(?:^|\s)\p{Ll}\S*\s$/u;
const LIST_NUMBER = /^(?:[\d.]+|[ivx]+|\p{Lu})$/iu;
const BEHIND_DOT = /\.\s*$/;
const ORDINAL = /^(?:\d\d?|[IVXLC]+)$/;
/** What may stand between the beginning of a line and its number: space, and Markdown. */
const MARKUP = " \t>*_#(+-";

export function wordBefore(language: Language | undefined): WordBefore {
  const kinds = kindsOfUnits();
  const abbreviations = `${EVERYWHERE} ${language?.abbreviations ?? ""}`.split(" ");
  const beforeNumbers = (language?.beforeNumbers ?? "").split(" ");
  const ordinals = language?.ordinals === true;

  function findWord(text: string, least: number, at: number): number {
    let from = at;
    while (from > least) {
      const kind = kinds[text.charCodeAt(from - 1)];
      if (kind !== OTHER && kind !== DOT) break;
      from--;
    }
    return from;
  }

  return (text, start, at) => {
    const least = Math.max(start, at - LONGEST_WORD);
    const from = findWord(text, least, at);
    if (from === at || (from === least && least > start)) return "free";
    const word = text.slice(from, at);
    if (LIST_NUMBER.test(word) && beginsLine(text, start, from, word)) return "abbreviation";
    if (ordinals && ORDINAL.test(word) && !BEHIND_DOT.test(textBefore(text, start, from))) {
      return "abbreviation";
    }
    if (INITIALS.test(word) && !endsAnyway(text, start, from, word)) return "abbreviation";
    const small = word.toLowerCase();
    if (abbreviations.includes(small)) return "abbreviation";
    const isNumbered = (ending: string) =>
      ending.startsWith("-") ? small.endsWith(ending.slice(1)) : small === ending;
    return beforeNumbers.some(isNumbered) ? "before-number" : "free";
  };
}

/** Whether nothing stands before the word in its line, or in its sentence, or only a colon. */
function beginsLine(text: string, start: number, from: number, word: string): boolean {
  const least = Math.max(start, from - LONGEST_MARKUP);
  let at = from;
  while (at > least && MARKUP.includes(text.charAt(at - 1))) at--;
  if (at === start) return true;
  const before = text.charAt(at - 1);
  return LINE_END.test(before) || (before === ":" && at < from && word === "1");
}

const LINE_END = /[\n\r\u2028\u2029]/;

/** What looks like initials and mostly stands at an end: `at 5 P.M.`, `you and I.` */
function endsAnyway(text: string, start: number, from: number, word: string): boolean {
  if (word !== PRONOUN) return TIME.test(word);
  return BEHIND_SMALL_WORD.test(textBefore(text, start, from));
}

function textBefore(text: string, start: number, from: number): string {
  return text.slice(Math.max(start, from - LONGEST_MARKUP, 0), from);
}
