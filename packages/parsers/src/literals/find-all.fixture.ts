/** A literal's match in the whole text. */
export interface Match {
  literal: number;
  start: number;
  end: number;
}

/** Leftmost, then longest, then the first literal: at each place each literal is tried. */
export function findAll(text: string, literals: readonly string[], ignoreCase = false): Match[] {
  const found: Match[] = [];
  for (let start = 0; start < text.length;) {
    let best: Match | undefined;
    for (const [literal, { length }] of literals.entries()) {
      const end = start + length;
      if (length <= (best === undefined ? 0 : best.end - best.start)) continue;
      if (same(text.slice(start, end), literals[literal]!, ignoreCase))
        best = { literal, start, end };
    }
    if (best !== undefined) found.push(best);
    start = best?.end ?? start + 1;
  }
  return found;
}

/** The first stop to be complete, and of those complete at one place the longest. */
export function findStop(
  text: string,
  stops: readonly string[],
  ignoreCase = false,
): Match | undefined {
  for (let end = 1; end <= text.length; end++) {
    let best: Match | undefined;
    for (const [literal, { length }] of stops.entries()) {
      const start = end - length;
      if (start < 0 || (best !== undefined && start >= best.start)) continue;
      if (same(text.slice(start, end), stops[literal]!, ignoreCase)) best = { literal, start, end };
    }
    if (best !== undefined) return best;
  }
  return undefined;
}

/** The platform's own comparison without case. */
export function same(text: string, literal: string, ignoreCase: boolean): boolean {
  if (!ignoreCase) return text === literal;
  const units = Array.from({ length: literal.length }, (_, at) => literal.charCodeAt(at));
  const pattern = units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
  return new RegExp(`^${pattern}$`, "i").test(text);
}
