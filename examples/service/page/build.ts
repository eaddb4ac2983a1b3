import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = new URL("./", import.meta.url);
const OUT = new URL("../dist/page/", import.meta.url);

/**
 * Bundles the page: what it shows, the packages of Millrace that do the work, and nothing from other
 * hosts. The packages are taken from their sources: nothing has to be built before.
 */
export async function buildPage(): Promise<void> {
  const { outputFiles } = await build({
    entryPoints: ["src/main.ts", "page.css"].map((file) => ({
      in: fileURLToPath(new URL(file, HERE)),
      out: "page",
    })),
    outdir: fileURLToPath(OUT),
    conditions: ["@millrace/source"],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2022",
    external: ["*.svg"],
  });
  mkdirSync(OUT, { recursive: true });
  for (const { path, contents } of outputFiles) {
    // In one step: a service that starts meanwhile reads the file before or the one after.
    const unfinished = `${path}.${process.pid}`;
    writeFileSync(unfinished, contents);
    renameSync(unfinished, path);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildPage();
