// Breaks a package in every place, one at a time, and tells which breaks no test sees:
//
//   npm run mutate -- core              all of it
//   npm run mutate -- parsers tags      the files whose paths have a word in them
//
// It takes the processor for minutes a file.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { openWorkspace } from "./workspace.ts";

const root = join(import.meta.dirname, "..");
const [name = "core", word = ""] = process.argv.slice(2);
const measured = openWorkspace(root).packages.find(({ folder }) => folder === `packages/${name}`);
if (measured === undefined) throw new RangeError(`No package is called ${name}`);
const files = measured.sources.filter((file) => file.includes(word));

const { status } = spawnSync(
  process.execPath,
  [
    ...["node_modules/@stryker-mutator/core/bin/stryker.js", "run", "tools/stryker.config.json"],
    ...["--mutate", files.join()],
  ],
  { cwd: root, stdio: "inherit", env: { ...process.env, MILLRACE_MUTATED: name } },
);
process.exitCode = status ?? 1;
