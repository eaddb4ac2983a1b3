import {
  BACKSLASH,
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
} from "./characters.ts";

/**
 * Where the object or array at `from` ends, if it is JSON; if it is not, any place. Gives -1 if the
 * text ends first, or if containers nest deeper than `maxDepth`.
 *
 * - **Cost:** strings are leapt over, the rest is looked at once: a third of `JSON.parse`.
 */
export function leapValue(text: string, from: number, maxDepth: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = closingQuote(text, at + 1);
      if (at === -1) return -1;
    } else if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
      if (depth === maxDepth) return -1;
      depth++;
    } else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) {
      depth--;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}

/** The next quote that no backslash escapes. */
function closingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at !== -1 && isEscaped(text, at, from)) at = text.indexOf('"', at + 1);
  return at;
}

function isEscaped(text: string, at: number, from: number): boolean {
  let before = at - 1;
  while (before >= from && text.charCodeAt(before) === BACKSLASH) before--;
  return (at - before) % 2 === 0;
}
