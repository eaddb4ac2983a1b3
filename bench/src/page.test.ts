import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { MEMORY_ROWS } from "../memory/rows.ts";
import { PAGE, pageOf, plain } from "./page.ts";
import { FIGURES, readReport, titleOf } from "./report.ts";
import { findWorkloads, findRows } from "./rows.ts";

const rows = (await findRows()).map(({ workload, row }) => ({ workload, row: row.name }));
const memoryRows = Object.keys(MEMORY_ROWS).map((row) => ({ row }));

test("The page of benchmarks is what `npm run bench:page` writes", async () => {
  const page = readFileSync(PAGE, "utf8");
  expect(page).toBe(await pageOf(readReport(FIGURES), await findWorkloads()));
});

test("The page names every row that the bench has", () => {
  const page = readFileSync(PAGE, "utf8");
  for (const { row } of [...rows, ...memoryRows]) expect(page).toContain(plain(row));
});

test("The figures are of rows that the bench has", () => {
  const known = [...rows, ...memoryRows].map(titleOf);
  const { rows: measured, memory } = readReport(FIGURES);
  for (const one of [...measured, ...memory]) expect(known).toContain(titleOf(one));
});
