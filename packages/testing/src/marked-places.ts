import { isBytes } from "@millrace/core/text";
import { slice, type Whole } from "./whole.ts";

const ALL_OF_A_KIND = 64;
const TAIL_LENGTH = 64;
const LONGEST_ESCAPE = 12; // a surrogate pair in JSON, as in \ud83c\udf0a
const LONGEST_FIELD_NAME = 8;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const COLON = 0x3a;
const BACKSLASH = 0x5c;

/** The places where cuts hurt most, in ascending order: at most so many of a kind, the tail among them. */
export function markedPlaces(whole: Whole, most: number = ALL_OF_A_KIND): number[] {
  const places = new Set<number>([0, whole.length]);
  for (const marks of KINDS) {
    const found: number[] = [];
    for (let place = 1; place < whole.length; place++) {
      if (marks(whole, place)) found.push(place);
    }
    for (const place of spread(found, most)) places.add(place);
  }
  const tail = Array.from({ length: Math.min(TAIL_LENGTH, whole.length) }, (_, at) => at + 1);
  for (const back of spread(tail, most)) places.add(whole.length - back);
  return [...places].sort((a, b) => a - b);
}

/** Whether a cut at this place is inside a CRLF, a UTF-8 sequence, … */
type Marks = (whole: Whole, place: number) => boolean;

const KINDS: readonly Marks[] = [insideCrlf, insideSequence, insidePair, insideEscape, insideField];

function insideCrlf(whole: Whole, place: number): boolean {
  return unit(whole, place - 1) === CARRIAGE_RETURN && unit(whole, place) === LINE_FEED;
}

function insideSequence(whole: Whole, place: number): boolean {
  return isBytes(whole) && (unit(whole, place) & 0xc0) === 0x80;
}

function insidePair(whole: Whole, place: number): boolean {
  return typeof whole === "string" && (unit(whole, place) & 0xfc00) === 0xdc00;
}

function insideEscape(whole: Whole, place: number): boolean {
  for (let back = 1; back < LONGEST_ESCAPE && back <= place; back++) {
    if (unit(whole, place - back) === BACKSLASH) return true;
  }
  return false;
}

/** In what stands before the first colon of a line. */
function insideField(whole: Whole, place: number): boolean {
  let start = place;
  while (start > 0 && !isLineEnd(unit(whole, start - 1))) {
    start--;
    if (place - start > LONGEST_FIELD_NAME) return false;
  }
  const line = slice(whole, start, place + LONGEST_FIELD_NAME);
  for (let at = 0; at < line.length; at++) {
    if (unit(line, at) === COLON) return at >= place - start;
  }
  return false;
}

function isLineEnd(code: number): boolean {
  return code === LINE_FEED || code === CARRIAGE_RETURN;
}

function unit(whole: Whole, place: number): number {
  if (typeof whole === "string") return whole.charCodeAt(place);
  const found = whole[place];
  return typeof found === "number" ? found : -1;
}

/** At most so many, from the first to the last. */
function spread(found: readonly number[], most: number): readonly number[] {
  if (found.length <= most) return found;
  const step = (found.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, index) => found[Math.round(index * step)]!);
}
