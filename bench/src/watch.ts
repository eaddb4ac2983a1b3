import type { MemoryFigure } from "../memory/figures.ts";
import type { ContenderResult } from "./ratio.ts";
import { titleOf, type Report } from "./report.ts";

const FIFTH_WORSE = 1.2;

/** A figure of ours that got worse by more than a fifth. */
export interface Worse {
  /** The row and the contender. */
  what: string;
  before: number;
  now: number;
  unit: "× the reference" | "MiB over an idle process";
}

/** What got worse; rows that only one of the reports has are left out. */
export function whatGotWorse(before: Report, now: Report): Worse[] {
  const ratios = pairs(before.rows, now.rows).map(([what, old, own]): Worse => ({
    what,
    before: old.ratio.median,
    now: own.ratio.median,
    unit: "× the reference",
  }));
  const memory = pairs(before.memory, now.memory).map(([what, old, own]): Worse => ({
    what,
    before: old.over,
    now: own.over,
    unit: "MiB over an idle process",
  }));
  return [...ratios, ...memory].filter((one) => one.now > one.before * FIFTH_WORSE);
}

export function sentenceOf({ what, before, now, unit }: Worse): string {
  return `${what}: ${now.toFixed(2)} instead of ${before.toFixed(2)} ${unit}`;
}

/** Whether a figure is one of this project, and not of a peer or of what was written by hand. */
export function isOurs(contender: ContenderResult | MemoryFigure): boolean {
  const hasTarget = "targets" in contender && contender.targets.length > 0;
  return hasTarget || contender.name.startsWith("millrace");
}

interface Row<C> {
  workload?: string;
  row: string;
  contenders: C[];
}

/** Our figures that both reports have. */
function pairs<C extends ContenderResult | MemoryFigure>(
  before: readonly Row<C>[],
  now: readonly Row<C>[],
): [what: string, before: C, now: C][] {
  return now.flatMap((row) => {
    const old = before.find((one) => titleOf(one) === titleOf(row));
    return row.contenders.filter(isOurs).flatMap((own): [string, C, C][] => {
      const same = old?.contenders.find(({ name }) => name === own.name);
      return same === undefined ? [] : [[`${titleOf(row)}, ${own.name}`, same, own]];
    });
  });
}
