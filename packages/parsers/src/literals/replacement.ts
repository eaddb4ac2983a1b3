/** What stands in place of a match: this text, as it is, or what a function makes of the match. */
export type Replacement = string | ((match: string) => string);

export function replace(match: string, replacement: Replacement): string {
  return typeof replacement === "string" ? replacement : replacement(match);
}
