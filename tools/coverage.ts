// Tells how much of each published package its own tests reach, and fails where it is too little:
// `npm run coverage`, or `npm run coverage -- sse ws` for some.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { coverageRow, coverageTable, type Summary } from "./coverage-table.ts";
import { openWorkspace } from "./workspace.ts";

const root = join(import.meta.dirname, "..");

/** Tests on a floor above: the laws of core stand in `testing`, which stands on core. */
const elsewhere: Readonly<Record<string, readonly string[]>> = {
  core: ["packages/testing/src/core.test.ts"],
};

const asked = process.argv.slice(2);
const names = openWorkspace(root)
  .packages.map(({ folder }) => folder.replace("packages/", ""))
  .filter((name) => asked.length === 0 || asked.includes(name));

const rows = names.map((name) => {
  const reports = join(root, "coverage", name);
  const { status } = spawnSync(
    process.execPath,
    [
      "node_modules/vitest/vitest.mjs",
      ...["run", "--silent", "--reporter=dot", "--coverage.enabled", "--coverage.provider=v8"],
      ...[
        `--coverage.include=packages/${name}/src/**/*.ts`,
        `--coverage.reportsDirectory=${reports}`,
      ],
      ...["--coverage.exclude=**/*.{test,fixture}.ts"],
      ...["json-summary", "json", "html"].map((reporter) => `--coverage.reporter=${reporter}`),
      `packages/${name}/src/`,
      ...(elsewhere[name] ?? []),
    ],
    { cwd: root, stdio: "inherit" },
  );
  if (status !== 0) throw new Error(`The tests of ${name} fail, so they tell no coverage`);
  const summary = JSON.parse(
    readFileSync(join(reports, "coverage-summary.json"), "utf8"),
  ) as Summary;
  return coverageRow(name, summary);
});

console.log(coverageTable(rows));
for (const { name, lacks } of rows) for (const lack of lacks) console.error(`✗ ${name}: ${lack}`);
if (rows.some(({ lacks }) => lacks.length > 0)) process.exitCode = 1;
