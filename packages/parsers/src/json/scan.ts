import { BACKSLASH, isDigit, QUOTE, SMALL_F, SMALL_T, SPACE } from "./characters.ts";
import {
  BLANK,
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  KINDS,
  LITERAL,
  NAME,
  NOTHING,
  NUMBER,
  OPEN_ARRAY,
  OPEN_OBJECT,
  STRING,
  VALUE,
} from "./kinds.ts";
import { NUMBER_ENDED, NUMBER_WRONG, type NumberState } from "./number-state.ts";
import { beginNumber, continueNumber, goesOnWithDigits, isNumber } from "./number.ts";

const ESCAPES = '"\\/bfnrtu';
const HEX_DIGIT = /[\da-f]/i;
const HEX_DIGITS = 4; // behind \u
const ESCAPED = 5; // with the letter before them

/**
 * Why a scan has stopped: behind a `token` at the surface; since the text ran out, and there may be
 * `more`; at a character that is `wrong` there in any JSON, or that nests too `deep`.
 */
export type Verdict = "token" | "more" | "wrong" | "deep";

/** Checks JSON that comes in pieces, and finds where its tokens end. Builds nothing. */
export interface JsonScanner {
  /** Where the last scan has stopped. */
  at(): number;
  /** How many containers are open. */
  depth(): number;
  /** A value may stand next. */
  expectsValue(): boolean;
  /** A member's name may stand next. */
  expectsName(): boolean;
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

/**
 * Goes on with a token, and gives where it ends; or the complement (`~`) of where it stopped inside, at
 * the end of the text or at a wrong character, and leaves itself as `token` to go on with.
 */
type Token = (text: string, from: number) => number;

/**
 * Makes a scanner. It accepts exactly what `JSON.parse` accepts, and stops at the first character
 * that no JSON can have there.
 *
 * - **Cost:** one look at each character, in a loop for its kind of token; a boolean a level.
 * - **Source:** RFC 8259.
 */
export function jsonScanner(maxDepth: number): JsonScanner {
  const closers: number[] = []; // what closes each open container, the outermost first
  let depth = 0; // so many of `closers` count
  let expected = VALUE;
  let at = 0;
  let token: Token | undefined; // that the last scan has stopped in
  let escape = 0; // in a string: `ESCAPED` behind a backslash, then how many digits \u still has
  let number: NumberState = NUMBER_ENDED;
  let literal = "";
  let spelled = 0; // of `literal`

  function scan(text: string, from: number, surface: number): Verdict {
    const end = text.length;
    let place = from;
    if (token !== undefined) {
      const goOn = token;
      token = undefined;
      place = goOn(text, place);
      if (place < 0) return stop(~place, ~place < end ? "wrong" : "more");
      endToken();
      if (depth <= surface) return stop(place, "token");
    }
    while (place < end) {
      const code = text.charCodeAt(place);
      const kind = KINDS[code]! & expected;
      if (kind === NOTHING) return stop(place, "wrong");
      if (kind <= LITERAL) {
        if (kind === STRING) place = inString(text, place + 1);
        else if (kind === NUMBER) {
          number = beginNumber(code);
          place = inNumber(text, place + 1);
        } else {
          literal = literalOf(code);
          spelled = 1;
          place = inLiteral(text, place + 1);
        }
        if (place < 0) return stop(~place, ~place < end ? "wrong" : "more");
        endToken();
      } else {
        if (kind <= OPEN_ARRAY && depth >= maxDepth) return stop(place, "deep");
        place++;
        if (kind === BLANK) continue;
        if (kind === COLON) expected = VALUE;
        else if (kind === COMMA) expected = closers[depth - 1] === CLOSE_OBJECT ? NAME : VALUE;
        else if (kind <= OPEN_ARRAY) {
          const isObject = kind === OPEN_OBJECT;
          closers[depth++] = isObject ? CLOSE_OBJECT : CLOSE_ARRAY;
          expected = isObject ? NAME | CLOSE_OBJECT : VALUE | CLOSE_ARRAY;
        } else {
          depth--;
          endValue();
        }
      }
      if (depth <= surface) return stop(place, "token");
    }
    return stop(place, "more");
  }

  function stop(place: number, verdict: Verdict): Verdict {
    at = place;
    return verdict;
  }

  function endToken(): void {
    if ((expected & NUMBER) === 0) expected = COLON | BLANK; // it was a name
    else endValue();
  }

  function endValue(): void {
    expected = depth === 0 ? BLANK : COMMA | BLANK | closers[depth - 1]!;
  }

  function inString(text: string, from: number): number {
    let place = from;
    for (;;) {
      if (escape !== 0) place = inEscape(text, place);
      if (escape !== 0) break;
      place = endOfPlain(text, place);
      const code = text.charCodeAt(place);
      if (code === QUOTE) return place + 1;
      if (code !== BACKSLASH) break;
      escape = ESCAPED;
      place++;
    }
    return stopIn(inString, place);
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
    let place = from;
    let state = number;
    while (place < end) {
      const code = text.charCodeAt(place);
      if (!isDigit(code) || !goesOnWithDigits(state)) {
        const next = continueNumber(state, code);
        if (next === NUMBER_ENDED) return place;
        if (next === NUMBER_WRONG) break;
        state = next;
      }
      place++;
    }
    number = state;
    return stopIn(inNumber, place);
  }

  function inLiteral(text: string, from: number): number {
    let place = from;
    while (spelled < literal.length) {
      if (text.charCodeAt(place) !== literal.charCodeAt(spelled)) return stopIn(inLiteral, place);
      place++;
      spelled++;
    }
    return place;
  }

  function stopIn(inside: Token, place: number): number {
    token = inside;
    return ~place;
  }

  return {
    at: () => at,
    depth: () => depth,
    expectsValue: () => (expected & VALUE) === VALUE,
    expectsName: () => (expected & VALUE) === NAME,
    scan,
    passValue: endValue,
    end() {
      if (token === inNumber && isNumber(number)) {
        token = undefined;
        endToken();
      }
      return expected === BLANK; // inside a token that token is
    },
    restart() {
      depth = 0;
      expected = VALUE;
      token = undefined;
      escape = 0;
    },
  };
}

/** Where a string's plain characters end: at a quote, an escape, a control character or the end. */
function endOfPlain(text: string, from: number): number {
  const end = text.length;
  let place = from;
  while (place < end) {
    const code = text.charCodeAt(place);
    if (code === QUOTE || code === BACKSLASH || code < SPACE) break;
    place++;
  }
  return place;
}

function literalOf(first: number): string {
  if (first === SMALL_T) return "true";
  return first === SMALL_F ? "false" : "null";
}
