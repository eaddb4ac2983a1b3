import { differences, fingerprints } from "./fingerprint.ts";
import { nameOfSize } from "./cuts.ts";
import { readAgain } from "./read-again.ts";
import type { Answer, Check } from "./state.ts";
import { decodedChunks } from "./wire.ts";

/** What the first cut gave, to be compared with: the answer as it came in, where it came whole. */
export function beginCheck({ wire, columns }: Answer, isWhole: boolean): Check {
  const [{ reading }] = columns as [Answer["columns"][number]];
  const first = isWhole ? reading : readAgain(decodedChunks(wire), undefined).reading;
  return { first: fingerprints(first), differences: [], sizes: new Set() };
}

/** Reads the answer once more with another cut; gives the check with it, and what it gave. */
export function tryCut({ wire }: Answer, check: Check, size: number | undefined) {
  const { reading, pieces } = readAgain(decodedChunks(wire), size);
  const different = differences(check.first, fingerprints(reading));
  const named = different.map((what) => `${what} (${nameOfSize(size)})`);
  return {
    reading,
    pieces,
    check: {
      ...check,
      differences: [...new Set([...check.differences, ...named])],
      sizes: new Set([...check.sizes, size]),
    },
  };
}
