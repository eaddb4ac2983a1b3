import { join } from "node:path";
import { build } from "esbuild";

/** One module of the suite with all that it imports, for a runtime that has no folder of packages. */
export async function bundle(folder: string, module: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(folder, "suite", module)],
    absWorkingDir: folder,
    write: false,
    bundle: true,
    format: "esm",
    target: "es2022",
    logLevel: "error",
  });
  return outputFiles[0]!.text;
}
