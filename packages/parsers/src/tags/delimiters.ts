import { foldCase } from "../literals/fold-case.ts";
import type { Step } from "./tag-syntax.ts";

/** A delimiter, and what it says; or how one begins, and what reads it from there. */
export interface Beginning<Read> {
  text: string;
  read: Read;
  behind: Step<Read> | undefined;
}

/** What finds delimiters in a text. */
export interface Delimiters<Read> {
  /** Whether a delimiter can begin with the unit. */
  mayBegin: (unit: string) => boolean;
  /** Where the next unit is that a delimiter can begin with, or one of `stops`; -1 if nowhere. */
  find: (text: string, from: number) => number;
  /** Reads a delimiter from its first unit; of several, the one that is whole first. */
  begin: Step<Read>;
}

/** @param stops units that are to be found too */
export function delimiters<Read>(
  beginnings: readonly Beginning<Read>[],
  ignoreCase = false,
  stops = "",
): Delimiters<Read> {
  /** Gives "" for the end of a text. */
  function fold(unit: string): string {
    return ignoreCase && unit !== "" ? String.fromCharCode(foldCase(unit.charCodeAt(0))) : unit;
  }

  /** Reads unit `index` of one of the beginnings, which are equal up to there. */
  function oneOf(equal: readonly Beginning<Read>[], index: number): Step<Read> {
    const behind = equal.find(({ text }) => text.length === index)?.behind;
    const nexts = new Map<string, Step<Read> | Read>();
    for (const unit of equal.map(({ text }) => fold(text.charAt(index)))) {
      if (unit === "" || nexts.has(unit)) continue;
      const left = equal.filter(({ text }) => fold(text.charAt(index)) === unit);
      const whole = left.find(({ text, behind }) => !behind && text.length === index + 1);
      nexts.set(unit, whole?.read ?? oneOf(left, index + 1));
    }
    return (unit) => behind?.(unit) ?? nexts.get(fold(unit));
  }

  const firsts = new Set(beginnings.map(({ text }) => fold(text.charAt(0))));
  return {
    mayBegin: (unit) => firsts.has(fold(unit)),
    find: finder(Array.from(firsts).join("") + stops, ignoreCase),
    begin: oneOf(beginnings, 0),
  };
}

/** The engine leaps to one unit; for several, or in either case, it needs an expression. */
function finder(units: string, ignoreCase: boolean): (text: string, from: number) => number {
  const hasCase = ignoreCase && units.toLowerCase() !== units.toUpperCase();
  if (units.length < 2 && !hasCase) return (text, from) => text.indexOf(units, from);
  const expression = new RegExp(`[${units.replace(/[\\\]^-]/g, "\\$&")}]`, hasCase ? "gi" : "g");
  return (text, from) => {
    expression.lastIndex = from;
    return expression.test(text) ? expression.lastIndex - 1 : -1;
  };
}
