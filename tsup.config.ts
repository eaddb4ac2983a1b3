import { readFileSync } from "node:fs";
import { defineConfig } from "tsup";

interface Manifest {
  exports: Record<string, string | { "@millrace/source": string }>;
}

// One entry a path in the exports of the package, patterns included: a new subpath needs no line here.
const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
const entry = Object.values(manifest.exports).flatMap((target) =>
  typeof target === "string" ? [] : [target["@millrace/source"]],
);

export default defineConfig({
  entry: entry.map((source) => source.replace("./", "")),
  format: ["esm"],
  target: "es2022",
  platform: "neutral",
  tsconfig: "tsconfig.src.json",
  sourcemap: true,
  clean: true,
  treeshake: false,
  removeNodeProtocol: false,
  external: [/^node:/],
  // Declarations are those of the native compiler, a file a module: bundled ones took most of the build.
  onSuccess:
    "tsc -p tsconfig.src.json --noEmit false --emitDeclarationOnly --rootDir src --outDir dist",
});
