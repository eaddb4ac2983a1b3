// Writes the examples of docs and doc comments as modules for tests/examples, and type-checks them.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { exampleBlocks, type ExampleBlock } from "./example-blocks.ts";
import { toModule } from "./example-module.ts";
import { formatFinding, type Finding } from "./rule.ts";
import { openWorkspace } from "./workspace.ts";

const workspace = openWorkspace(join(import.meta.dirname, ".."));
const project = join(workspace.root, "tests", "examples");
const generated = join(project, ".generated");

const blocks = exampleBlocks(workspace);
const findings: Finding[] = [];
const modules = new Map<string, string>();
for (const block of blocks) {
  if (block.mode === "foreign") {
    const message = "write ```ts, so that this example is checked and run";
    findings.push({ file: block.file, line: block.line - 1, message });
  } else if (block.mode === "run" || block.mode === "no-run") {
    const name = moduleName(block);
    const checks = posix.relative(posix.dirname(`.generated/${name}`), "checks.ts");
    const { code, findings: wrong } = toModule(block, checks);
    modules.set(name, code);
    findings.push(...wrong);
  }
}

/** As in `README.md/L12.ts`; one that is not run ends in `.no-run.ts`. */
function moduleName({ file, line, mode }: ExampleBlock): string {
  return `${file}/L${String(line)}${mode === "no-run" ? ".no-run" : ""}.ts`;
}

/** Writes what is new and deletes what is gone, so that unchanged examples stay in caches. */
function writeModules(): void {
  if (existsSync(generated)) {
    for (const path of readdirSync(generated, { recursive: true, encoding: "utf8" })) {
      const name = path.replaceAll("\\", "/");
      if (/\/L\d+(\.no-run)?\.ts$/.test(name) && !modules.has(name)) rmSync(join(generated, path));
    }
  }
  for (const [name, code] of modules) {
    const path = join(generated, name);
    if (existsSync(path) && readFileSync(path, "utf8") === code) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, code);
  }
}

/** Runs the compiler, and makes its places those of the examples. */
function typeCheck(): boolean {
  const { status, stdout } = spawnSync("tsc", ["--pretty", "false"], {
    cwd: project,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  process.stderr.write(
    stdout.replace(/\.generated\/(\S+)\/L\d+(?:\.no-run)?\.ts\((\d+),\d+\)/g, "$1:$2"),
  );
  return status === 0;
}

writeModules();
for (const finding of findings) console.error(formatFinding(finding));
const count = (mode: ExampleBlock["mode"]) => blocks.filter((block) => block.mode === mode);
console.log(
  `${String(count("run").length)} examples to run, ${String(count("no-run").length)} only to check, ` +
    `${String(count("ignore").length)} ignored`,
);
for (const { file, line } of count("ignore")) console.log(`ignored: ${file}:${String(line)}`);
if (!typeCheck() || findings.length > 0) process.exitCode = 1;
