import { expect, test } from "vitest";
import { checkAnswers } from "./measure.ts";
import { findRows } from "./rows.ts";

const SIZE = 50;

// Peers take part where they are installed, which `npm run bench` does.
for (const { workload, row } of await findRows()) {
  test(`All contenders of "${workload} · ${row.name}" give the same answer`, async () => {
    const contenders = await row.prepare(SIZE);
    expect(contenders.length).toBeGreaterThan(1);
    await checkAnswers(row, contenders);
  });
}
