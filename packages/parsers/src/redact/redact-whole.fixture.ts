import { same } from "../literals/find-all.fixture.ts";

/** A rule as the definition has it. */
export interface WholeRule {
  match: string | RegExp;
  maxMatch?: number;
  replacement: string;
}

export interface WholeOptions {
  overflow?: "error" | "redact";
  ignoreCase?: boolean;
}

/** At each place in turn each rule is tried, sticky, on its window of the whole text. */
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
    const isUnicode = match.unicode || match.flags.includes("v");
    const characters = isUnicode ? Array.from(head) : head.split("");
    const begin = characters.slice(0, -1).join("");
    while (at < text.length) {
      const next = isUnicode ? String.fromCodePoint(text.codePointAt(at)!) : text[at]!;
      if (sticky(match).exec(begin + next)?.[0] !== begin + next) break;
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
  const isUnicode = match.unicode || match.flags.includes("v");
  if (isUnicode && at > 0 && isPair(text, at - 1)) return 0;
  const end = at + maxMatch + 1;
  const window = text.slice(at, isUnicode && isPair(text, end - 1) ? end + 1 : end);
  return sticky(match).exec(window)?.[0].length ?? 0;
}

function sticky({ source, flags }: RegExp): RegExp {
  return new RegExp(source, `${flags.replace(/[gy]/g, "")}y`);
}

function isPair(text: string, at: number): boolean {
  return /^[\ud800-\udbff][\udc00-\udfff]/.test(text.slice(at));
}
