// Shows what a release would publish: in a copy of what is committed, the next versions are written,
// everything is built, and each tarball looked at. Nothing leaves this machine.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkRelease } from "./check-release.ts";
import { pack } from "./pack.ts";
import { checkTarball } from "./rules/tarballs.ts";

const root = join(import.meta.dirname, "..");
const copy = mkdtempSync(join(tmpdir(), "release-"));
try {
  execFileSync("git", ["clone", "--quiet", root, copy]);
  inCopy("install", "--prefer-offline", "--frozen-lockfile", "--silent");
  inCopy("exec", "changeset", "version");
  inCopy("exec", "turbo", "run", "build", "--filter=./packages/*", "--output-logs=errors-only");
  const packed = await pack(copy, copy);
  const versions = new Map(packed.map(({ name, version }) => [name, version]));
  for (const { name, version, filename } of packed) {
    const tarball = readFileSync(filename);
    const problems = [...checkRelease(tarball, versions), ...(await checkTarball(tarball))];
    console.log(`${problems.length === 0 ? "✓" : "✗"} ${name} ${version}`);
    for (const problem of problems) console.error(`  ${problem}`);
    if (problems.length > 0) process.exitCode = 1;
  }
  // Without provenance, which only the workflow can have: it signs with the identity of its run.
  inCopy(
    ...["--recursive", "--filter", "./packages/*", "publish", "--dry-run", "--no-git-checks"],
    "--no-provenance",
  );
} finally {
  rmSync(copy, { recursive: true });
}

function inCopy(...args: string[]): void {
  execFileSync(process.execPath, [join(copy, "tools/pnpm.mjs"), ...args], {
    cwd: copy,
    stdio: ["ignore", "inherit", "inherit"],
  });
}
