import { existsSync } from "node:fs";
import { join } from "node:path";
import { keptUnused } from "../kept-unused.ts";
import type { Finding, Rule } from "../rule.ts";
import type { Package, Workspace } from "../workspace.ts";

/** Run on a command line and in tests: nobody ships them. */
const NOT_BUNDLED = new Set(["@millrace/cli", "@millrace/testing"]);

const SHOWN = 60; // characters of what is kept

export const treeShaking: Rule = {
  statement: "What is not used costs nothing, for esbuild and for rollup",
  async check(workspace) {
    const bundled = workspace.packages.filter(({ name }) => !NOT_BUNDLED.has(name));
    const found = await Promise.all(bundled.map((own) => checkPackage(workspace, own)));
    return found.flat();
  },
};

async function checkPackage({ root }: Workspace, own: Package): Promise<Finding[]> {
  const modules = own.entries
    .map(({ source }) => source.replace("/src/", "/dist/").replace(/\.ts$/, ".js"))
    .map((module) => join(root, module))
    .filter((module) => existsSync(module)); // that all are there is another rule's
  const kept = await keptUnused(modules);
  return Object.entries(kept)
    .filter(([, code]) => code !== "")
    .map(([bundler, code]) => ({
      file: own.manifestFile,
      message:
        `${bundler} keeps ${String(code.length)} characters that nothing uses, from ` +
        `\`${code.slice(0, SHOWN)}\`: mark the call with /* @__PURE__ */, or write the value out`,
    }));
}
