import { DOT, LINE_END, MARK, STOP } from "./marks.ts";
import type { Word } from "./word-before.ts";

/** A place where a sentence may end, and what is known of the text before it. */
export interface Candidate {
  /** The kind of the last mark, or STOP if one of them is one; LINE_END where there is none. */
  ender: number;
  /** What the word before a full stop says, if space follows that. */
  word: Word;
  /** Quotation marks or brackets were closed behind the mark. */
  closed: boolean;
  /** The UTF-16 unit before the mark. */
  before: string;
  /** Space stands between the mark and what follows, and so many line ends in it. */
  spaced: boolean;
  lineEnds: number;
  /** The sentence is a heading, which ends with its line. */
  heading: boolean;
}

export const END = -1;
const GO_ON = -2;
/** It depends on what comes. */
export const WAIT = -3;
/** Most decisions need one unit of what follows, none more than this. */
export const LOOK_AHEAD = 16;

const LETTER_OR_DIGIT = /^[\p{L}\p{N}]/u;
const DIGIT = /^\d/;
// Georgian letters count as small ones, and stand at the beginning of sentences.
const SMALL = /^(?![\u10d0-\u10ff])\p{Ll}/u;
const CJK = /^[\u3040-\u9fff\uac00-\ud7af]/; // kana, Han, Hangul
const DASH = /^[—–-]+\s*/;
/** What cannot begin a sentence: a further mark, or what a clause ends with. */
const CONTINUATION = /^[.!?…,;:、，)\]}]/;
/** What goes on behind a closed quotation in Chinese and Japanese. */
const AFTER_QUOTATION = /^[とっ、，]/;
// The group of these is empty where the text ends too early to tell.
const CLOSING_GUILLEMET = /^[»›]([^\p{L}\p{N}]|$)/u;
const CITATION = /^\[[\d,–-]*(\]|$)/;
const CAPITALIZED = /^\p{Lu}(\p{L}|$)/u;
const ITEM = /^(?:[-*+•–—]|#{1,6}|(?:\d{1,9}|[a-z])(?:[.)]|$))(\s|$)/;

/**
 * Whether the sentence ends before `ahead`, the text that follows so far: END, GO_ON, WAIT, or how
 * many units of `ahead` still belong to its end. It is asked anew with every unit that comes.
 */
export function decide(candidate: Candidate, ahead: string, glued: boolean): number {
  const { ender, lineEnds } = candidate;
  if (lineEnds > 1) return END;
  if (!candidate.spaced) return decideAdjacent(candidate, ahead, glued);
  if (ender === STOP) return END;
  const guillemet = ender === LINE_END ? GO_ON : certainty(CLOSING_GUILLEMET, ahead);
  if (guillemet !== GO_ON) return guillemet === END ? 1 : WAIT;
  // A line end is space like any other, unless an item of a list or a heading follows.
  const item = lineEnds === 1 ? certainty(ITEM, ahead) : GO_ON;
  if (item === END) return END;
  const verdict = decideSpaced(candidate, ahead);
  return verdict === GO_ON ? item : verdict;
}

/** Without space between, as in `3.5`, `a.b`, `说。他`. */
function decideAdjacent({ ender, closed, before }: Candidate, ahead: string, glued: boolean) {
  const citation = certainty(CITATION, ahead);
  if (citation === END) return ahead.length;
  if (citation === WAIT) return WAIT;
  if (ender === STOP) return closed && AFTER_QUOTATION.test(ahead) ? GO_ON : END;
  const isBehind = CJK.test(before);
  const isAhead = CJK.test(ahead);
  if (ender === DOT && isAhead && isBehind) return END;
  if (ender === MARK && (isAhead || isBehind) && LETTER_OR_DIGIT.test(ahead)) return END;
  return glued && !closed && SMALL.test(before) ? certainty(CAPITALIZED, ahead) : GO_ON;
}

function decideSpaced({ ender, word, closed, heading }: Candidate, ahead: string): number {
  if (ender === LINE_END) return heading ? END : GO_ON;
  if (!closed && word === "abbreviation") return GO_ON;
  if (!closed && word === "before-number" && DIGIT.test(ahead)) return GO_ON;
  const first = ahead.replace(DASH, "");
  if (first === "") return WAIT;
  if (SMALL.test(first)) return ender === MARK && !closed && first === ahead ? END : GO_ON;
  return CONTINUATION.test(first) ? GO_ON : END;
}

function certainty(pattern: RegExp, ahead: string): number {
  const match = pattern.exec(ahead);
  return match === null ? GO_ON : match[1] === "" ? WAIT : END;
}
