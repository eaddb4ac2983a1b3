import { format } from "oxfmt";
import type { MemoryFigure } from "../memory/figures.ts";
import { MEMORY_ROWS } from "../memory/rows.ts";
import type { ContenderResult, Result } from "./ratio.ts";
import { titleOf, type Report } from "./report.ts";
import { isOurs } from "./watch.ts";
import type { Workload } from "./workload.ts";

/** Where the page stands. */
export const PAGE = new URL("../../docs/benchmarks.md", import.meta.url);

/**
 * What was measured as a page of the documentation: no times, as they depend on the machine. A row
 * that the report does not have is there too, as one that was not measured.
 */
export async function pageOf(
  report: Report,
  workloads: ReadonlyMap<string, Workload>,
): Promise<string> {
  const sections = Array.from(workloads, ([workload, { about, rows }]) => {
    const found = rows.map(
      ({ name }) =>
        report.rows.find((one) => one.workload === workload && one.row === name) ?? name,
    );
    return `### ${workload}\n\n${about}.\n\n${tableOf(found)}`;
  });
  const memory = Object.keys(MEMORY_ROWS).map((row) =>
    memoryOf(row, report.memory.find((one) => one.row === row)?.contenders ?? []),
  );
  const page = [begin(report), missedOf(report), "## All rows", ...sections, ...memory];
  return (await format("page.md", page.join("\n\n"))).code;
}

function begin({ node, platform }: Report): string {
  return `# Benchmarks

How long each piece of work takes, as a multiple of what a hand-written loop on the platform takes
for it in the same run. The page is written by \`npm run bench:page\` from \`bench/figures.json\`, measured
on Node.js ${node.slice(1)}, ${platform}. Milliseconds are left out: they say something of a machine, ratios little.

A ratio is the median over the rounds of a run; behind ours stand the smallest and the largest. Wide
ranges come from busy machines: look at the range before the median. A row that is _not measured_ is in the bench,
but not in the file. How contenders take turns, and why that is fair, is said in [the bench](../bench/README.md).
To repeat it:

\`\`\`sh
npm run bench -- --json bench/figures.json   # all rows; with --only sse some, which replace those in the file
npm run bench:page                           # writes this page
npm run bench -- --json fresh.json && npm run bench:watch -- fresh.json
\`\`\`

The last line says which figures are worse by more than a fifth than those here. What sharing a
stream through Redis costs, beside \`resumable-stream\` and \`assistant-stream\`, is another program:
\`npm run durable\`. Sizes are printed by \`npm run size\`.`;
}

interface Missed {
  where: string;
  name: string;
  found: string;
  target: string;
  /** How many times the target it is. */
  factor: number;
}

function missedOf({ rows, memory }: Report): string {
  const ratios = rows.flatMap((row) =>
    row.contenders.flatMap(({ name, targets }) =>
      targets.map(({ atMost, of, median, met }) => ({
        met,
        where: titleOf(row),
        name,
        found: numberOf(median),
        target: limitOf(atMost, of),
        factor: median / atMost,
      })),
    ),
  );
  const sizes = memory.flatMap((row) =>
    row.contenders.flatMap(({ name, over, target }) =>
      target === undefined
        ? []
        : [
            {
              met: target.met,
              where: titleOf(row),
              name,
              found: `+ ${over.toFixed(0)} MiB`,
              target: `+ ${String(target.atMost)} MiB`,
              factor: over / target.atMost,
            },
          ],
    ),
  );
  const all = [...ratios, ...sizes];
  const missed: Missed[] = all
    .filter(({ met }) => !met)
    .sort((one, other) => other.factor - one.factor);
  const lines = missed.map(({ where, name, found, target, factor }) =>
    line([plain(where), plain(name), found, target, `${factor.toFixed(2)} ×`]),
  );
  return [
    `## Targets\n\nOf ${String(all.length)} targets that were measured, ${String(all.length - missed.length)} were met.`,
    ...(missed.length === 0
      ? []
      : [
          "These were missed, the farthest first:\n",
          line(["row", "", "measured", "target", "of the target"]),
          line(["-", "-", "-:", "-:", "-:"]),
          ...lines,
        ]),
  ].join("\n");
}

function tableOf(rows: readonly (Result | string)[]): string {
  const lines = rows.map((found) => {
    if (typeof found === "string") return line([plain(found), "", "not measured", "", ""]);
    const { row, contenders } = found;
    const [reference, ...others] = contenders;
    const ours = others.filter(isOurs);
    const rest = others.filter((one) => !isOurs(one));
    return line([
      plain(row),
      plain(reference!.name),
      stacked(ours.map((one) => ratioOf(one, ours.length > 1))),
      stacked(ours.flatMap(targetsOf)),
      stacked(rest.map(({ name, ratio }) => `${plain(name)} ${numberOf(ratio.median)}`)),
    ]);
  });
  const head = ["row", "1.00 is", "Millrace", "target", "others"];
  return [line(head), line(head.map(() => "-")), ...lines].join("\n");
}

function ratioOf({ name, ratio }: ContenderResult, isNamed: boolean): string {
  const range = `(${numberOf(ratio.min)} – ${numberOf(ratio.max)})`;
  const label = isNamed ? `${plain(name.replace(/^millrace, /, ""))} ` : "";
  return `${label}**${numberOf(ratio.median)}** ${range}`;
}

function targetsOf({ targets }: ContenderResult): string[] {
  return targets.map(({ atMost, of, median, met }) => {
    const found = of === undefined ? "" : `: ${numberOf(median)}`;
    return `${met ? "✓ met" : "✗ missed"}, ${limitOf(atMost, of)}${found}`;
  });
}

function memoryOf(row: string, contenders: readonly MemoryFigure[]): string {
  const lines = contenders.map(({ name, over, min, max, runs, target }) =>
    line([
      plain(name),
      `+ ${over.toFixed(0)} MiB (${min.toFixed(0)} – ${max.toFixed(0)})`,
      String(runs),
      target === undefined
        ? ""
        : `${target.met ? "✓ met" : "✗ missed"}, ≤ + ${String(target.atMost)} MiB`,
    ]),
  );
  const head = ["", "peak over an idle process", "processes", "target"];
  return [`### memory: ${plain(row)}\n`, line(head), line(head.map(() => "-")), ...lines].join(
    "\n",
  );
}

function limitOf(atMost: number, of: string | undefined): string {
  return of === undefined ? `≤ ${String(atMost)}` : `≤ ${String(atMost)} × ${plain(of)}`;
}

function numberOf(ratio: number): string {
  return ratio < 0.1 ? ratio.toPrecision(2) : ratio < 100 ? ratio.toFixed(2) : ratio.toFixed(0);
}

function stacked(texts: readonly string[]): string {
  return texts.join("<br>");
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** A name as it is, whatever Markdown or the site would read into it. */
export function plain(name: string): string {
  return name.replace(/[<>{}[\]\\|*_`]/g, (mark) => `&#${mark.charCodeAt(0)};`);
}
