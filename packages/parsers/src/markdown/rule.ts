import { EQUALS, HYPHEN, isBlank } from "./units.ts";

const BREAK_LENGTH = 3;

/**
 * Reads a run of one mark with white space between, which may fill its line: then the line is a
 * thematic break or underlines a heading, whatever else it has looked like.
 */
export interface Rule {
  /** So far nothing else has come. */
  isOpen: boolean;
  /** How many containers it is in. */
  depth: number;
  /** `canUnderline`: it is in a paragraph. */
  begin(mark: number, depth: number, canUnderline: boolean): void;
  /** Gives whether it still is. */
  read(unit: number): boolean;
  isUnderline(): boolean;
  isBreak(): boolean;
}

export function ruleReader(): Rule {
  let mark = 0;
  let count = 0;
  let mayUnderline = false;
  let isBehindBlank = false;
  const self: Rule = {
    isOpen: false,
    depth: 0,
    begin(unit, depth, canUnderline) {
      self.isOpen = true;
      self.depth = depth;
      mark = unit;
      count = 1;
      mayUnderline = canUnderline && (mark === EQUALS || mark === HYPHEN);
      isBehindBlank = false;
    },
    read(unit) {
      if (unit === mark) {
        count++;
        if (isBehindBlank) mayUnderline = false;
      } else if (isBlank(unit)) isBehindBlank = true;
      else self.isOpen = false;
      return self.isOpen;
    },
    isUnderline: () => mayUnderline,
    isBreak: () => mark !== EQUALS && count >= BREAK_LENGTH,
  };
  return self;
}
