import { execFile } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";

const ROOT = join(import.meta.dirname, "..");
const CONFIGS = [
  ".oxfmtrc.json",
  ".oxlintrc.json",
  "package.json",
  "tsconfig.base.json",
  "vitest.config.ts",
];
const run = promisify(execFile);

/** The repository again, with a package that can be written into. */
function copyOf(name: string): string {
  const root = mkdtempSync(join(tmpdir(), "new-"));
  onTestFinished(() => {
    rmSync(root, { recursive: true });
  });
  for (const file of CONFIGS) cpSync(join(ROOT, file), join(root, file));
  symlinkSync(join(ROOT, "node_modules"), join(root, "node_modules"));
  mkdirSync(join(root, "packages"));
  for (const other of readdirSync(join(ROOT, "packages"))) {
    if (other !== name) symlinkSync(join(ROOT, "packages", other), join(root, "packages", other));
  }
  const own = join(root, "packages", name);
  const from = join(ROOT, "packages", name);
  cpSync(join(from, "src"), join(own, "src"), { recursive: true });
  cpSync(join(from, "package.json"), join(own, "package.json"));
  symlinkSync(join(from, "node_modules"), join(own, "node_modules"));
  return root;
}

/** Runs a program of `node_modules`; gives what it prints, also if it complains. */
async function output(cwd: string, program: string, ...args: string[]): Promise<string> {
  try {
    const { stdout } = await run(join(ROOT, "node_modules/.bin", program), args, { cwd });
    return stdout;
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

/** What type checker, linter and formatter have against modules of a package. */
async function complaints(root: string, owner: string, modules: string[]): Promise<string> {
  const folder = join(root, "packages", owner);
  const tsconfig = {
    extends: "../../tsconfig.base.json",
    compilerOptions: { types: ["node"], isolatedDeclarations: false },
    include: modules,
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(tsconfig));
  const paths = modules.map((module) => `packages/${owner}/${module}`);
  return [
    await output(folder, "tsc"),
    (await output(root, "oxlint", ...paths)).replace(/^Found 0 warnings and 0 errors.*/s, ""),
    await output(folder, "oxfmt", "--list-different", ...modules),
  ].join("");
}

/** The tests that fail, each with what it says. */
async function failures(root: string, owner: string, filter: string): Promise<Map<string, string>> {
  const config = ["--config", "../../vitest.config.ts", "--root", "."];
  const folder = join(root, "packages", owner);
  const report = await output(folder, "vitest", "run", ...config, "--reporter", "json", filter);
  const { testResults } = JSON.parse(report) as { testResults: { assertionResults: Outcome[] }[] };
  const outcomes = testResults.flatMap(({ assertionResults }) => assertionResults);
  expect(outcomes.length).toBeGreaterThan(2);
  return new Map(
    outcomes
      .filter(({ status }) => status !== "passed")
      .map(({ title, failureMessages }) => [title, failureMessages.join()]),
  );
}

interface Outcome {
  title: string;
  status: string;
  failureMessages: string[];
}

/** As `npm run` does. */
async function make(root: string, tool: string, ...args: string[]): Promise<void> {
  const tsx = join(ROOT, "node_modules/.bin/tsx");
  await run(tsx, [join(ROOT, "tools", tool), ...args], { cwd: root });
}

test("A new provider is fine in all but what its author is to do, and two tests say so", async () => {
  const root = copyOf("providers");
  await make(root, "new-provider.ts", "lm-works");
  expect(await complaints(root, "providers", ["src/lm-works"])).toBe("");
  const failed = await failures(root, "providers", "lm-works/");
  expect([...failed.keys()].sort()).toEqual([
    "gives an answer that comes over HTTP",
    "is text, what it cost, and why it ended",
  ]);
  expect(failed.get("is text, what it cost, and why it ended")).toContain("read-lm-works.ts");
}, 300_000);

test("A new stage is fine in all but what its author is to do, and two tests say so", async () => {
  const root = copyOf("buffers");
  await make(root, "new-stage.ts", "buffers", "long-stanzas");
  const modules = ["src/index.ts", "src/long-stanzas.ts", "src/long-stanzas.test.ts"];
  expect(await complaints(root, "buffers", modules)).toBe("");
  const failed = await failures(root, "buffers", "long-stanzas");
  expect([...failed.keys()].sort()).toEqual([
    "are what a slow and obvious way finds",
    "are what stands between bars",
  ]);
  expect(failed.get("are what stands between bars")).toContain("long-stanzas.ts");
}, 300_000);
