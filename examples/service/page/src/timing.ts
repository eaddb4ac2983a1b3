import type { Metrics } from "@millrace/flow";
import type { Arrival } from "./wire.ts";

/** A bar of the histogram: so many chunks came less than `below` milliseconds after the one before. */
export interface Bar {
  from: number;
  below: number;
  count: number;
}

const EDGES = [0, 2, 5, 10, 20, 50, 100, 200, 500, 1000, Infinity];
const SECOND = 1000;

/** The silences between chunks, in bars; each about twice as wide as the one before. */
export function histogram({ timePerChunk }: Pick<Metrics, "timePerChunk">): Bar[] {
  const bars = EDGES.slice(1).map((below, at) => ({ from: EDGES[at]!, below, count: 0 }));
  for (const [seconds, count] of timePerChunk?.counts ?? []) {
    bars.find(({ below }) => seconds * SECOND < below)!.count += count;
  }
  return bars;
}

/** A point of the timeline, in parts of its width and height. */
export interface Point {
  x: number;
  y: number;
}

/** How the text grew, as a line that climbs to 1; at most so many points. */
export function growth(arrivals: readonly Arrival[], duration: number, most: number): Point[] {
  const total = arrivals.at(-1)?.characters ?? 0;
  const points: Point[] = [];
  let lastSlot = -1;
  for (const [at, arrival] of arrivals.entries()) {
    const x = duration === 0 ? 0 : arrival.at / duration;
    const slot = Math.floor(x * most);
    if (slot === lastSlot && at < arrivals.length - 1) continue;
    lastSlot = slot;
    points.push({ x, y: total === 0 ? 0 : arrival.characters / total });
  }
  return points;
}
