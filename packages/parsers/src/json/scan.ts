import { BACKSLASH, isDigit, QUOTE, SPACE } from "./characters.ts";
import {
  beginNumber,
  continueNumber,
  ZERO,
  isNumber,
  NUMBER_ENDED,
  type NumberState,
} from "./number.ts";

// What may stand next: a set of these.
const STRING = 1;
const NUMBER = 2;
const LITERAL = 4;
const OPEN_OBJECT = 8;
const OPEN_ARRAY = 16;
const CLOSE_OBJECT = 32;
const CLOSE_ARRAY = 64;
const COLON = 128;
const COMMA = 256;
const BLANK = 512;
const VALUE = STRING | NUMBER | LITERAL | OPEN_OBJECT | OPEN_ARRAY | BLANK;
const NAME = STRING | BLANK;
const END = BLANK;

const ASCII = 128;
/** What a character begins. */
const KINDS = kindsOfCharacters({
  '"': STRING,
  "-0123456789": NUMBER,
  tfn: LITERAL,
  "{": OPEN_OBJECT,
  "[": OPEN_ARRAY,
  "}": CLOSE_OBJECT,
  "]": CLOSE_ARRAY,
  ":": COLON,
  ",": COMMA,
  " \t\r\n": BLANK,
});

const LITERALS = ["true", "false", "null"];
const ESCAPES = '"\\/bfnrtu';
const HEX_DIGIT = /[\da-f]/i;
const HEX_DIGITS = 4; // behind \u
const ESCAPED = HEX_DIGITS + 1;

/**
 * Why a scan has stopped: behind a `token` at the surface; since the text ran out, and there may be
 * `more`; at a character that is `wrong` there in any JSON, or that nests too `deep`.
 */
export type Verdict = "token" | "more" | "wrong" | "deep";

/** Checks JSON that comes in pieces, and finds where its tokens end. Builds nothing. */
export interface JsonScanner {
  /** Where the last scan has stopped. */
  readonly at: number;
  /** How many containers are open. */
  readonly depth: number;
  /** A value may stand next. */
  readonly expectsValue: boolean;
  /** A member's name may stand next. */
  readonly expectsName: boolean;
  /**
   * Goes on at `from`. Stops behind every token that leaves at most `surface` containers open: with
   * 0 behind a whole value; with 1 also behind each bracket, name, colon, comma and value of the
   * outermost container; below 0 never.
   */
  scan(text: string, from: number, surface: number): Verdict;
  /** Takes the value that stands next as read. */
  passValue(): void;
  /** The input ends here, and a number with it; gives whether the outermost value is whole. */
  end(): boolean;
  /** Begins with another value. */
  restart(): void;
}

/** Goes on with a token, and gives where it stopped: behind its end, or where it left `token` set. */
type Token = (text: string, from: number) => number;

/**
 * Makes a scanner. It accepts exactly what `JSON.parse` accepts, and stops at the first character
 * that no JSON can have there.
 *
 * - **Cost:** one look at each character, in a loop for its kind of token; a boolean a level.
 * - **Source:** RFC 8259.
 */
export function jsonScanner(maxDepth: number): JsonScanner {
  const objects: boolean[] = []; // whether they are objects: the open containers, outermost first
  let depth = 0; // so many of `objects` are open
  let expected = VALUE;
  let at = 0;
  /** The token that the last scan stopped in: at the end of its text, or at a wrong character. */
  let token: Token | undefined;
  let escape = 0; // in a string: `ESCAPED` behind a backslash, then how many digits \u still has
  let number: NumberState = NUMBER_ENDED;
  let literal = "";
  let spelled = 0; // of `literal`

  function scan(text: string, from: number, surface: number): Verdict {
    let place = from;
    if (token !== undefined) {
      const goOn = token;
      token = undefined;
      place = goOn(text, place);
      if (isInside()) return stop(place, place < text.length ? "wrong" : "more");
      endToken();
      if (depth <= surface) return stop(place, "token");
    }
    while (place < text.length) {
      const code = text.charCodeAt(place);
      const kind = KINDS[code]! & expected;
      if (kind === 0) return stop(place, "wrong");
      if (kind === BLANK) {
        place++;
        continue;
      }
      if (kind <= LITERAL) {
        if (kind === STRING) place = inString(text, place + 1);
        else if (kind === NUMBER) {
          number = beginNumber(code);
          place = inNumber(text, place + 1);
        } else {
          literal = LITERALS.find((word) => word.charCodeAt(0) === code)!;
          spelled = 1;
          place = inLiteral(text, place + 1);
        }
        if (isInside()) return stop(place, place < text.length ? "wrong" : "more");
        endToken();
      } else {
        if (kind <= OPEN_ARRAY && depth === maxDepth) return stop(place, "deep");
        pass(kind);
        place++;
      }
      if (depth <= surface) return stop(place, "token");
    }
    return stop(place, "more");
  }

  function isInside(): boolean {
    return token !== undefined;
  }

  function stop(place: number, verdict: Verdict): Verdict {
    at = place;
    return verdict;
  }

  function pass(kind: number): void {
    if (kind === COLON) expected = VALUE;
    else if (kind === COMMA) expected = objects[depth - 1] ? NAME : VALUE;
    else if (kind === OPEN_OBJECT) {
      objects[depth++] = true;
      expected = NAME | CLOSE_OBJECT;
    } else if (kind === OPEN_ARRAY) {
      objects[depth++] = false;
      expected = VALUE | CLOSE_ARRAY;
    } else {
      depth--;
      endValue();
    }
  }

  function endToken(): void {
    if ((expected & NUMBER) === 0)
      expected = COLON | BLANK; // it was a name
    else endValue();
  }

  function endValue(): void {
    if (depth === 0) expected = END;
    else expected = COMMA | BLANK | (objects[depth - 1] ? CLOSE_OBJECT : CLOSE_ARRAY);
  }

  function inString(text: string, from: number): number {
    const end = text.length;
    let place = escape === 0 ? from : inEscape(text, from);
    while (escape === 0) {
      let code = 0;
      while (
        place < end &&
        (code = text.charCodeAt(place)) !== QUOTE &&
        code !== BACKSLASH &&
        code >= SPACE
      )
        place++;
      if (place === end || code < SPACE) break;
      place++;
      if (code === QUOTE) return place;
      escape = ESCAPED;
      place = inEscape(text, place);
    }
    token = inString;
    return place;
  }

  /** Leaves `escape` set if the text ends inside, or at a wrong character. */
  function inEscape(text: string, from: number): number {
    let place = from;
    while (escape !== 0 && place < text.length) {
      const character = text.charAt(place);
      if (escape < ESCAPED) {
        if (!HEX_DIGIT.test(character)) break;
        escape--;
      } else {
        if (!ESCAPES.includes(character)) break;
        escape = character === "u" ? HEX_DIGITS : 0;
      }
      place++;
    }
    return place;
  }

  function inNumber(text: string, from: number): number {
    const end = text.length;
    let state = number;
    let place = from;
    while (place < end) {
      const code = text.charCodeAt(place);
      const next = continueNumber(state, code);
      if (next === NUMBER_ENDED) return place;
      if (next < NUMBER_ENDED) break;
      state = next;
      place++;
      if (isDigit(code) && state !== ZERO)
        while (place < end && isDigit(text.charCodeAt(place))) place++;
    }
    number = state;
    token = inNumber;
    return place;
  }

  function inLiteral(text: string, from: number): number {
    let place = from;
    while (spelled < literal.length) {
      if (text.charCodeAt(place) !== literal.charCodeAt(spelled)) {
        token = inLiteral;
        return place;
      }
      place++;
      spelled++;
    }
    return place;
  }

  return {
    get at() {
      return at;
    },
    get depth() {
      return depth;
    },
    get expectsValue() {
      return (expected & VALUE) === VALUE;
    },
    get expectsName() {
      return (expected & VALUE) === NAME;
    },
    scan,
    passValue: endValue,
    end() {
      if (token === inNumber && isNumber(number)) {
        token = undefined;
        endToken();
      }
      return token === undefined && expected === END;
    },
    restart() {
      depth = 0;
      expected = VALUE;
      token = undefined;
      escape = 0;
    },
  };
}

function kindsOfCharacters(kinds: Readonly<Record<string, number>>): Uint16Array {
  const table = new Uint16Array(ASCII);
  for (const [characters, kind] of Object.entries(kinds)) {
    for (const character of characters) table[character.charCodeAt(0)] = kind;
  }
  return table;
}
