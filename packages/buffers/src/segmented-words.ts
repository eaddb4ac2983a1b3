import type { Emit, LimitError, Machine } from "@millrace/core";

export interface SegmentedWordsRules {
  locale: string | string[];
  trim: boolean;
  maxRun: number;
  maxLength: number;
  tooLong: (offset: number) => LimitError;
}

/** Scripts that `Intl` looks up in a dictionary: one more letter may move every end in a run. */
const DICTIONARY =
  /[\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}ー]/u;
/** No word ends between two of these, unless a dictionary says so. */
const LETTER = /[\p{L}\p{M}\p{N}_]/u;
/** A run of these is one word, and `Intl` need not be asked. */
const PLAIN = /\w+/y;
/** Space to `Intl`: not the byte order mark. */
const SPACE = /[^\S\ufeff]/;
const BLANK = /^[^\S\ufeff]*$/;
/** May belong to the space before it, which is then no space to `Intl`. */
const EXTENDER = /[\p{M}\p{Cf}\p{Emoji_Modifier}\p{Grapheme_Extend}]/u;
const HIGH_SURROGATE = /[\uD800-\uDBFF]$/;
/** What follows moves no end before the last two segments. */
const HELD_SEGMENTS = 2;
/** Segments longer than this are looked at again only when they have doubled. */
const LONG = 1024;

/**
 * Words by `Intl.Segmenter`. Where it is asked depends on the text alone, never on the cut: at a
 * space, because nothing behind a space changes what is before it; and between spaces at each
 * character that is not a letter behind a letter, but nowhere in a run of a dictionary's script.
 */
export function segmentedWords(rules: SegmentedWordsRules, emit: Emit<string>): Machine<string> {
  const { locale, trim, maxRun, maxLength, tooLong } = rules;
  const segmenter = new Intl.Segmenter(locale, { granularity: "word" });
  let word = ""; // the last word that is known, or space at the very start
  let space = ""; // behind it
  let piece = ""; // what is not known yet: it begins where a segment does
  let plain = true; // it is in \w
  let behindLetter = false; // it ends in a letter
  let run = 0; // units at its end that are in a dictionary's script
  let enough = 0; // the length at which it is looked at again
  let half = ""; // of a surrogate pair
  let offset = 0; // units read

  function read(text: string): void {
    let at = 0;
    while (at < text.length) {
      const next = readPlain(text, at);
      at = next > at ? next : readCharacter(text, at);
    }
  }

  function left(): number {
    return maxLength - word.length - space.length - piece.length;
  }

  /** The rest of a word in \w, at once. */
  function readPlain(text: string, at: number): number {
    if (!plain || piece === "") return at;
    PLAIN.lastIndex = at;
    if (!PLAIN.test(text)) return at;
    const length = Math.min(PLAIN.lastIndex - at, left());
    piece += text.slice(at, at + length);
    offset += length;
    return at + length;
  }

  function readCharacter(text: string, at: number): number {
    const character = String.fromCodePoint(text.codePointAt(at)!);
    const isSpace = SPACE.test(character);
    if (piece === "" && !isSpace) beginPiece(character);
    if (character.length > left()) throw tooLong(offset + left());
    offset += character.length;
    if (isSpace) {
      closePiece();
      space += character;
    } else extendPiece(character);
    return at + character.length;
  }

  function extendPiece(character: string): void {
    piece += character;
    const isLetter = LETTER.test(character);
    PLAIN.lastIndex = 0;
    plain &&= PLAIN.test(character);
    if (DICTIONARY.test(character)) {
      run += character.length;
      behindLetter = false;
      if (run >= maxRun) cutRun();
      return;
    }
    run = 0;
    if (!plain && !(isLetter && behindLetter)) look();
    behindLetter = isLetter;
  }

  function beginPiece(character: string): void {
    if (EXTENDER.test(character)) {
      piece = space;
      plain = space === "";
    } else if (space !== "") {
      word += space;
      if (!BLANK.test(word)) put();
    }
    space = "";
  }

  /** Takes from the beginning of what is not known what nothing can change any more. */
  function look(): void {
    if (piece.length < enough) return;
    const segments = segmentsOf(piece);
    const known = segments.slice(0, -HELD_SEGMENTS);
    known.forEach(add);
    piece = segments.slice(-HELD_SEGMENTS).join("");
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
    plain &&= rest !== "";
  }

  function closePiece(): void {
    if (plain) {
      if (piece !== "") add(piece);
    } else segmentsOf(piece).forEach(add);
    piece = "";
    plain = true;
    behindLetter = false;
    run = 0;
    enough = 0;
    if (trim) put();
  }

  function segmentsOf(text: string): string[] {
    return Array.from(segmenter.segment(text), ({ segment }) => segment);
  }

  /** Space belongs to the word before it, at the very start to the one behind it. */
  function add(segment: string): void {
    if (!BLANK.test(segment) && !BLANK.test(word)) put();
    word += segment;
  }

  function put(): void {
    const output = trim ? word.trim() : word;
    word = "";
    if (output !== "") emit(output);
  }

  function finish(): void {
    closePiece();
    word += space;
    put();
  }

  return {
    push(chunk) {
      const text = half + chunk;
      const end = HIGH_SURROGATE.test(text) ? text.length - 1 : text.length;
      half = "";
      read(text.slice(0, end));
      half = text.slice(end);
    },
    flush() {
      read(half);
      finish();
    },
    fail() {
      if (half !== "" && piece === "") beginPiece(half);
      if (half !== "") extendPiece(half);
      finish();
    },
  };
}
