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
 * - **Cost:** one look at each character outside of strings, and one `indexOf` a quote.
 */
export function jsonLeaper(): JsonLeaper {
  let deepest = 0;
  let depth = 0;
  let inString = false; // when the text ran out
  let escaped = false; // in a string: the unit that comes next

  function leap(text: string, from: number): number {
    let at = from;
    if (inString) {
      at = leapString(text, at);
      if (at === OPEN || depth === 0) return at;
    }
    while (at < text.length) {
      const code = text.charCodeAt(at++);
      if (code === QUOTE) {
        at = leapString(text, at);
        if (at === OPEN || depth === 0) return at;
      } else if (code >= OPEN_ARRAY) {
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
    let at = escaped ? from + 1 : from;
    for (;;) {
      const quote = text.indexOf('"', at);
      inString = quote === -1;
      escaped = isEscaped(text, at, inString ? text.length : quote);
      if (inString) return OPEN;
      at = quote + 1;
      if (!escaped) return at;
    }
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

/** Whether the unit at `to` stands behind a backslash that is not escaped itself. */
function isEscaped(text: string, from: number, to: number): boolean {
  let at = to;
  while (at > from && text.charCodeAt(at - 1) === BACKSLASH) at--;
  return (to - at) % 2 === 1;
}
