import { DOT, MARK, STOP } from "./marks.ts";
import type { Word } from "./word-before.ts";

/** A place where a sentence may end, and what is known of the text before it. */
export interface Candidate {
  /** The kind of the last mark, or STOP if one of them is one; NO_ENDER where only a line ends. */
  ender: number;
  /** What the word before a full stop says, if space follows that. */
  word: Word;
  /** Quotation marks or brackets were closed behind the mark. */
  closed: boolean;
  /** The UTF-16 unit before the mark. */
  before: number;
  /** Space stands between the mark and what follows, and so many line ends in it. */
  spaced: boolean;
  newlines: number;
  /** The sentence is a heading, which ends with its line. */
  heading: boolean;
}

export const NO_ENDER = 0;

export const END = -1;
export const GO_ON = -2;
/** It depends on what comes. */
export const WAIT = -3;
/** Most decisions need one character of what follows, none more than this. */
export const LOOK_AHEAD = 16;

const HALF_OF_PAIR = /^[\uD800-\uDBFF]$/;
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;
const DIGIT = /^\p{Nd}/u;
// Georgian letters count as small ones, and stand at the beginning of sentences.
const SMALL = /^(?![\u10d0-\u10ff])\p{Ll}/u;
const CAPITAL = /^\p{Lu}/u;
const CAPITAL_AND_LETTER = /^\p{Lu}\p{L}/u;
const CJK = /^[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}]/u;
const DASH = /^[—–-]+\s*/;
const BRACKET = /^[)\]}]/;
const GUILLEMET = /^[»›]/;
const CITATION = /^\[[\d,–-]+\]/;
const PART_OF_CITATION = /^\[[\d,–-]*$/;
/** What cannot begin a sentence: a further mark, or what a clause ends with. */
const CONTINUATION = /^[.!?…,;:、，]/;
/** What goes on behind a closed quotation in Chinese and Japanese. */
const AFTER_QUOTATION = /^[とっ、，]/;
const ITEM = /^(?:[-*+•‣◦–—]|#{1,6}|(?:\d{1,9}|[a-z])[.)])\s/;
const PART_OF_ITEM = /^(?:[-*+•‣◦–—]|#{1,6}|(?:\d{1,9}|[a-z])[.)]?)$/;

/**
 * Whether the sentence ends before `ahead`, the text that follows so far: END, GO_ON, WAIT, or how
 * many units of `ahead` still belong to its end. It is asked anew with every unit that comes.
 */
export function decide(candidate: Candidate, ahead: string, glued: boolean): number {
  if (candidate.newlines > 1) return END;
  if (!candidate.spaced) return decideAdjacent(candidate, ahead, glued);
  if (candidate.ender === STOP) return END;
  if (candidate.ender !== NO_ENDER && BRACKET.test(ahead)) return 1;
  if (candidate.ender !== NO_ENDER && GUILLEMET.test(ahead)) {
    if (ahead.length === 1) return WAIT;
    if (!LETTER_OR_DIGIT.test(ahead)) return 1;
  }
  const verdict = decideSpaced(candidate, ahead);
  return verdict === GO_ON && candidate.newlines === 1 ? decideItem(ahead) : verdict;
}

/** Without space between, as in `3.5`, `a.b`, `说。他`. */
function decideAdjacent({ ender, closed, before }: Candidate, ahead: string, glued: boolean) {
  if (CITATION.test(ahead)) return ahead.length;
  if (PART_OF_CITATION.test(ahead) || HALF_OF_PAIR.test(ahead)) return WAIT;
  if (ender === STOP) return closed && AFTER_QUOTATION.test(ahead) ? GO_ON : END;
  const last = String.fromCharCode(before);
  if (ender === MARK && (CJK.test(ahead) || CJK.test(last)) && LETTER_OR_DIGIT.test(ahead))
    return END;
  if (ender === DOT && CJK.test(ahead) && CJK.test(last)) return END;
  if (!glued || closed || !SMALL.test(last) || !CAPITAL.test(ahead)) return GO_ON;
  return ahead.length === 1 ? WAIT : CAPITAL_AND_LETTER.test(ahead) ? END : GO_ON;
}

function decideSpaced({ ender, word, closed, heading }: Candidate, ahead: string): number {
  if (ender === NO_ENDER) return heading ? END : GO_ON;
  if (!closed && word === "abbreviation") return GO_ON;
  if (!closed && word === "before-number" && DIGIT.test(ahead)) return GO_ON;
  const first = ahead.replace(DASH, "");
  if (first === "" || HALF_OF_PAIR.test(first)) return WAIT;
  if (SMALL.test(first)) return ender === MARK && !closed && first === ahead ? END : GO_ON;
  return CONTINUATION.test(first) ? GO_ON : END;
}

/** A line end is space like any other, unless an item of a list or a heading follows. */
function decideItem(ahead: string): number {
  if (ITEM.test(ahead)) return END;
  return PART_OF_ITEM.test(ahead) ? WAIT : GO_ON;
}
