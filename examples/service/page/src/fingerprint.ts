import type { Reading } from "./reading.ts";

/** What of a reading is compared, and by which name. */
const COMPARED = {
  words: "words",
  sentences: "sentences",
  blocks: "Markdown",
  code: "code",
  json: "JSON",
  tools: "tool calls",
  reasoning: "reasoning",
} as const satisfies Record<keyof Reading, string>;

export type Fingerprints = Record<keyof Reading, string>;

/** A short number for each output of a reading: two readings are the same if these are. */
export function fingerprints(reading: Reading): Fingerprints {
  const names = Object.keys(COMPARED) as (keyof Reading)[];
  return Object.fromEntries(
    names.map((name) => [name, hash(JSON.stringify(reading[name]))]),
  ) as Fingerprints;
}

/** Which outputs differ, by their names. */
export function differences(a: Fingerprints, b: Fingerprints): string[] {
  const names = Object.keys(COMPARED) as (keyof Reading)[];
  return names.filter((name) => a[name] !== b[name]).map((name) => COMPARED[name]);
}

// FNV-1a: the platform's own digests are promises, and only there on secure pages.
const BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

function hash(text: string): string {
  let sum = BASIS;
  for (let at = 0; at < text.length; at++) {
    sum = Math.imul(sum ^ text.charCodeAt(at), PRIME);
  }
  return (sum >>> 0).toString(16).padStart(8, "0");
}
