/**
 * What flows between two stages. `units` are pieces of text that mean something each, `lines` are units
 * that are lines: where text is wanted, both are text.
 */
export type Kind =
  | "bytes"
  | "events"
  | "frames"
  | "values"
  | "parts"
  | "messages"
  | "text"
  | "units"
  | "lines";

/** What may stand for what. Bytes are decoded on the way. */
const ALSO: Partial<Record<Kind, readonly Kind[]>> = {
  bytes: ["text"],
  units: ["text"],
  lines: ["units", "text"],
};

/** As which of the kinds that a stage takes this one goes in; undefined if as none. */
export function fit(given: Kind, takes: readonly Kind[]): Kind | undefined {
  return [given, ...(ALSO[given] ?? [])].find((kind) => takes.includes(kind));
}
