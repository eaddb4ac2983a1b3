/** What the reporter `json-summary` writes, as far as it is read here. */
export interface Summary {
  readonly total: Readonly<Record<"lines" | "branches", { readonly pct: number }>>;
}

export interface CoverageRow {
  readonly name: string;
  /** In percent. */
  readonly lines: number;
  readonly branches: number;
  /** What is below its floor, as sentences. */
  readonly lacks: readonly string[];
}

/** In percent: what the tests of every published package reach at least. */
const FLOORS = { lines: 98, branches: 95 };

export function coverageRow(name: string, { total }: Summary): CoverageRow {
  const lines = total.lines.pct;
  const branches = total.branches.pct;
  const lacks: string[] = [];
  if (lines < FLOORS.lines) lacks.push(`${lines} % of lines, where ${FLOORS.lines} % is the least`);
  if (branches < FLOORS.branches)
    lacks.push(`${branches} % of branches, where ${FLOORS.branches} % is the least`);
  return { name, lines, branches, lacks };
}

export function coverageTable(rows: readonly CoverageRow[]): string {
  const width = Math.max(...rows.map(({ name }) => name.length));
  return [
    `${"percent".padEnd(width)}   lines  branches`,
    ...rows.map(({ name, lines, branches }) =>
      [name.padEnd(width), column(lines, 6), column(branches, 8)].join("  "),
    ),
  ].join("\n");
}

function column(percent: number, width: number): string {
  return percent.toFixed(2).padStart(width);
}
