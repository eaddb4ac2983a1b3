/**
 * Sees the next JSON text in the last one. The events of a stream differ from each other in a few
 * strings, a counter, and the spaces between closing brackets: what stands round these is
 * compared as text, and only they themselves are read.
 *
 * It is exact. A frame without backslashes spells all its keys plainly; so where a key is followed
 * by a string only once, and the value has a string there, that is the place of the string. The
 * same holds of numbers.
 */
export interface Foresight {
  /**
   * The string in the place of the one told by the last text, if the rest of the text is the same;
   * else undefined, and the frame is forgotten.
   */
  foresee(json: string): string | undefined;
  /** The counter in the last text foreseen. */
  readonly counter: number | undefined;
  /**
   * Whether to learn from the text at hand. Where each text differs in more than these, learning is
   * for nothing: after some such texts only every so many is learned.
   */
  isCurious(): boolean;
  /** Remembers the frame of a text round these places, all of which must be there. */
  learn(json: string, places: Places): void;
}

/** The keys of what may differ. */
export interface Places {
  /** Of the string that is told. */
  key: string;
  /** Of a string that counts for nothing. */
  padding?: string | undefined;
  /** Of a whole number that goes on with each text. */
  counter?: string | undefined;
}

interface Frame {
  /** The text before, between and behind the gaps. */
  pieces: readonly string[];
  gaps: readonly (keyof Places)[];
  /** The last piece without its spaces, if these say nothing, as it has but brackets. */
  brackets: string | undefined;
}

interface Span {
  place: keyof Places;
  start: number;
  end: number;
}

const PATIENCE = 8;
const INTERVAL = 16;

export function foresight(): Foresight {
  let frame: Frame | undefined;
  let misses = 0; // texts since one was foreseen
  let counter: number | undefined;

  /** The told string, if the text fits the frame. */
  function fit({ pieces, gaps, brackets }: Frame, json: string): string | undefined {
    let told: string | undefined;
    let end = 0; // of the gap before the piece
    for (let index = 0; index < gaps.length; index++) {
      const piece = pieces[index]!;
      const start = end + piece.length;
      // Compared as slices, which is ten times as fast as `startsWith`.
      if (json.slice(end, start) !== piece) return undefined;
      if (gaps[index] === "counter") {
        end = endOfDigits(json, start);
        const digits = json.slice(start, end);
        if (!isCounter(digits)) return undefined;
        counter = Number(digits);
        continue;
      }
      end = closingQuote(json, start);
      const text = end < 0 ? undefined : unescape(json.slice(start, end));
      if (text === undefined) return undefined;
      if (gaps[index] === "key") told = text;
    }
    const fits =
      brackets === undefined
        ? json.slice(end) === pieces[gaps.length]
        : endsWith(brackets, json, end);
    return fits ? told : undefined;
  }

  return {
    foresee(json) {
      if (frame === undefined) return undefined;
      const told = fit(frame, json);
      if (told === undefined) frame = undefined;
      else misses = 0;
      return told;
    },
    get counter() {
      return counter;
    },
    isCurious() {
      return misses++ <= PATIENCE || misses % INTERVAL === 0;
    },
    learn(json, { key, padding, counter }) {
      const found = [
        findString(json, key, "key"),
        ...(padding === undefined ? [] : [findString(json, padding, "padding")]),
        ...(counter === undefined ? [] : [findCounter(json, counter)]),
      ];
      const spans = found.filter((span) => span !== undefined);
      if (spans.length < found.length) return;
      spans.sort((a, b) => a.start - b.start);
      const pieces = spans.map(({ start }, index) => json.slice(spans[index - 1]?.end ?? 0, start));
      const last = json.slice(spans.at(-1)!.end);
      pieces.push(last);
      if (pieces.some((piece) => piece.includes("\\"))) return;
      const gaps = spans.map(({ place }) => place);
      const brackets = LOOSE_END.test(last) ? last.replaceAll(" ", "") : undefined;
      frame = { pieces, gaps, brackets };
    },
  };
}

/** The inside of the only string at a key, if there is one. */
function findString(json: string, key: string, place: keyof Places): Span | undefined {
  const pattern = new RegExp(`"${key}"\\s*:\\s*"`, "g");
  if (!pattern.test(json)) return undefined;
  const start = pattern.lastIndex;
  const end = closingQuote(json, start);
  pattern.lastIndex = end;
  return pattern.test(json) ? undefined : { place, start, end };
}

/** The only number at a key, if it is a whole one. */
function findCounter(json: string, key: string): Span | undefined {
  const pattern = new RegExp(`"${key}"\\s*:\\s*(?=\\d)`, "g");
  if (!pattern.test(json)) return undefined;
  const start = pattern.lastIndex;
  const end = endOfDigits(json, start);
  if (pattern.test(json) || !isCounter(json.slice(start, end))) return undefined;
  if (FRACTION.includes(json[end]!)) return undefined;
  return { place: "counter", start, end };
}

function closingQuote(json: string, from: number): number {
  let end = json.indexOf('"', from);
  while (end > from && isEscaped(json, end)) end = json.indexOf('"', end + 1);
  return end;
}

function isEscaped(json: string, index: number): boolean {
  let before = index - 1;
  while (json[before] === "\\") before--;
  return (index - before) % 2 === 0;
}

function endOfDigits(json: string, from: number): number {
  let end = from;
  while (json[end]! >= "0" && json[end]! <= "9") end++;
  return end;
}

const FRACTION = ".eE";
const COUNTER = /^(?:0|[1-9]\d{0,14})$/;

function isCounter(digits: string): boolean {
  return COUNTER.test(digits);
}

const LOOSE_END = /^"?[\]} ]*$/;

/** Whether all that is left of a text are these brackets, and spaces before, between and behind. */
function endsWith(brackets: string, json: string, from: number): boolean {
  let index = from;
  for (const bracket of brackets) {
    while (json[index] === " ") index++;
    if (json[index++] !== bracket) return false;
  }
  while (json[index] === " ") index++;
  return index === json.length;
}

// eslint-disable-next-line no-control-regex -- JSON allows none of them in a string
const NEEDS_PARSING = /[\\\u0000-\u001f]/;

function unescape(inside: string): string | undefined {
  if (!NEEDS_PARSING.test(inside)) return inside;
  try {
    return JSON.parse(`"${inside}"`) as string;
  } catch {
    return undefined;
  }
}
