import type { ContenderResult, Result } from "./ratio.ts";

/** A result as lines of text. */
export function tableOf({ workload, row, contenders }: Result): string {
  const lines = contenders.map((contender, index) => [
    contender.name,
    contender.ratio.median.toFixed(2),
    index === 0
      ? `reference, ${contender.milliseconds.toPrecision(3)} ms a run`
      : `${contender.ratio.min.toFixed(2)} – ${contender.ratio.max.toFixed(2)}`,
    targetsOf(contender),
  ]);
  const width = Math.max(...lines.map(([name]) => name!.length));
  return [
    `${workload} · ${row}`,
    ...lines.map(([name, median, range, targets]) =>
      `  ${name!.padEnd(width)}  ${median!.padStart(8)}  ${range!.padEnd(17)}  ${targets!}`.trimEnd(),
    ),
    "",
  ].join("\n");
}

function targetsOf({ targets }: ContenderResult): string {
  return targets
    .map(({ atMost, of, median, met }) => {
      const found = of === undefined ? "" : ` × ${of}: ${median.toFixed(2)}`;
      return `${met ? "✓" : "✗"} ≤ ${atMost}${found}`;
    })
    .join("  ");
}
