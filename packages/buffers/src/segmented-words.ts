import type { Emit, LimitError, Machine } from "@millrace/core";
import { wholeCharacters } from "@millrace/core/text";
import { isSpace } from "./space.ts";

export interface SegmentedWordsRules {
  segmenter: Intl.Segmenter;
  trim: boolean;
  maxRun: number;
  maxLength: number;
  tooLong: (offset: number) => LimitError;
}

/** Scripts that `Intl` looks up in a dictionary: one more letter may move every end in a run. */
const DICTIONARY =
  /[\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}ー]+/uy;
const ENDS_IN_DICTIONARY =
  /[\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}ー]$/u;
const LONGEST_CHARACTER = 2;
/** No word ends between two of these, unless a dictionary says so. */
const LETTERS =
  /(?:(?![\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}ー])[\p{L}\p{M}\p{N}_])+/uy;
/**
 * Letters of which every run is one word, between signs that are a segment each: no need to ask
 * `Intl`, which takes a microsecond to begin. No accent begins the letters: it belongs to the sign.
 * One way alone to match each letter: with two, a long word before an emoji would take forever.
 */
const SIMPLE =
  /^([!"'()*,\-./:;?[\]`{}¡«»¿–—‘’“”„…،؟।]*)(?!\p{M})((?:(?=[\w\p{L}\p{M}])[\w\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}\p{sc=Arabic}\p{sc=Devanagari}])*)([!"'()*,\-./:;?[\]`{}¡«»¿–—‘’“”„…،؟।]*)$/u;
const BYTE_ORDER_MARK = 0xfeff;
const NARROW_NO_BREAK_SPACE = 0x202f;
/** `Intl` is asked about the space before it too: that may be part of its segment. */
const EXTENDER = /[\p{M}\p{Cf}\p{Emoji_Modifier}\p{Grapheme_Extend}\u202f]/u;
/** What follows moves no end before the last two segments, or before the run that they are in. */
const HELD_SEGMENTS = 2;
/** Segments longer than this are looked at again only when they have doubled. */
const LONG = 64;

/**
 * Words by `Intl.Segmenter`. Where it is asked depends on the text alone, never on the cut: at a
 * space, because nothing behind a space changes what is before it; and between spaces at each
 * character that is not a letter behind a letter, but nowhere in a run of a dictionary's script.
 */
export function segmentedWords(rules: SegmentedWordsRules, emit: Emit<string>): Machine<string> {
  const { segmenter, trim, maxRun, maxLength, tooLong } = rules;
  let word = ""; // the last word that is known, or space at the very start
  let space = ""; // behind it
  let piece = ""; // what is not known yet: it begins where a segment does
  let mostSegments = 0; // it is no more segments than so many
  let behindLetter = false; // it ends in a letter
  let run = 0; // units at its end that are in a dictionary's script
  let enough = 0; // the length at which it is looked at again
  const whole = wholeCharacters(read);
  let failing = false; // no time to throw: half a character may come in where it is one unit too many
  let offset = 0; // units read

  function read(text: string): void {
    let at = 0;
    while (at < text.length) {
      const next = readRun(text, at);
      at = next > at ? next : readCharacter(text, at);
    }
  }

  function left(): number {
    return maxLength - word.length - space.length - piece.length;
  }

  /** Letters behind their like, at once, as far as they fit. */
  function readRun(text: string, at: number): number {
    if (run === 0 && !behindLetter) return at;
    const room = run === 0 ? left() : Math.min(left(), maxRun - run);
    const letters = beginningIn(run === 0 ? LETTERS : DICTIONARY, text.slice(at, at + room));
    piece += letters;
    offset += letters.length;
    if (run > 0) extendRun(letters.length);
    return at + letters.length;
  }

  function extendRun(length: number): void {
    run += length;
    if (run >= maxRun) cutRun();
  }

  function readCharacter(text: string, at: number): number {
    const character = String.fromCodePoint(text.codePointAt(at)!);
    const parts = isParting(text.charCodeAt(at));
    if (piece === "" && !parts) beginPiece(character);
    if (character.length > left() && !failing) throw tooLong(offset + left());
    offset += character.length;
    if (parts) {
      if (piece !== "") closePiece();
      space += character;
    } else extendPiece(character);
    return at + character.length;
  }

  function extendPiece(character: string): void {
    piece += character;
    if (beginningIn(DICTIONARY, character) !== "") {
      mostSegments = Infinity;
      behindLetter = false;
      extendRun(character.length);
      return;
    }
    run = 0;
    const isLetter = beginningIn(LETTERS, character) !== "";
    if (!(isLetter && behindLetter)) {
      mostSegments++;
      look();
    }
    behindLetter = isLetter;
  }

  function beginPiece(character: string): void {
    if (EXTENDER.test(character)) {
      piece = space;
      mostSegments = space.length;
    } else if (space !== "") {
      word += space;
      if (!isBlank(word)) put();
    }
    space = "";
  }

  /** Takes from the beginning of what is not known what nothing can change any more. */
  function look(): void {
    if (mostSegments <= HELD_SEGMENTS || piece.length < enough) return;
    const segments = segmentsOf(piece);
    let known = Math.max(0, segments.length - HELD_SEGMENTS);
    while (known > 0 && isInRun(segments[known - 1]!, segments[known]!)) known--;
    segments.slice(0, known).forEach(add);
    piece = segments.slice(known).join("");
    mostSegments = segments.length - known;
    enough = piece.length > LONG ? piece.length * 2 : 0;
  }

  /** Lets no run grow beyond its limit: what stands at its end may be cut where no word ends. */
  function cutRun(): void {
    const segments = segmentsOf(piece);
    const last = segments.at(-1) ?? "";
    const rest = last.length * 2 > maxRun ? "" : last;
    (rest === "" ? segments : segments.slice(0, -1)).forEach(add);
    piece = rest;
    run = rest.length;
    enough = 0;
  }

  function closePiece(): void {
    segmentsOf(piece).forEach(add);
    piece = "";
    mostSegments = 0;
    behindLetter = false;
    run = 0;
    enough = 0;
    if (trim) put();
  }

  function segmentsOf(text: string): string[] {
    const [, before, letters, behind] = SIMPLE.exec(text) ?? [];
    if (before === undefined || letters === undefined || behind === undefined) {
      return Array.from(segmenter.segment(text), ({ segment }) => segment);
    }
    return [...before.split(""), ...(letters === "" ? [] : [letters]), ...behind.split("")];
  }

  /** Space belongs to the word before it, at the very start to the one behind it. */
  function add(segment: string): void {
    if (!isBlank(segment) && !isBlank(word)) put();
    word += segment;
  }

  function put(): void {
    const output = trim ? word.trim() : word;
    word = "";
    if (output !== "") emit(output);
  }

  function finish(): void {
    whole.finish();
    closePiece();
    word += space;
    put();
  }

  return {
    push: whole.put,
    flush: finish,
    fail() {
      failing = true;
      finish();
    },
  };
}

/** The whole characters at the beginning that are in a set. */
function beginningIn(set: RegExp, text: string): string {
  set.lastIndex = 0;
  return set.test(text) ? text.slice(0, set.lastIndex) : "";
}

/** Between these two a dictionary's run goes on: without its beginning, `Intl` may cut it elsewhere. */
function isInRun(segment: string, next: string): boolean {
  const end = segment.slice(-LONGEST_CHARACTER);
  return ENDS_IN_DICTIONARY.test(end) && beginningIn(DICTIONARY, next) !== "";
}

/** Space parts words, but the byte order mark is none to `Intl`. */
function isBlank(text: string): boolean {
  let at = 0;
  while (isSpace(text.charCodeAt(at)) && text.charCodeAt(at) !== BYTE_ORDER_MARK) at++;
  return at === text.length;
}

/** A segment ends before it, whatever stands there: not so before the space of "10 000". */
function isParting(code: number): boolean {
  return isSpace(code) && code !== BYTE_ORDER_MARK && code !== NARROW_NO_BREAK_SPACE;
}
