/** What a contender has held at most while it read a long answer. */
export interface MemoryResult {
  row: string;
  contenders: MemoryFigure[];
}

export interface MemoryFigure {
  name: string;
  /** MiB resident at the peak, over those of a process that does nothing, median of all runs. */
  over: number;
  min: number;
  max: number;
  runs: number;
  target?: { atMost: number; met: boolean };
}

/** From the peaks of processes that did nothing, and of those that did the work. */
export function figureOf(
  name: string,
  idle: readonly number[],
  peaks: readonly number[],
  atMost?: number,
): MemoryFigure {
  const floor = median(idle);
  const over = median(peaks) - floor;
  return {
    name,
    over,
    min: Math.min(...peaks) - floor,
    max: Math.max(...peaks) - floor,
    runs: peaks.length,
    ...(atMost !== undefined && { target: { atMost, met: over <= atMost } }),
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
