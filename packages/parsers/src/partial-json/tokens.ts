import { endsInHalf } from "@millrace/core/text";
import { BACKSLASH, SMALL_U, SPACE } from "../json/characters.ts";
import { NUMBER_ENDED, NUMBER_WRONG } from "../json/number-state.ts";
import { beginNumber as firstOfNumber, continueNumber } from "../json/number.ts";
import { BLANK, COLON, NUMBER } from "../json/kinds.ts";
import { unexpected, type Reader } from "./reader.ts";
import { between, endValue } from "./structure.ts";

const ESCAPES = '"\\/bfnrt';
const ESCAPED = '"\\/\b\f\n\r\t';
const HEX_DIGITS = 4;
const HEX_DIGIT = /[\da-f]/i;

/** A growing number is shown up to this length: to show all of a longer one would not be linear. */
const LONGEST_SHOWN_NUMBER = 40;

/** A word, and what it means. */
export type Word = readonly [spelling: string, meaning: boolean | number | null];

/** By their first character. */
export const WORDS: Readonly<Record<string, Word>> = {
  t: ["true", true],
  f: ["false", false],
  n: ["null", null],
};

export function beginText(reader: Reader, chunk: string, at: number): number {
  reader.quote = chunk.charCodeAt(at);
  reader.state = text;
  reader.isName = (reader.expected & NUMBER) === 0;
  if (!isHeld(reader)) reader.sink.append("");
  return text(reader, chunk, at + 1);
}

/** `"a▸b"` */
export function text(reader: Reader, chunk: string, at: number): number {
  const { quote } = reader;
  let to = at;
  let code = 0;
  while (to < chunk.length) {
    code = chunk.charCodeAt(to);
    if (code === quote || code === BACKSLASH || code < SPACE) break;
    to++;
  }
  const piece = chunk.slice(at, to);
  if (code === quote && to < chunk.length) {
    endText(reader, piece, to + 1);
    return to + 1;
  }
  if (piece !== "") add(reader, piece);
  if (to === chunk.length) return to;
  if (code !== BACKSLASH) return unexpected(reader, chunk, to);
  reader.state = escape;
  return to + 1;
}

/** Hands a piece of a string on, but for half of a surrogate pair at its end. */
export function add(reader: Reader, piece: string): void {
  const whole = reader.half + piece;
  reader.half = endsInHalf(whole) ? whole.slice(-1) : "";
  const certain = reader.half === "" ? whole : whole.slice(0, -1);
  if (certain !== "") hand(reader, certain);
}

function hand(reader: Reader, piece: string): void {
  if (isHeld(reader)) reader.fresh.add(piece);
  else reader.sink.append(piece);
}

/** Whether the sink gets the string when it is whole. */
function isHeld({ isName, options }: Reader): boolean {
  return isName || options.strings === "hold";
}

function endText(reader: Reader, piece: string, to: number): void {
  const { fresh, sink } = reader;
  const end = reader.offset + to;
  const rest = reader.half + piece;
  if (rest !== "") hand(reader, rest);
  reader.half = "";
  reader.quote = 0;
  if (reader.isName) {
    sink.name(fresh.take());
    reader.state = between;
    reader.expected = COLON | BLANK;
  } else {
    if (isHeld(reader)) sink.value(fresh.take(), end);
    else sink.endText(end);
    endValue(reader);
  }
}

/** `"a\▸n"` */
export function escape(reader: Reader, chunk: string, at: number): number {
  const escaped = ESCAPES.indexOf(chunk.charAt(at));
  if (escaped >= 0) {
    add(reader, ESCAPED.charAt(escaped));
    reader.state = text;
  } else if (chunk.charCodeAt(at) === SMALL_U) {
    reader.state = unicode;
  } else return unexpected(reader, chunk, at);
  return at + 1;
}

/** `"a\u00▸e9"` */
export function unicode(reader: Reader, chunk: string, at: number): number {
  if (!HEX_DIGIT.test(chunk.charAt(at))) return unexpected(reader, chunk, at);
  reader.digits += chunk.charAt(at);
  if (reader.digits.length === HEX_DIGITS) {
    add(reader, String.fromCharCode(Number.parseInt(reader.digits, 16)));
    reader.digits = "";
    reader.state = text;
  }
  return at + 1;
}

export function beginNumber(reader: Reader, chunk: string, at: number): number {
  reader.number = firstOfNumber(chunk.charCodeAt(at));
  reader.state = number;
  reader.fresh.add(chunk.charAt(at));
  return at + 1;
}

/** `-1▸2.5e3` */
export function number(reader: Reader, chunk: string, at: number): number {
  let to = at;
  let now = reader.number;
  let next = now;
  while (to < chunk.length) {
    next = continueNumber(now, chunk.charCodeAt(to));
    if (next <= NUMBER_ENDED) break;
    now = next;
    to++;
  }
  reader.number = now;
  reader.fresh.add(chunk.slice(at, to));
  if (next === NUMBER_ENDED) endNumber(reader, reader.offset + to);
  else if (next === NUMBER_WRONG) return unexpected(reader, chunk, to);
  return to;
}

function endNumber(reader: Reader, end: number): void {
  reader.sink.value(Number(reader.fresh.take()), end);
  endValue(reader);
}

/** Shows as much of a number as is one. */
export function showNumber({ fresh, sink }: Reader): void {
  if (fresh.length > LONGEST_SHOWN_NUMBER) return;
  const written = fresh.take();
  fresh.add(written);
  const value = Number.parseFloat(written); // takes what it can
  if (!Number.isNaN(value)) sink.show(value);
}

export function beginWord(reader: Reader, at: number, word: Word): number {
  reader.word = word;
  reader.spelled = 1;
  reader.state = spelling;
  return at + 1;
}

/** `tr▸ue` */
function spelling(reader: Reader, chunk: string, at: number): number {
  const [word, meaning] = reader.word;
  if (chunk.charAt(at) !== word.charAt(reader.spelled)) return unexpected(reader, chunk, at);
  if (++reader.spelled === word.length) {
    reader.sink.value(meaning, reader.offset + at + 1);
    endValue(reader);
  }
  return at + 1;
}
