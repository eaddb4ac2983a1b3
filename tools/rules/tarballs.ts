import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  checkPackage,
  createPackageFromTarballData,
  type Package as Packed,
  type Problem,
} from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { pack } from "../pack.ts";
import type { Finding, Rule } from "../rule.ts";
import { SOURCE_CONDITION, type Manifest } from "../workspace.ts";

/** The packages are ESM only: how resolvers from before `exports`, and CommonJS, see them is moot. */
const IGNORED_RESOLUTIONS = new Set(["node10", "node16-cjs"]);

const NEEDED = ["package.json", "README.md", "LICENSE"];

/** What a tarball may hold beside the needed files. */
const PUBLISHED = /^(dist\/.*\.(js|js\.map|d\.ts|d\.ts\.map)|CHANGELOG\.md)$/;

export const tarballs: Rule = {
  statement: "Packed tarballs are whole, and clean for publint and are-the-types-wrong",
  check: async (workspace) => {
    const folder = await mkdtemp(join(tmpdir(), "tarballs-"));
    try {
      const packed = await pack(workspace.root, folder);
      const findings: Finding[] = [];
      for (const { name, filename } of packed) {
        const own = workspace.packages.find((other) => other.name === name);
        if (own === undefined) continue;
        const problems = await checkTarball(await readFile(filename));
        findings.push(...problems.map((message) => ({ file: own.manifestFile, message })));
      }
      return findings;
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

/** Everything wrong with one packed package. */
export async function checkTarball(tarball: Uint8Array): Promise<string[]> {
  const packed = createPackageFromTarballData(tarball);
  const base = `/node_modules/${packed.packageName}/`;
  const files = packed.listFiles().map((path) => path.slice(base.length));
  const manifest = JSON.parse(packed.readFile(`${base}package.json`)) as Manifest;
  return [
    ...checkContent(files),
    ...checkExports(files, manifest),
    ...(await lint(tarball)),
    ...(await checkTypes(packed)),
  ];
}

function checkContent(files: string[]): string[] {
  return [
    ...NEEDED.filter((file) => !files.includes(file)).map((file) => `the tarball lacks ${file}`),
    ...files
      .filter((file) => /\.test\./.test(file))
      .map((file) => `the tarball holds the test ${file}: keep tests out of the build`),
    ...files
      .filter((file) => !NEEDED.includes(file) && !PUBLISHED.test(file))
      .map((file) => `the tarball holds ${file}: publish only dist/`),
  ];
}

function checkExports(files: string[], { exports = {} }: Manifest): string[] {
  return Object.entries(exports).flatMap(([path, target]) => {
    const targets = typeof target === "string" ? { default: target } : target;
    const missing = Object.values(targets)
      .filter((file) => !file.includes("*") && !files.includes(file.replace("./", "")))
      .map(
        (file) => `exports "${path}" leads to ${file}, which is not in the tarball: build first`,
      );
    const source = SOURCE_CONDITION in targets;
    return source ? [...missing, `exports "${path}" still has "${SOURCE_CONDITION}"`] : missing;
  });
}

async function lint(tarball: Uint8Array): Promise<string[]> {
  const { buffer, byteOffset, byteLength } = tarball;
  const { messages, pkg } = await publint({
    pack: { tarball: buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer },
    strict: true,
  });
  return messages.map(
    (message) => `publint: ${formatMessage(message, pkg, { color: false }) ?? message.code}`,
  );
}

async function checkTypes(packed: Packed): Promise<string[]> {
  const result = await checkPackage(packed);
  if (!result.types) return ["are the types wrong: the tarball holds no types"];
  return result.problems
    .filter(
      (problem) =>
        !("resolutionKind" in problem && IGNORED_RESOLUTIONS.has(problem.resolutionKind)),
    )
    .map((problem) => `are the types wrong: ${describe(problem)}`);
}

function describe({ kind, ...rest }: Problem): string {
  return `${kind} ${JSON.stringify(rest)}`;
}
