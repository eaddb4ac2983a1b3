import type { Candidate } from "./decide.ts";
import {
  CJK,
  DIGIT,
  DOT,
  ELLIPSIS,
  isContinuation,
  isSpace,
  kindAt,
  OPENER_OR_CLOSER,
  WIDE_COMMA,
} from "./kinds.ts";
import type { Pace, PaceRules, SentencesMode } from "./pace.ts";

export interface SpeechOptions {
  /** Where the first unit may end, so that speech begins early. */
  first?: {
    /** At a sentence's end, if it is at least this long. Default 1. */
    shortest?: number;
    /**
     * At the end of a clause, if it is at least this long: in Chinese 6 may do; `Infinity` for
     * none. Default 16.
     */
    clause?: number;
  };
  /** Shorter sentences are joined with what follows. Default 20, but no more than `longest`. */
  shortest?: number;
  /** Longer units are cut, where that hurts least. Default 240. */
  longest?: number;
}

/** Where a unit may end, from the last resort to the best. */
const NONE = 0;
const WORD = 1;
const CLAUSE = 2;
const SENTENCE = 3;

interface Place {
  at: number;
  /** The unit's end without the space behind it. */
  end: number;
  rank: number;
}

/** No unit begins with it: it closes a quotation, or belongs to the character before. */
const BELONGS = /^[»›”’\p{M}\u200d]/u;
const FIRST_UNSPACED = 0xe00;
/** Between two letters of a script that puts no spaces between words, where one may be cut. */
const BETWEEN =
  /^(?![\u17d2\u1039\u0e40-\u0e44\u0ec0-\u0ec4])[\u0e01-\u0eff\u1000-\u109f\u1780-\u17d3\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff](?![\u0e2f\u0e30\u0e32\u0e33\u0e45\u0e46\u0eaf\u0eb0\u0eb2\u0eb3\u0ec6\u30fb-\u30fe\u309b-\u309e]|[ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ]|\p{M})[\u0e01-\u0eff\u1000-\u109f\u1780-\u17d3\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff]$/u;

/**
 * Makes `sentences` give what a voice is to speak next: the first unit early, later ones not very
 * short, none very long.
 *
 * - **The first unit** ends with its first sentence, or with a clause of it: behind `,` `;` `:` or a
 *   dash, or before a word that begins clauses, as far as the language's data names some.
 * - **All others** are sentences, joined with what follows while they are shorter than `shortest`.
 * - **Over `longest`** a unit is cut where that hurts least: behind a sentence (though it be
 *   shorter than `shortest`), behind a clause that is not, at a space, or between two characters of a
 *   script without spaces. Nothing is cut inside a word, a number, an abbreviation, a URL, an e-mail
 *   address, a tag, a code span or a fenced block: one that is longer than `longest` comes whole.
 * - **When:** a unit with the first character behind its space; one that is cut, with the first
 *   character over `longest`, or when it is known whether a sentence ends shortly before that.
 * - **Errors:** a `RangeError`, when it is called, for a length below 1 or a `longest` below
 *   `shortest`.
 *
 * Lengths count UTF-16 units with the marks, and without the space behind.
 *
 * @example
 * ```ts
 * import { sentences, speech } from "@millrace/buffers";
 * import { run } from "@millrace/core";
 *
 * const spoken = sentences({ mode: speech({ shortest: 12 }), trim: true });
 * const answer = "Well, as far as I know, it is. Yes. It turns. Ask <say-as x='a. b'>me</say-as>.";
 * run(spoken, [answer]); // => ["Well, as far as I know,", "it is. Yes. It turns.", "Ask <say-as x='a. b'>me</say-as>."]
 * ```
 */
export function speech(options: SpeechOptions = {}): SentencesMode {
  const { first = {}, longest = 240, shortest = Math.min(20, longest) } = options;
  const { shortest: firstShortest = 1, clause: firstClause = 16 } = first;
  check("longest", longest);
  check("shortest", shortest);
  check("longest", longest, shortest);
  check("first.shortest", firstShortest);
  check("first.clause", firstClause);
  const lengths = { firstShortest, firstClause, shortest, longest };
  return { start: (rules, cut) => speechPace(lengths, rules, cut) };
}

function check(option: string, length: number, least = 1): void {
  if (length >= least) return;
  throw new RangeError(`Cannot split sentences: ${option} must be ${least} or more, not ${length}`);
}

interface Lengths {
  firstShortest: number;
  firstClause: number;
  shortest: number;
  longest: number;
}

function speechPace(
  { firstShortest, firstClause, shortest, longest }: Lengths,
  { words, maxLength }: PaceRules,
  cut: (at: number) => void,
): Pace {
  const limit = Math.min(longest, maxLength);
  let start = 0; // of the unit
  let shortestSentence = firstShortest; // that ends the unit
  let shortestClause = firstClause;
  let places: Place[] = []; // of the unit, none of them over `limit`
  let between = 0; // the last place between letters without spaces, up to `limit`
  let whole = false; // nothing can be cut up to `limit`: the unit goes on to the next place

  function endAt(at: number): void {
    cut(at);
    start = at;
    shortestSentence = shortest;
    shortestClause = Infinity;
    whole = false;
    places = places.filter((place) => place.at > at);
  }

  function add(place: Place): void {
    if (whole || place.end - start >= leastLength(place.rank)) endAt(place.at);
    else places.push(place);
  }

  function leastLength(rank: number): number {
    return rank === SENTENCE ? shortestSentence : rank === CLAUSE ? shortestClause : Infinity;
  }

  /** The unit is longer than `limit`. */
  function cutBack(): void {
    const best =
      lastOf(({ rank }) => rank === SENTENCE) ??
      lastOf(({ rank, end }) => rank === CLAUSE && end - start >= shortest) ??
      places.at(-1);
    if (best) endAt(best.at);
    else if (between > start) endAt(between);
    else whole = true;
  }

  function lastOf(isFit: (place: Place) => boolean): Place | undefined {
    for (let index = places.length - 1; index >= 0; index--) {
      if (isFit(places[index]!)) return places[index];
    }
    return undefined;
  }

  function read(text: string, offset: number, from: number, to: number): void {
    for (;;) {
      const last = Math.min(to - 1, start + limit - offset);
      const first = Math.max(from, start - offset + 1);
      let index = last;
      while (index >= first && !isBetween(text, index)) index--;
      if (index >= first) between = offset + index;
      if (offset + to - start <= limit) return;
      if (!whole) cutBack();
      if (!whole) continue;
      index = Math.max(from, last + 1);
      while (index < to && !isBetween(text, index)) index++;
      if (index >= to) return;
      endAt(offset + index);
    }
  }

  return {
    begin(at) {
      const last = places.at(-1);
      if (last) last.at = at;
      else start = at;
    },
    read,
    gap(text, offset, to) {
      read(text, offset, to, to);
      const last = places.at(-1);
      if (last?.rank !== WORD || last.at < offset) return;
      if (!words.clauseWords.has(text.slice(last.at - offset, to).toLowerCase())) return;
      last.rank = CLAUSE;
      if (last.end - start >= shortestClause) endAt(last.at);
    },
    sentence(at, end) {
      add({ at, end, rank: SENTENCE });
    },
    place(at, end, candidate, ahead) {
      const rank = rankOf(candidate, ahead);
      if (rank > NONE) add({ at, end, rank });
    },
  };
}

function isBetween(text: string, at: number): boolean {
  return text.charCodeAt(at) >= FIRST_UNSPACED && BETWEEN.test(text.slice(at - 1, at + 1));
}

function rankOf({ ender, word, closed, before, spaced }: Candidate, ahead: string): number {
  const kind = kindAt(ahead, 0);
  if (isContinuation(kind) || BELONGS.test(ahead)) return NONE;
  const isNumber = before === DIGIT && kind === DIGIT;
  if (!spaced) {
    if (ender === WIDE_COMMA && !isNumber) return CLAUSE;
    return ender === ELLIPSIS && (before === CJK || kind === CJK) ? CLAUSE : NONE;
  }
  if (isSpace(ender)) {
    return isNumber || before === OPENER_OR_CLOSER ? NONE : WORD;
  }
  if (word !== "free") return NONE;
  return ender === DOT && !closed ? WORD : CLAUSE;
}
