/** Durations in a fixed space, for quantiles that are right within one percent. */
export interface Durations {
  readonly count: number;
  readonly max: number;
  add(this: void, milliseconds: number): void;
  /** The smallest duration that so great a part of them does not exceed. */
  quantile(this: void, part: number): number;
  /** How many there were of which length, ascending. */
  entries(this: void): [milliseconds: number, count: number][];
}

// Bucket n holds what is longer than bucket n - 1 holds, up to SHORTEST * GROWTH ** n; what is said
// of all in it, their middle, is within one percent of each.
const GROWTH = 1.02020202020202; // 1.01 / 0.99
const SHORTEST = 0.001; // a microsecond; what is shorter counts as no time
const BUCKETS = 1_152; // up to 10 ** 7 milliseconds, some three hours; what is longer counts as that

/**
 * Counts durations in buckets that grow by the same factor.
 *
 * - **Limits:** 4.5 KiB. From a microsecond to three hours.
 * - **Cost:** a logarithm each.
 * - **Source:** C. Masson, J. E. Rim, H. K. Lee, DDSketch, PVLDB 12 (2019).
 */
export function countDurations(): Durations {
  const perBucket = 1 / Math.log(GROWTH);
  const counts = new Uint32Array(BUCKETS);
  let count = 0;
  let max = 0;

  return {
    get count() {
      return count;
    },
    get max() {
      return max;
    },
    add(milliseconds) {
      count++;
      if (milliseconds > max) max = milliseconds;
      const bucket = Math.ceil(Math.log(milliseconds / SHORTEST) * perBucket);
      counts[bucket > 0 ? Math.min(bucket, BUCKETS - 1) : 0]!++;
    },
    quantile(part) {
      let left = Math.max(1, Math.ceil(part * count));
      for (let bucket = 0; bucket < BUCKETS; bucket++) {
        left -= counts[bucket]!;
        if (left <= 0) return Math.min(max, middleOf(bucket));
      }
      return 0;
    },
    entries() {
      const entries: [number, number][] = [];
      for (let bucket = 0; bucket < BUCKETS; bucket++) {
        if (counts[bucket]! > 0) entries.push([Math.min(max, middleOf(bucket)), counts[bucket]!]);
      }
      return entries;
    },
  };
}

/** As far, in parts of itself, from the bucket's lower end as from its upper one. */
function middleOf(bucket: number): number {
  return bucket === 0 ? 0 : (SHORTEST * 2 * GROWTH ** bucket) / (GROWTH + 1);
}
