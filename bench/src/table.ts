import type { MemoryResult } from "../memory/figures.ts";
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

/** How much each contender has held, in MiB over a process that did nothing. */
export function memoryTableOf({ row, contenders }: MemoryResult): string {
  const width = Math.max(...contenders.map(({ name }) => name.length));
  const lines = contenders.map(({ name, over, min, max, target }) => {
    const range = `${min.toFixed(0)} – ${max.toFixed(0)}`.padEnd(17);
    const met = target && `${target.met ? "✓" : "✗"} ≤ + ${String(target.atMost)} MiB`;
    const cells = [name.padEnd(width), `+ ${over.toFixed(0)}`.padStart(8), range, met ?? ""];
    return `  ${cells.join("  ")}`.trimEnd();
  });
  return [`memory · ${row}, MiB`, ...lines, ""].join("\n");
}

function targetsOf({ targets }: ContenderResult): string {
  return targets
    .map(({ atMost, of, median, met }) => {
      const found = of === undefined ? "" : ` × ${of}: ${median.toFixed(2)}`;
      return `${met ? "✓" : "✗"} ≤ ${atMost}${found}`;
    })
    .join("  ");
}
