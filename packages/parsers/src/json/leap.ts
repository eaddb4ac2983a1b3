import { BACKSLASH, CLOSE_OBJECT, OPEN_ARRAY, OPEN_OBJECT, QUOTE, toSmall } from "./characters.ts";

/** Inside of the value, when the text ran out. */
export const OPEN = -1;
/** Containers nest too deep. */
export const DEEP = -2;

/** Finds where values end that come in pieces, and looks at nothing else. */
export interface JsonLeaper {
  /** Begins with an object, array or string, in which containers may nest so deep. */
  begin(maxDepth: number): void;
  /** Where the value ends, if it is JSON; if it is not, any place. Or `OPEN`, or `DEEP`. */
  leap(text: string, from: number): number;
}

/**
 * Makes a leaper.
 *
 * - **Cost:** strings are leapt over, the rest is looked at once: less than half of `JSON.parse`.
 */
export function jsonLeaper(): JsonLeaper {
  let deepest = 0;
  let depth = 0;
  let inString = false;
  let escaped = false; // in a string: the unit that comes next

  function leap(text: string, from: number): number {
    const end = text.length;
    let at = from;
    while (at < end) {
      if (inString) {
        at = leapString(text, at);
        if (at === OPEN || depth === 0) return at;
        continue;
      }
      const code = text.charCodeAt(at++);
      if (code === QUOTE) inString = true;
      else if (code >= OPEN_ARRAY) {
        // Square brackets are to curly ones what capitals are to small letters.
        const curly = toSmall(code);
        if (curly === OPEN_OBJECT) {
          if (depth === deepest) return DEEP;
          depth++;
        } else if (curly === CLOSE_OBJECT) {
          depth--;
          if (depth === 0) return at;
        }
      }
    }
    return OPEN;
  }

  /** Where the string ends. */
  function leapString(text: string, from: number): number {
    const begin = escaped ? from + 1 : from;
    escaped = false;
    let quote = text.indexOf('"', begin);
    while (text.charCodeAt(quote - 1) === BACKSLASH && isEscaped(text, quote, begin)) {
      quote = text.indexOf('"', quote + 1);
    }
    if (quote === -1) {
      escaped = isEscaped(text, text.length, begin);
      return OPEN;
    }
    inString = false;
    return quote + 1;
  }

  return {
    begin(maxDepth) {
      deepest = maxDepth;
      depth = 0;
      inString = escaped = false;
    },
    leap,
  };
}

/** An odd number of backslashes, no further back than `from`, escapes what is behind them. */
function isEscaped(text: string, at: number, from: number): boolean {
  let before = at - 1;
  while (before >= from && text.charCodeAt(before) === BACKSLASH) before--;
  return (at - before) % 2 === 0;
}
