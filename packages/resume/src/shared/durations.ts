/** Some thirty years: what a server takes for a number where for ever is meant. */
const FOR_EVER = 1e12;

/** Whole milliseconds, as servers count them. */
export function wholeMilliseconds(duration: number): number {
  return Math.min(Math.ceil(duration), FOR_EVER);
}
