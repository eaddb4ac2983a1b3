import { expect, test } from "vitest";
import { coverageRow, coverageTable } from "./coverage-table.ts";

const summary = (lines: number, branches: number) => ({
  total: { lines: { pct: lines }, branches: { pct: branches } },
});

test("coverage: a package at its floors lacks nothing", () => {
  expect(coverageRow("core", summary(98, 95)).lacks).toEqual([]);
});

test("coverage: what is below a floor is said, each on its own", () => {
  expect(coverageRow("core", summary(97.99, 94.99)).lacks).toEqual([
    "97.99 % of lines, where 98 % is the least",
    "94.99 % of branches, where 95 % is the least",
  ]);
});

test("coverage: the table has a row a package", () => {
  const rows = [coverageRow("core", summary(100, 98.5)), coverageRow("parsers", summary(9, 7))];
  expect(coverageTable(rows)).toBe(
    ["percent   lines  branches", "core     100.00     98.50", "parsers    9.00      7.00"].join(
      "\n",
    ),
  );
});
