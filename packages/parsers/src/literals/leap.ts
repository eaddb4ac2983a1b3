/** So many first units of each literal tell well enough where one may begin. */
const MOST_UNITS = 6;

/**
 * Gives the next place where a literal may begin, or the text's length. It looks at a few units by
 * the engine's own search, so it is fast, and linear on every engine.
 */
export function leapOver(
  literals: readonly string[],
  ignoreCase: boolean,
): (text: string, from: number) => number {
  const length = literals.reduce((least, text) => Math.min(least, text.length), MOST_UNITS);
  const places = Array.from({ length }, (_, at) => unitsAt(literals, at));
  const beginning = new RegExp(places.join(""), ignoreCase ? "gi" : "g");
  return (text, from) => {
    beginning.lastIndex = from;
    if (beginning.test(text)) return beginning.lastIndex - length;
    // The last units may begin what the text is too short for.
    return Math.max(from, text.length - length + 1);
  };
}

function unitsAt(literals: readonly string[], at: number): string {
  const units = new Set(literals.map((text) => text.charCodeAt(at)));
  return `[${Array.from(units, escapeUnit).join("")}]`;
}

function escapeUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, "0")}`;
}
