import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { formatFinding, type Rule } from "./rule.ts";
import { openWorkspace, type Manifest, type Workspace } from "./workspace.ts";

/** A repository of these files, for as long as the test runs. */
export function repository(files: Record<string, string>): Workspace {
  const root = mkdtempSync(join(tmpdir(), "rules-"));
  onTestFinished(() => {
    rmSync(root, { recursive: true });
  });
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return openWorkspace(root);
}

/** The `package.json` of a package that breaks no rule, changed as told. */
export function manifest(name: string, changes: Partial<Manifest> = {}): string {
  return JSON.stringify({
    name: `@millrace/${name}`,
    version: "0.0.0",
    description: "A package.",
    license: "MIT",
    repository: { directory: `packages/${name}` },
    type: "module",
    sideEffects: false,
    exports: {
      ".": {
        "@millrace/source": "./src/index.ts",
        types: "./dist/index.d.ts",
        default: "./dist/index.js",
      },
      "./package.json": "./package.json",
    },
    files: ["dist"],
    publishConfig: {
      access: "public",
      provenance: true,
      exports: {
        ".": { types: "./dist/index.d.ts", default: "./dist/index.js" },
        "./package.json": "./package.json",
      },
    },
    engines: { node: ">=20.19" },
    ...changes,
  });
}

/** A package `core` of these modules. */
export function core(modules: Record<string, string>, changes: Partial<Manifest> = {}): Workspace {
  const files = Object.entries(modules).map(([name, text]) => [`packages/core/src/${name}`, text]);
  return repository({
    "packages/core/package.json": manifest("core", changes),
    ...(Object.fromEntries(files) as Record<string, string>),
  });
}

/** What a rule finds, one line a finding. */
export async function findings(rule: Rule, workspace: Workspace): Promise<string[]> {
  return (await rule.check(workspace)).map(formatFinding);
}

/** A tarball as package managers make it: everything in a folder `package`. */
export function tarball(files: Record<string, string>): Uint8Array {
  const inFolder = Object.entries(files).map(([file, text]) => [`package/${file}`, text]);
  const { root } = repository(Object.fromEntries(inFolder) as Record<string, string>);
  execFileSync("tar", ["-czf", "core.tgz", "package"], { cwd: root });
  return readFileSync(join(root, "core.tgz"));
}
