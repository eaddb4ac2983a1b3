import type { Step } from "./tag-syntax.ts";

/** A delimiter, and what it says; or how one begins, and what reads it from there. */
export interface Beginning<Read> {
  text: string;
  read: Read;
  behind: Step<Read> | undefined;
}

/** What finds delimiters in a text. */
export interface Delimiters<Read> {
  /** Every unit that a delimiter can begin with, once or more. */
  firstUnits: string;
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
  const fold = (text: string) => (ignoreCase ? text.toLowerCase() : text);

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

  const firsts = beginnings.map(({ text }) => text.charAt(0)).join("");
  const firstUnits = ignoreCase ? firsts.toLowerCase() + firsts.toUpperCase() : firsts;
  return { firstUnits, find: finder(firstUnits + stops), begin: oneOf(beginnings, 0) };
}

/** The engine leaps to one unit; for several it needs an expression. */
function finder(units: string): (text: string, from: number) => number {
  const unit = units.charAt(0);
  if (units === unit.repeat(units.length)) return (text, from) => text.indexOf(unit, from);
  const expression = new RegExp(`[${units.replace(/[\\\]^-]/g, "\\$&")}]`, "g");
  return (text, from) => {
    expression.lastIndex = from;
    return expression.test(text) ? expression.lastIndex - 1 : -1;
  };
}
