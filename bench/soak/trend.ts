/** What was measured when so much had been done. */
export type Point = readonly [done: number, measured: number];

/**
 * By how much what is measured grows with each thing done: the median of the slopes between all
 * pairs of points (Theil and Sen), which single outliers do not move.
 */
export function trendOf(points: readonly Point[]): number {
  const slopes = points
    .flatMap(([x, y], index) => points.slice(index + 1).map(([u, v]) => (v - y) / (u - x)))
    .sort((one, other) => one - other);
  const middle = slopes.length / 2;
  return (slopes[Math.floor(middle)]! + slopes[Math.ceil(middle) - 1]!) / 2;
}
