import { isLineEnd } from "./units.ts";

const FEW = 32;
const LINE_ENDS = /[\n\r]/g;

/** Reads the rest of a line from `from` on; gives where that ends: at a line end or with the text. */
export type Rest = (text: string, from: number) => number;

/** Where the next line end is, or the end of the text. */
export function findLineEnd(text: string, from: number): number {
  let at = from;
  const close = Math.min(text.length, from + FEW);
  while (at < close && !isLineEnd(text.charCodeAt(at))) at++;
  if (at < close || close === text.length) return at;
  LINE_ENDS.lastIndex = at; // in long texts it leaps
  return LINE_ENDS.test(text) ? LINE_ENDS.lastIndex - 1 : text.length;
}
