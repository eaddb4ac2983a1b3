import { existsSync, readFileSync } from "node:fs";
import { rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

interface Manifest {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

/**
 * Bundles a program of this workspace for tests that start it, from the sources: Node.js loads one file in a
 * tenth of the time that it takes to transform a hundred. Gives the file, in the `.generated` of its package.
 */
export async function bundleProgram(source: string): Promise<string> {
  const folder = packageFolderOf(source);
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  const needed = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  const program = join(folder, ".generated", `${basename(source, ".ts")}.mjs`);
  const unfinished = `${program}.${process.pid}`;
  await build({
    entryPoints: [source],
    outfile: unfinished,
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["@millrace/source"],
    // Packages of others stay what they are.
    external: needed.filter((dependency) => !dependency.startsWith("@millrace/")),
    // What the program has beside itself is found there.
    define: { "import.meta.url": JSON.stringify(pathToFileURL(source).href) },
    logLevel: "error",
  });
  // In one step: another test may be starting the same program.
  await rename(unfinished, program);
  return program;
}

function packageFolderOf(file: string): string {
  const folder = dirname(file);
  return existsSync(join(folder, "package.json")) ? folder : packageFolderOf(folder);
}
