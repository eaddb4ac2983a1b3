import { execFile } from "node:child_process";
import { cp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "vite";
import { expect, inject, test } from "vitest";

// Each kind of project, with what this repository has anyway.

const PROJECTS = join(import.meta.dirname, "../projects");
const TOOLS = join(import.meta.dirname, "../../../node_modules/.bin");
const TYPES = join(import.meta.dirname, "../../../node_modules/@types");
const COMPILERS = process.env["MILLRACE_PROJECTS"] === "all" ? ["tsc", "tsc6"] : ["tsc"];
const run = promisify(execFile);

/** A copy of a project, below the folder where the packages are installed. */
async function copy(project: string): Promise<string> {
  const folder = join(inject("installed"), project);
  await cp(join(PROJECTS, project), folder, { recursive: true });
  return folder;
}

async function printed(folder: string, module: string): Promise<string> {
  return (await run(process.execPath, [module], { cwd: folder })).stdout;
}

test.each(["index.js", "index.cjs"])("A project in JavaScript: %s", async (module) => {
  expect(await printed(await copy("javascript"), module)).toBe("mill race\n");
});

test.each(COMPILERS)("TypeScript resolves as bundlers do: %s", async (compiler) => {
  const args = ["-p", "tsconfig.bundler.json"];
  await run(join(TOOLS, compiler), args, { cwd: await copy("typescript") });
});

test.each(COMPILERS)("TypeScript resolves as Node does: %s", async (compiler) => {
  const folder = await copy("typescript");
  await run(join(TOOLS, compiler), ["-p", "tsconfig.nodenext.json"], { cwd: folder });
  expect(await printed(folder, "dist/index.js")).toBe(
    "MILLS TURN. RACES RUN. Mills turn. Races run. true\n",
  );
});

test.each(COMPILERS)("TypeScript with the types of Node alone: %s", async (compiler) => {
  const args = ["-p", "tsconfig.node.json", "--typeRoots", TYPES];
  await run(join(TOOLS, compiler), args, { cwd: await copy("typescript") });
});

test("A page is built by Vite", async () => {
  const folder = await copy("vite");
  // The polyfill asks for a document, which Node has none of.
  const options = { modulePreload: { polyfill: false } };
  await build({ root: folder, logLevel: "error", build: options });
  const [script] = await readdir(join(folder, "dist/assets"));
  await cp(join(folder, "dist/assets", script!), join(folder, "dist/index.mjs"));
  expect(await printed(folder, "dist/index.mjs")).toBe("mill race\n");
});

test("The command line is there", async () => {
  const millrace = join(inject("installed"), "node_modules/.bin/millrace");
  expect((await run(millrace, ["--help"])).stdout).toContain("millrace");
});
