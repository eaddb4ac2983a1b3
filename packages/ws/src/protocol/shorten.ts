const LAST_HALF = /[\ud800-\udbff]$/; // of a pair whose other half is behind the cut

/** The beginning of a text, so many UTF-16 code units at most. No character is cut in two. */
export function shorten(text: string, units: number): string {
  return text.length <= units ? text : text.slice(0, units).replace(LAST_HALF, "");
}
