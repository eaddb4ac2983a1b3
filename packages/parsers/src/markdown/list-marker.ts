import { CLOSE_PARENTHESIS, DOT, isBlank, isDigit, LINE_END, ZERO } from "./units.ts";
import { NO, PENDING, YES, type Verdict } from "./verdict.ts";

const LONGEST_NUMBER = 9;

/** Reads the marker of a list's item. */
export interface ListMarker {
  /** Items of one list have the same: their bullet, or what stands behind their number. */
  mark: number;
  /** How many units it has. */
  width: number;
  /** Reads the first unit, a bullet or a digit. Only a list that begins with 1 interrupts a paragraph. */
  begin(unit: number, interrupts: boolean): Verdict;
  /** Reads on, up to the white space or the line end behind it. */
  read(unit: number): Verdict;
}

export function listMarker(): ListMarker {
  let number: number | undefined; // not for a bullet, and not behind the number
  let onlyOne = false;
  const self: ListMarker = {
    mark: 0,
    width: 0,
    begin(unit, interrupts) {
      self.mark = unit;
      self.width = 1;
      number = isDigit(unit) ? unit - ZERO : undefined;
      onlyOne = interrupts;
      return isPossible();
    },
    read(unit) {
      if (number === undefined) return isBlank(unit) || unit === LINE_END ? YES : NO;
      self.width++;
      if (isDigit(unit)) {
        number = number * 10 + unit - ZERO;
        return self.width > LONGEST_NUMBER ? NO : isPossible();
      }
      if (unit !== DOT && unit !== CLOSE_PARENTHESIS) return NO;
      if (onlyOne && number !== 1) return NO;
      self.mark = unit;
      number = undefined;
      return PENDING;
    },
  };

  function isPossible(): Verdict {
    return onlyOne && number !== undefined && number > 1 ? NO : PENDING;
  }
  return self;
}
