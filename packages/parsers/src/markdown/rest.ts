import { isLineEnd, PIPE, SPACE } from "./units.ts";

/** Reads the rest of a line, in pieces without line ends. */
export interface Rest {
  read(text: string, from: number, to: number): void;
  /** Whether it reads the next piece also if there is neither a pipe nor a backslash in it. */
  readsAll: boolean;
}

/** What follows says nothing of the structure. */
export const ignored: Rest = { read: () => undefined, readsAll: false };

const FEW = 32;
const BETWEEN_MARKS = 32; // the bit in which a pipe and a backslash differ

/** What finds the next line end, pipe or backslash, or the end of the text. */
export function markFinder(): (text: string, from: number) => number {
  const marks = /[\n\r|\\]/g;
  return (text, from) => {
    let at = from;
    const end = text.length;
    if (end - from > FEW) {
      marks.lastIndex = from; // in long texts it leaps
      return marks.test(text) ? marks.lastIndex - 1 : end;
    }
    while (at < end && !isMark(text.charCodeAt(at))) at++;
    return at;
  };
}

function isMark(unit: number): boolean {
  return unit < SPACE ? isLineEnd(unit) : (unit | BETWEEN_MARKS) === PIPE;
}
