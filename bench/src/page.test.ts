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

test("Targets that were missed stand first, the farthest before the others", async () => {
  const target = (median: number) => ({ atMost: 1, median, met: median <= 1 });
  const figure = (name: string, median: number) => ({
    name,
    ratio: { median, min: median, max: median },
    milliseconds: 1,
    targets: name === "by hand" ? [] : [target(median)],
  });
  const row = (name: string, median: number) => ({
    workload: "text",
    row: name,
    contenders: [figure("by hand", 1), figure("millrace", median)],
  });
  const rows = [row("near", 1.1), row("far", 3), row("met", 0.5)];
  const page = await pageOf({ node: "v24.0.0", platform: "any", rows, memory: [] }, new Map());
  expect(page).toContain("Of 3 targets that were measured, 1 were met");
  expect(page.match(/text · \w+/g)).toEqual(["text · far", "text · near"]);
});

test("A name is shown as it is", () => {
  expect(plain("64 KiB chunks")).toBe("64 KiB chunks");
  expect(plain("hostile: </a")).toBe("hostile: &#60;/a");
  expect(plain("text of ``")).toBe("text of &#96;&#96;");
});
