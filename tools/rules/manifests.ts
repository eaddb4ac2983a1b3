import { isDeepStrictEqual } from "node:util";
import type { Finding, Rule } from "../rule.ts";
import {
  SOURCE_CONDITION,
  type Exports,
  type Manifest,
  type Package,
  type Workspace,
} from "../workspace.ts";

/** What every package says of itself. */
const SHAPE = {
  license: "MIT",
  type: "module",
  sideEffects: false,
  engines: { node: ">=20.19" },
} as const;

const EXAMPLES = "tests/examples/package.json";

export const manifests: Rule = {
  statement: "Packages have the same shape and stand in every list that cannot be a pattern",
  check: (workspace) =>
    workspace.packages.flatMap((own) => [
      ...checkShape(own),
      ...checkExports(workspace, own),
      ...checkLists(workspace, own),
    ]),
};

function checkShape({ folder, manifest, manifestFile: file }: Package): Finding[] {
  const findings: Finding[] = Object.entries(SHAPE)
    .filter(([key, value]) => !isDeepStrictEqual(manifest[key as keyof Manifest], value))
    .map(([key, value]) => ({ file, message: `"${key}" must be ${JSON.stringify(value)}` }));
  if (manifest.files?.includes("dist") !== true) {
    findings.push({ file, message: `"files" must list "dist"` });
  }
  if (manifest.repository?.directory !== folder) {
    findings.push({ file, message: `"repository.directory" must be "${folder}"` });
  }
  if (manifest.publishConfig?.access !== "public" || manifest.publishConfig.provenance !== true) {
    const message = `"publishConfig" must have "access": "public" and "provenance": true`;
    findings.push({ file, message });
  }
  if (manifest.description === undefined) findings.push({ file, message: "has no description" });
  return findings;
}

/** What is published: the same exports without the way to the sources, which stay at home. */
function checkExports({ has }: Workspace, own: Package): Finding[] {
  const { manifest, manifestFile: file } = own;
  const findings: Finding[] = [];
  const published: Exports = {};
  for (const [path, target] of Object.entries(manifest.exports ?? {})) {
    if (typeof target === "string") {
      published[path] = target;
      continue;
    }
    const { [SOURCE_CONDITION]: source, ...rest } = target;
    published[path] = rest;
    if (source === undefined) {
      findings.push({ file, message: `exports "${path}" has no "${SOURCE_CONDITION}"` });
    } else if (Object.keys(rest).join() !== "types,default") {
      findings.push({ file, message: `exports "${path}" must be source, types, default` });
    }
  }
  if (!isDeepStrictEqual(manifest.publishConfig?.exports, published)) {
    findings.push({
      file,
      message: `"publishConfig.exports" must be "exports" without its "${SOURCE_CONDITION}" lines`,
    });
  }
  for (const { specifier, source } of own.entries) {
    if (!has(source)) {
      findings.push({ file, message: `${specifier} leads to ${source}, which does not exist` });
    }
  }
  return findings;
}

function checkLists({ has, read }: Workspace, { name }: Package): Finding[] {
  const findings: Finding[] = [];
  if (has("turbo.json")) {
    const turbo = JSON.parse(read("turbo.json")) as Turbo;
    if (turbo.tasks["//#rules"]?.dependsOn?.includes(`${name}#build`) !== true) {
      findings.push({ file: "turbo.json", message: `"//#rules" must depend on "${name}#build"` });
    }
  }
  if (has(EXAMPLES)) {
    const { devDependencies } = JSON.parse(read(EXAMPLES)) as Manifest;
    if (devDependencies?.[name] !== "workspace:*") {
      findings.push({
        file: EXAMPLES,
        message: `must have the devDependency "${name}": "workspace:*", so that examples find it`,
      });
    }
  }
  return findings;
}

interface Turbo {
  tasks: Record<string, { dependsOn?: string[] } | undefined>;
}
