import { BACKTICK, isBlank, LINE_END, TILDE } from "./units.ts";
import { NO, PENDING, YES, type Verdict } from "./verdict.ts";

const SHORTEST = 3;

/** Reads the lines that begin and end fenced code. */
export interface Fence {
  /** The first mark of what may open a fence. */
  begin(mark: number): void;
  /** Reads on in the opening line: `YES` once, as soon as it is sure to be one. */
  read(unit: number): Verdict;
  /** What stands behind the marks of an opening line. */
  infoIn(line: string): string;
  /** Whether this may be the first mark of what closes the fence; then it is read. */
  beginEnd(unit: number): boolean;
  readEnd(unit: number): Verdict;
}

export function fenceReader(): Fence {
  let mark = 0;
  let length = 0;
  let endLength = 0;
  let isBehindMarks = false;
  return {
    begin(unit) {
      mark = unit;
      length = 1;
      isBehindMarks = false;
    },
    read(unit) {
      if (unit === mark && !isBehindMarks) {
        length++;
        return mark === TILDE && length === SHORTEST ? YES : PENDING;
      }
      if (length < SHORTEST) return NO;
      isBehindMarks = true;
      if (mark === TILDE) return PENDING;
      return unit === LINE_END ? YES : unit === BACKTICK ? NO : PENDING;
    },
    infoIn: (line) => line.trim().slice(length).trim(),
    beginEnd(unit) {
      endLength = 1;
      isBehindMarks = false;
      return unit === mark;
    },
    readEnd(unit) {
      if (unit === mark && !isBehindMarks) {
        endLength++;
        return PENDING;
      }
      if (endLength < length) return NO;
      isBehindMarks = true;
      return unit === LINE_END ? YES : isBlank(unit) ? PENDING : NO;
    },
  };
}
