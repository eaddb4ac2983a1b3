// Tells how much of each published package its own tests reach, and fails where it is too little:
// `npm run coverage`, or `npm run coverage -- sse ws` for some.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { coverageRow, coverageTable, type Summary } from "./coverage-table.ts";
import { openWorkspace } from "./workspace.ts";

const root = join(import.meta.dirname, "..");

/** Tests on a floor above: the laws of core stand in `testing`, which stands on core. */
const elsewhere: Readonly<Record<string, readonly string[]>> = {
  core: ["packages/testing/src/core.test.ts"],
};

/** What no test reaches in its own process, and why. */
const beyond: Readonly<Record<string, readonly string[]>> = {
  // What a process alone has, signals, exits and pipes: tests see it at work in processes of their own,
  // where nothing is counted.
  cli: ["packages/cli/src/bin.ts", "packages/cli/src/open-host.ts"],
  // Node has SQLite from 22 on; below, the tests of this store say that they cannot run.
  resume: isBuiltin("node:sqlite") ? [] : ["packages/resume/src/sqlite/**"],
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
      ...["**/*.{test,fixture}.ts", ...(beyond[name] ?? [])].map(
        (pattern) => `--coverage.exclude=${pattern}`,
      ),
      ...["json-summary", "json", "html"].map((reporter) => `--coverage.reporter=${reporter}`),
      `packages/${name}/src/`,
      ...(elsewhere[name] ?? []),
    ],
    // Programs that tests start in processes of their own run in those of the tests: V8 counts there.
    { cwd: root, stdio: "inherit", env: { ...process.env, MILLRACE_COVERAGE: "1" } },
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
