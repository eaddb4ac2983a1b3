import {
  BRACKET,
  CJK,
  CLOSER,
  DIGIT,
  isContinuation,
  isEnder,
  isLetterOrDigit,
  DOT,
  kindAt,
  LESS,
  LETTER,
  MARK,
  SMALL,
  STOP,
} from "./kinds.ts";
import { CLOSED, OPEN, tag } from "./spans.ts";
import type { Vocabulary } from "./vocabulary.ts";
import type { Word } from "./word-before.ts";

/** A place where a sentence may end, and what is known of the text before it. */
export interface Candidate {
  /** The kind of the last mark, or STOP if one of them is one; no mark's, where there is none. */
  ender: number;
  /** What the word before a full stop says, if space follows that. */
  word: Word;
  /** Quotation marks or brackets were closed behind the mark. */
  closed: boolean;
  /** The kind of the unit before the mark. */
  before: number;
  /** Space stands between the mark and what follows, and so many line ends in it. */
  spaced: boolean;
  lineEnds: number;
  /** The sentence is a heading or a fenced block, which ends with its line. */
  ownLine: boolean;
}

export function candidateOf(ender: number, before: number, ownLine: boolean): Candidate {
  return { ender, before, ownLine, word: "free", closed: false, spaced: false, lineEnds: 0 };
}

/** The same, when more of what follows belongs to its end. */
export function goneOn({ ender, before, ownLine, closed, spaced }: Candidate): Candidate {
  return { ...candidateOf(ender, before, ownLine), closed: closed || spaced };
}

export interface DecideRules {
  words: Vocabulary;
  /** A full stop between a small letter and a word with a capital ends. */
  glued: boolean;
}

export const END = -1;
const GO_ON = -2;
/** It depends on what comes. */
export const WAIT = -3;
/** Most decisions need one unit of what follows, none more than this. */
export const LOOK_AHEAD = 64;

/** Belongs to the character before. */
const COMBINING = /^\p{M}/u;
const DASH = /^[—–-]+\s*/;
/** What goes on behind a closed quotation in Chinese and Japanese. */
const AFTER_QUOTATION = /^[とっ、，]/;
// A group of these is empty where the text ends too early to tell.
const CLOSING_GUILLEMET = /^[»›]([^\p{L}\p{N}]|$)/u;
const CITATION = /^\[[\d,–-]*(\]|$)/;
const CAPITALIZED = /^\p{Lu}(\p{L}|$)/u;
const ITEM = /^(?:(?:[-*+•–—]|#{1,6}|(?:\d{1,9}|[a-z])(?:[.)]|$))(\s|$)|(?:``?|~~?)($)|(```|~~~))/;
const FIRST_WORD = /^(\p{Lu}\p{L}*)([^\p{L}.]|$)/u;
/** Stands behind a mark and belongs to it: a closing tag, or one that closes itself. */
const CLOSING_TAG = /^<\/|\/>$/;

/**
 * Whether the sentence ends before `ahead`, the text that follows so far: END, GO_ON, WAIT, or how
 * many units of `ahead` still belong to its end. It is asked anew with every unit that comes.
 */
export function decide(candidate: Candidate, ahead: string, rules: DecideRules): number {
  const { ender, lineEnds } = candidate;
  if (endsAnyway(candidate)) return END;
  const kind = kindAt(ahead, 0);
  if (kind === LETTER && COMBINING.test(ahead)) return GO_ON;
  if (!candidate.spaced) return decideAdjacent(candidate, ahead, kind, rules);
  const marked = isEnder(ender);
  if (marked) {
    if (kind === BRACKET) return 1;
    const guillemet = kind === CLOSER ? certainty(CLOSING_GUILLEMET, ahead) : GO_ON;
    if (guillemet !== GO_ON) return guillemet === END ? 1 : WAIT;
  }
  // A line end is space like any other, unless an item of a list, a heading or a block follows.
  const item = lineEnds === 1 ? certainty(ITEM, ahead) : GO_ON;
  if (item === END || !marked) return item;
  const verdict = decideSpaced(candidate, ahead, kind, rules);
  return verdict === GO_ON ? item : verdict;
}

/** Whether nothing that follows the space can change that the sentence ends there. */
export function endsAnyway({ ender, spaced, lineEnds, ownLine }: Candidate): boolean {
  return lineEnds > (ownLine ? 0 : 1) || (ender === STOP && spaced);
}

/** Without space between, as in `3.5`, `a.b`, `说。他`. */
function decideAdjacent(
  { ender, closed, before }: Candidate,
  ahead: string,
  kind: number,
  { glued }: DecideRules,
): number {
  if (!isEnder(ender)) return GO_ON;
  const belonging = kind === LESS ? certaintyOfTag(ahead) : certainty(CITATION, ahead);
  if (belonging === WAIT) return WAIT;
  if (belonging === END && (kind !== LESS || ender !== STOP || CLOSING_TAG.test(ahead))) {
    return ahead.length;
  }
  if (ender === STOP) return closed && AFTER_QUOTATION.test(ahead) ? GO_ON : END;
  if (ender === DOT && kind === CJK && before === CJK) return END;
  if (ender === MARK && (kind === CJK || before === CJK) && isLetterOrDigit(kind)) return END;
  return glued && !closed && before === SMALL ? certainty(CAPITALIZED, ahead) : GO_ON;
}

function decideSpaced(
  { ender, word, closed }: Candidate,
  ahead: string,
  kind: number,
  { words }: DecideRules,
): number {
  if (word === "list-number") return GO_ON;
  if (!closed) {
    if (word === "abbreviation") return GO_ON;
    if (word === "before-number" && kind === DIGIT) return GO_ON;
    if (word === "before-name") return beginsWith(words.starters, ahead);
  }
  // What goes on behind a dash may begin anew behind another mark.
  const first = isLetterOrDigit(kind) ? ahead : ahead.replace(DASH, "");
  if (first === "") return WAIT;
  const firstKind = kindAt(first, 0);
  if (firstKind === SMALL) return ender === MARK && !closed && first === ahead ? END : GO_ON;
  return isContinuation(firstKind) ? GO_ON : END;
}

function beginsWith(words: ReadonlySet<string>, ahead: string): number {
  const word = FIRST_WORD.exec(ahead);
  if (word === null) return GO_ON;
  if (word[2] === "") return WAIT;
  return words.has(word[1]!.toLowerCase()) ? END : GO_ON;
}

function certainty(pattern: RegExp, ahead: string): number {
  const match = pattern.exec(ahead);
  return match === null ? GO_ON : match.slice(1).includes("") ? WAIT : END;
}

function certaintyOfTag(ahead: string): number {
  const span = tag();
  span.read(ahead, 1);
  return span.outcome === OPEN ? WAIT : span.outcome === CLOSED ? END : GO_ON;
}
