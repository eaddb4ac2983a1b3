import type { Measurement } from "./measure.ts";
import type { Target } from "./workload.ts";

/** One contender's times as ratios to another's in the same round. */
export interface Ratio {
  median: number;
  min: number;
  max: number;
}

/** A row's result, as it is printed and kept. */
export interface Result {
  workload: string;
  row: string;
  contenders: ContenderResult[];
}

export interface ContenderResult {
  name: string;
  /** To the reference, which comes first. */
  ratio: Ratio;
  /** Median time of one run. Not to be compared between machines. */
  milliseconds: number;
  targets: (Target & { median: number; met: boolean })[];
}

export function resultOf(workload: string, row: string, measured: Measurement[]): Result {
  const reference = measured[0]!;
  const contenders = measured.map(({ contender, times }) => ({
    name: contender.name,
    ratio: ratioOf(times, reference.times),
    milliseconds: median(times),
    targets: (contender.targets ?? []).flatMap((target) => {
      const other =
        target.of === undefined
          ? reference
          : measured.find((one) => one.contender.name.startsWith(target.of!));
      if (other === undefined) return [];
      const ratio = ratioOf(times, other.times).median;
      return [{ ...target, median: ratio, met: ratio <= target.atMost }];
    }),
  }));
  return { workload, row, contenders };
}

function ratioOf(times: readonly number[], others: readonly number[]): Ratio {
  const ratios = times.map((time, round) => time / others[round]!);
  return { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
