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
    let open = depth; // a local variable is faster
    if (inString) {
      at = leapString(text, from);
      if (at === OPEN || open === 0) return at;
    }
    while (at < text.length) {
      const code = text.charCodeAt(at++);
      if (code === QUOTE) {
        const quote = text.indexOf('"', at);
        // Most strings are whole, and have no escape at their end.
        if (quote !== -1 && text.charCodeAt(quote - 1) !== BACKSLASH) at = quote + 1;
        else {
          at = leapString(text, at);
          if (at === OPEN) break;
        }
        if (open === 0) return at;
      } else if (code >= OPEN_ARRAY) {
        // Square brackets are to curly ones what capitals are to small letters.
        const curly = toSmall(code);
        if (curly === OPEN_OBJECT) {
          if (open >= deepest) return DEEP;
          open++;
        } else if (curly === CLOSE_OBJECT) {
          open--;
          if (open === 0) return at;
        }
      }
    }
    depth = open;
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
