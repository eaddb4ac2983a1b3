import type { Step } from "./tag-syntax.ts";

/** How a delimiter begins, and what is read then; or what reads on behind it. */
export interface Beginning<Read> {
  text: string;
  read?: Read;
  behind?: Step<Read>;
}

/** What finds delimiters in a text. */
export interface Delimiters<Read> {
  /** Every unit that a delimiter can begin with. */
  firstUnits: ReadonlySet<string>;
  /** Where the next unit is that a delimiter can begin with, or one of `stops`; -1 if nowhere. */
  find: (text: string, from: number) => number;
  /** Reads a delimiter from its first unit; of several, the one that is whole first. */
  begin: Step<Read>;
}

export interface DelimitersOptions {
  ignoreCase: boolean;
  /** Units that are to be found too. */
  stops: string;
}

export function delimiters<Read>(
  beginnings: readonly Beginning<Read>[],
  { ignoreCase, stops }: DelimitersOptions,
): Delimiters<Read> {
  const fold = ignoreCase ? lowerCase : (text: string) => text;
  const folded = beginnings.map((beginning) => ({ ...beginning, text: fold(beginning.text) }));
  const firstUnits = new Set(
    folded.flatMap(({ text }) => {
      const unit = text.charAt(0);
      return ignoreCase ? [unit, upperCase(unit)] : [unit];
    }),
  );
  return {
    firstUnits,
    find: finder([...firstUnits, ...Array.from(stops)]),
    begin: oneOf(folded, 0, fold),
  };
}

/** Reads unit `index` of one of the beginnings, which are equal up to there. */
function oneOf<Read>(
  beginnings: readonly Beginning<Read>[],
  index: number,
  fold: (unit: string) => string,
): Step<Read> {
  const behind = beginnings.find(({ text }) => text.length === index)?.behind;
  const nexts = new Map<string, Step<Read> | Read>();
  for (const unit of new Set(beginnings.map(({ text }) => text.charAt(index)))) {
    const same = beginnings.filter(({ text }) => text.charAt(index) === unit);
    const whole = same.find(({ text, read }) => text.length === index + 1 && read !== undefined);
    if (unit !== "") nexts.set(unit, whole?.read ?? oneOf(same, index + 1, fold));
  }
  return (unit) => behind?.(unit) ?? nexts.get(fold(unit));
}

/** The engine leaps to one unit; for several it needs an expression. */
function finder(units: readonly string[]): (text: string, from: number) => number {
  const [first] = units;
  if (first !== undefined && units.length === 1) return (text, from) => text.indexOf(first, from);
  const escaped = units.map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const expression = new RegExp(`[${escaped.join("")}]`, "g");
  return (text, from) => {
    expression.lastIndex = from;
    return expression.test(text) ? expression.lastIndex - 1 : -1;
  };
}

/** Of ASCII letters only, so that no text changes its length. */
function lowerCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function upperCase(text: string): string {
  return text.replace(/[a-z]/g, (letter) => letter.toUpperCase());
}
