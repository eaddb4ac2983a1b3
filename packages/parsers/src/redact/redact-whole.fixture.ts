import { same } from "../literals/find-all.fixture.ts";

/** A rule as the definition has it. */
export interface WholeRule {
  match: string | RegExp;
  maxMatch?: number;
  replacement: string;
  /** Whether the match of a regular expression asks for more than the text has. */
  asks?: (text: string) => boolean;
}

export interface WholeOptions {
  overflow?: "error" | "redact";
  ignoreCase?: boolean;
}

/**
 * At each place in turn each rule is tried, sticky, on its window of the whole text. What matches
 * there, but asks for more than the window, is too long.
 */
export function redactWhole(
  text: string,
  rules: readonly WholeRule[],
  { overflow = "error", ignoreCase = false }: WholeOptions = {},
): string {
  let output = "";
  for (let at = 0; at < text.length;) {
    let length = 0;
    let best: WholeRule | undefined;
    for (const rule of rules) {
      const matched = lengthAt(text, at, rule, ignoreCase);
      if (matched <= length) continue;
      length = matched;
      best = rule;
    }
    if (best === undefined) {
      output += text[at++]!;
      continue;
    }
    output += best.replacement;
    const { match, maxMatch = Infinity } = best;
    const head = text.slice(at, at + length);
    at += length;
    if (typeof match === "string" || length <= maxMatch) continue;
    if (overflow === "error") throw new RangeError("a match grew beyond maxMatch");
    const isUnicode = readsCharacters(match);
    const characters = isUnicode ? Array.from(head) : head.split("");
    const begin = characters.slice(0, -1).join("");
    while (at < text.length) {
      const next = isUnicode ? String.fromCodePoint(text.codePointAt(at)!) : text[at]!;
      if (!goesOn(best, match, begin + next)) break;
      at += next.length;
    }
  }
  return output;
}

function lengthAt(text: string, at: number, rule: WholeRule, ignoreCase: boolean): number {
  const { match, maxMatch = Infinity } = rule;
  if (typeof match === "string") {
    return same(text.slice(at, at + match.length), match, ignoreCase) ? match.length : 0;
  }
  const isUnicode = readsCharacters(match);
  if (isUnicode && at > 0 && isPair(text, at - 1)) return 0;
  const end = at + maxMatch + 1;
  const window = text.slice(at, isUnicode && isPair(text, end - 1) ? end + 1 : end);
  const length = matchedBy(match, window);
  const isFull = window.length > maxMatch;
  return length > 0 && isFull && goesOn(rule, match, window) ? window.length : length;
}

function goesOn({ asks }: WholeRule, match: RegExp, text: string): boolean {
  return asks?.(text) === true || matchedBy(match, text) === text.length;
}

function matchedBy({ source, flags }: RegExp, text: string): number {
  const sticky = new RegExp(source, `${flags.replace(/[gy]/g, "")}y`);
  return sticky.exec(text)?.[0].length ?? 0;
}

function readsCharacters({ flags }: RegExp): boolean {
  return /[uv]/.test(flags);
}

function isPair(text: string, at: number): boolean {
  return /^[\ud800-\udbff][\udc00-\udfff]/.test(text.slice(at));
}
