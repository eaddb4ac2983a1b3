import { expect, test } from "vitest";
import type { Report } from "./report.ts";
import { sentenceOf, whatGotWorse } from "./watch.ts";

test("A figure that is worse by more than a fifth is told, with its row", () => {
  const [worse, ...others] = whatGotWorse(reportOf({ lines: 1 }), reportOf({ lines: 1.21 }));
  expect(sentenceOf(worse!)).toBe("text · lines, millrace: 1.21 instead of 1.00 × the reference");
  expect(others).toEqual([]);
});

test("A figure that is worse by a fifth, or better, is not told", () => {
  expect(whatGotWorse(reportOf({ lines: 1 }), reportOf({ lines: 1.2 }))).toEqual([]);
  expect(whatGotWorse(reportOf({ lines: 1 }), reportOf({ lines: 0.2 }))).toEqual([]);
});

test("What peers take is not told", () => {
  const fast = reportOf({ lines: 1 }, "split2 4.2.0");
  const slow = reportOf({ lines: 9 }, "split2 4.2.0");
  expect(whatGotWorse(fast, slow)).toEqual([]);
});

test("A row of ours counts under any name if it has a target", () => {
  const target = { atMost: 2, median: 1, met: true };
  const [before, now] = [reportOf({ k: 1 }, "8 stages"), reportOf({ k: 2 }, "8 stages")];
  now.rows[0]!.contenders[1]!.targets = [target];
  expect(whatGotWorse(before, now)).toHaveLength(1);
});

test("Rows that only one of the reports has are left out", () => {
  expect(whatGotWorse(reportOf({ lines: 1 }), reportOf({ words: 9 }))).toEqual([]);
});

test("Memory is watched too", () => {
  const [worse] = whatGotWorse(reportOf({}, "millrace", 40), reportOf({}, "millrace", 60));
  expect(sentenceOf(worse!)).toBe(
    "memory · 1 GB, millrace: 60.00 instead of 40.00 MiB over an idle process",
  );
});

/** A report with made-up figures. */
function reportOf(ratios: Record<string, number>, name = "millrace", over?: number): Report {
  const figure = (ratio: number, contender: string) => ({
    name: contender,
    ratio: { median: ratio, min: ratio, max: ratio },
    milliseconds: ratio,
    targets: [],
  });
  const memory = { name, over: over ?? 0, min: 0, max: 0, runs: 5 };
  return {
    node: "v24.0.0",
    platform: "any",
    rows: Object.entries(ratios).map(([row, ratio]) => ({
      workload: "text",
      row,
      contenders: [figure(1, "by hand"), figure(ratio, name)],
    })),
    memory: over === undefined ? [] : [{ row: "1 GB", contenders: [memory] }],
  };
}
