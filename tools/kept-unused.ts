import { posix } from "node:path";
import { build } from "esbuild";
import { rollup } from "rollup";

// A bundler that believes `sideEffects: false` leaves a module out when nothing of it is used. But a
// build joins modules, and then each statement counts: these are asked to forget that field.

const ENTRY = "all the modules";

/** What each bundler keeps of modules, given by their paths, although nothing of them is used. */
export async function keptUnused(modules: readonly string[]): Promise<Record<string, string>> {
  const code = modules.map((module) => `import ${JSON.stringify(module)};`).join("\n");
  return { esbuild: await keptByEsbuild(code), rollup: await keptByRollup(code) };
}

async function keptByEsbuild(code: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: "/" },
    write: false,
    bundle: true,
    minifySyntax: true,
    format: "esm",
    platform: "neutral",
    logLevel: "silent",
    plugins: [
      {
        name: "every statement counts",
        setup(build) {
          build.onResolve({ filter: /^[./]/ }, ({ path, resolveDir }) => ({
            path: posix.resolve(resolveDir, path),
            sideEffects: true,
          }));
          build.onResolve({ filter: /^[^./]/ }, ({ path }) => ({ path, external: true }));
        },
      },
    ],
  });
  return withoutImports(outputFiles[0]!.text.replaceAll(/^\/\/.*$/gm, ""));
}

async function keptByRollup(code: string): Promise<string> {
  const bundle = await rollup({
    input: ENTRY,
    logLevel: "silent",
    plugins: [
      {
        name: "every statement counts",
        resolveId(path, importer) {
          if (path === ENTRY) return path;
          if (!/^[./]/.test(path)) return { id: path, external: true };
          return posix.resolve(posix.dirname(importer === ENTRY ? "/" : importer!), path);
        },
        load: (path) => (path === ENTRY ? code : undefined),
      },
    ],
  });
  const { output } = await bundle.generate({});
  await bundle.close();
  return withoutImports(output[0].code);
}

/** Whether a package from outside has side effects is not ours to say. */
function withoutImports(code: string): string {
  return code.replaceAll(/^import\b[^;]*;/gm, "").trim();
}
