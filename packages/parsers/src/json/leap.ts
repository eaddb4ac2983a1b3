import { BACKSLASH, CLOSE_OBJECT, OPEN_ARRAY, OPEN_OBJECT, QUOTE, toSmall } from "./characters.ts";

/**
 * Where the object, array or string at `from` ends, if it is JSON; if it is not, any place. Gives -1
 * if the text ends first, or if containers nest deeper than `maxDepth`.
 *
 * - **Cost:** strings are leapt over, the rest is looked at once: less than half of `JSON.parse`.
 */
export function leapValue(text: string, from: number, maxDepth: number): number {
  const end = text.length;
  let depth = 0;
  let at = from;
  while (at < end) {
    const code = text.charCodeAt(at++);
    if (code === QUOTE) {
      let quote = text.indexOf('"', at);
      while (text.charCodeAt(quote - 1) === BACKSLASH && isEscaped(text, quote, at)) {
        quote = text.indexOf('"', quote + 1);
      }
      if (quote === -1) return -1;
      at = quote + 1;
      if (depth === 0) return at;
    } else if (code >= OPEN_ARRAY) {
      // Square brackets are to curly ones what capitals are to small letters.
      const curly = toSmall(code);
      if (curly === OPEN_OBJECT) {
        if (depth === maxDepth) return -1;
        depth++;
      } else if (curly === CLOSE_OBJECT) {
        depth--;
        if (depth === 0) return at;
      }
    }
  }
  return -1;
}

/** An odd number of backslashes, no further back than `from`, escapes what is behind them. */
function isEscaped(text: string, at: number, from: number): boolean {
  let before = at - 1;
  while (before >= from && text.charCodeAt(before) === BACKSLASH) before--;
  return (at - before) % 2 === 0;
}
