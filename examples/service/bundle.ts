import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

// For tests that run the service as a program: its sources in one file, of those in the workspace.

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

interface Manifest {
  dependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
}

/** Writes the program under this name, in a folder as deep as `dist`; gives its path. */
export async function bundleService(name: string): Promise<string> {
  const outfile = at(`.generated/${name}.js`);
  const manifest = JSON.parse(readFileSync(at("package.json"), "utf8")) as Manifest;
  const needed = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
  await build({
    entryPoints: [at("src/main.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["@millrace/source"],
    // As in the build: packages of others stay what they are.
    external: needed.filter((dependency) => !dependency.startsWith("@millrace/")),
    logLevel: "error",
  });
  return outfile;
}
