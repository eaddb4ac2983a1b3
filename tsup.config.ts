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
  dts: true,
  sourcemap: true,
  clean: true,
  treeshake: false,
  removeNodeProtocol: false,
  external: [/^node:/],
});
