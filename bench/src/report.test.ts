import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { keepResult, readReport } from "./report.ts";

const folder = mkdtempSync(join(tmpdir(), "millrace-"));
const file = join(folder, "figures.json");

afterEach(() => {
  rmSync(folder, { recursive: true });
});

test("A result takes the place of what the file says of the same row, and leaves the others", () => {
  const memory = { name: "millrace", over: 20, min: 19, max: 21, runs: 5 };
  keepResult(file, { workload: "sse", row: "machine", contenders: [] });
  keepResult(file, { workload: "tags", row: "machine", contenders: [] });
  keepResult(file, { row: "machine", contenders: [memory] });
  const again = { workload: "sse", row: "machine", contenders: [contender(1)] };
  keepResult(file, again);

  const { rows, memory: memoryRows, node } = readReport(file);
  expect(rows).toEqual([again, { workload: "tags", row: "machine", contenders: [] }]);
  expect(memoryRows).toEqual([{ row: "machine", contenders: [memory] }]);
  expect(node).toBe(process.version);
});

function contender(ratio: number) {
  return {
    name: "by hand",
    ratio: { median: ratio, min: ratio, max: ratio },
    milliseconds: 1,
    targets: [],
  };
}
