import { jsonNesting } from "./json-nesting.ts";
import { fields, type Wire } from "./wire.ts";

/**
 * Sees the next JSON text in the last one. The events of a stream differ from each other in a few
 * strings, a counter, one object, and the spaces between closing brackets: what stands round these is
 * compared as text, and only they themselves are read.
 *
 * It is exact. A frame without backslashes spells all its keys plainly; so where a key is followed
 * by a string only once, and the value has a string there, that is the place of the string. The
 * same holds of numbers and objects. An object ends where the known end of the text begins.
 */
export interface Foresight {
  /**
   * The string in the place of the one told by the last text, if the rest of the text is the same;
   * else undefined, and the frame is forgotten.
   */
  foresee(json: string): string | undefined;
  /** The counter in the last text foreseen. */
  readonly counter: number | undefined;
  /** The object in the last text foreseen. */
  readonly object: Wire | undefined;
  /**
   * Whether to learn from the text at hand. Where each text differs in more than these, learning is
   * for nothing: after some such texts only every so many is learned.
   */
  isCurious(): boolean;
  /** Remembers the frame of a text round these places, if all of them are there. */
  learn(json: string, places: Places): boolean;
}

/** The keys of what may differ. */
export interface Places {
  /** Of the string that is told. */
  key: string;
  /** Of a string that counts for nothing. */
  padding?: string | undefined;
  /** Of a whole number that goes on with each text. */
  counter?: string | undefined;
  /** Of an object that is told too, and stands behind all the others. */
  object?: string | undefined;
}

interface Gap {
  place: keyof Places;
  /** The text between the gap before it and this one. */
  before: string;
}

interface Frame {
  gaps: readonly Gap[];
  /** The text behind the last gap. */
  end: string;
  /** The same without its spaces, if these say nothing, as it has but brackets. */
  brackets: string | undefined;
}

interface Span {
  place: keyof Places;
  start: number;
  end: number;
}

const PATIENCE = 8;
const INTERVAL = 64;

export function foresight(): Foresight {
  let frame: Frame | undefined;
  let misses = 0; // texts since one was foreseen
  // What the text at hand has in the gaps.
  let told: string | undefined;
  let counter: number | undefined;
  let object: Wire | undefined;

  /** Reads the gaps, if the text fits the frame. */
  function fits({ gaps, end, brackets }: Frame, json: string): boolean {
    let at = 0; // behind the last gap
    for (let index = 0; index < gaps.length; index++) {
      const { place, before } = gaps[index]!;
      const start = at + before.length;
      // Compared as slices, which is ten times as fast as `startsWith`.
      if (json.slice(at, start) !== before) return false;
      at = place === "object" ? json.length - end.length : endOf(place, json, start);
      if (at < start || !read(place, json.slice(start, at))) return false;
    }
    return json.slice(at) === end || (brackets !== undefined && endsWith(brackets, json, at));
  }

  /** Whether what stands in a gap can be there. */
  function read(place: keyof Places, inside: string): boolean {
    if (place === "object") {
      const value = parse(inside);
      object = fields(value);
      return object === value && !Array.isArray(value);
    }
    if (place === "counter") {
      counter = Number(inside);
      return COUNTER.test(inside);
    }
    const text = isPlain(inside) ? inside : parse(`"${inside}"`);
    if (place === "key") told = text as string | undefined;
    return text !== undefined;
  }

  return {
    foresee(json) {
      if (frame === undefined) return undefined;
      if (fits(frame, json)) {
        misses = 0;
        return told;
      }
      frame = undefined;
      return undefined;
    },
    get counter() {
      return counter;
    },
    get object() {
      return object;
    },
    isCurious() {
      return misses++ <= PATIENCE || misses % INTERVAL === 0;
    },
    learn(json, places) {
      const spans: Span[] = [];
      for (const place of PLACES) {
        const key = places[place];
        if (key === undefined) continue;
        const span = find(json, key, place);
        if (span === undefined) return false;
        spans.push(span);
      }
      spans.sort((a, b) => a.start - b.start);
      const gaps = spans.map(({ place, start }, index) => ({
        place,
        before: json.slice(spans[index - 1]?.end ?? 0, start),
      }));
      const end = json.slice(spans.at(-1)!.end);
      const spelt = gaps.map(({ before }) => before).join("") + end;
      if (spelt.includes("\\")) return false;
      if (gaps.slice(0, -1).some(({ place }) => place === "object")) return false;
      const brackets = LOOSE_END.test(end) ? end.replaceAll(" ", "") : undefined;
      counter = object = undefined;
      frame = { gaps, end, brackets };
      return true;
    },
  };
}

const PLACES = ["key", "padding", "counter", "object"] as const;
const OPENINGS: Readonly<Record<keyof Places, string>> = {
  key: '"',
  padding: '"',
  counter: "(?=\\d)",
  object: "(?={)",
};

/** The only value of the place's type at a key, without its quotes, if there is one. */
function find(json: string, key: string, place: keyof Places): Span | undefined {
  const pattern = new RegExp(`"${key}"\\s*:\\s*${OPENINGS[place]}`, "g");
  if (!pattern.test(json)) return undefined;
  const start = pattern.lastIndex;
  const end = place === "object" ? endOfObject(json, start) : endOf(place, json, start);
  pattern.lastIndex = end;
  if (pattern.test(json)) return undefined;
  const isFraction = place === "counter" && FRACTION.includes(json[end]!);
  return isFraction ? undefined : { place, start, end };
}

const FRACTION = ".eE";

function endOfObject(json: string, from: number): number {
  const nesting = jsonNesting();
  let end = from;
  while (!nesting.isClosed) nesting.push(json[end++]!);
  return end;
}

const SPACE_CODE = 0x20;
const ZERO_CODE = 0x30;
const NINE_CODE = 0x39;
const BACKSLASH_CODE = 0x5c;

/** Where the value in a gap ends; before it begins if it has no end. */
function endOf(place: "key" | "padding" | "counter", json: string, from: number): number {
  if (place === "counter") return endOfDigits(json, from);
  let end = json.indexOf('"', from);
  while (end > from && isEscaped(json, end)) end = json.indexOf('"', end + 1);
  return end;
}

function endOfDigits(json: string, from: number): number {
  let end = from;
  while (json.charCodeAt(end) >= ZERO_CODE && json.charCodeAt(end) <= NINE_CODE) end++;
  return end;
}

function isEscaped(json: string, index: number): boolean {
  let before = index - 1;
  while (json.charCodeAt(before) === BACKSLASH_CODE) before--;
  return (index - before) % 2 === 0;
}

const SHORT = 16;
// oxlint-disable-next-line no-control-regex -- JSON allows none of them in a string
const NEEDS_PARSING = /[\\\u0000-\u001f]/;

/** Whether the inside of a string is what it says. */
function isPlain(inside: string): boolean {
  // Most are shorter than what it costs to begin with a regular expression.
  if (inside.length > SHORT) return !NEEDS_PARSING.test(inside);
  for (let index = 0; index < inside.length; index++) {
    const code = inside.charCodeAt(index);
    if (code < SPACE_CODE || code === BACKSLASH_CODE) return false;
  }
  return true;
}

const COUNTER = /^(?:0|[1-9]\d{0,14})$/;

const LOOSE_END = /^"?[\]} ]*$/;

/** Whether all that is left of a text are these brackets, and spaces before, between and behind. */
function endsWith(brackets: string, json: string, from: number): boolean {
  let at = from;
  for (let index = 0; index < brackets.length; index++) {
    while (json.charCodeAt(at) === SPACE_CODE) at++;
    if (json.charCodeAt(at++) !== brackets.charCodeAt(index)) return false;
  }
  while (json.charCodeAt(at) === SPACE_CODE) at++;
  return at === json.length;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
