import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { MemoryResult } from "../memory/figures.ts";
import type { Result } from "./ratio.ts";

/** What was measured, as it is kept in a file. */
export interface Report {
  node: string;
  platform: string;
  rows: Result[];
  memory: MemoryResult[];
}

/** The figures that the documentation shows. */
export const FIGURES = new URL("../figures.json", import.meta.url);

export function readReport(file: string | URL): Report {
  return JSON.parse(readFileSync(file, "utf8")) as Report;
}

/** Puts a result into a file that may have others, instead of what it said of the same row. */
export function keepResult(file: string | URL, result: Result | MemoryResult): void {
  const old = existsSync(file) ? readReport(file) : { rows: [], memory: [] };
  const platform = `${process.platform}-${process.arch}`;
  const report: Report = { node: process.version, platform, rows: old.rows, memory: old.memory };
  if ("workload" in result) report.rows = replaced(old.rows, result);
  else report.memory = replaced(old.memory, result);
  writeFileSync(file, `${JSON.stringify(report, undefined, 2)}\n`);
}

function replaced<R extends { workload?: string; row: string }>(results: R[], result: R): R[] {
  const at = results.findIndex((old) => titleOf(old) === titleOf(result));
  return at === -1
    ? [...results, result]
    : results.map((old, index) => (index === at ? result : old));
}

/** The name of a row among all. */
export function titleOf({ workload = "memory", row }: { workload?: string; row: string }): string {
  return `${workload} · ${row}`;
}
