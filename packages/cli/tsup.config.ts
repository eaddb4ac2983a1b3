import { defineConfig } from "tsup";

// Beside the package's export the program, which is no import of anybody.
export default defineConfig({
  entry: ["src/index.ts", "src/bin.ts"],
  format: ["esm"],
  target: "es2022",
  platform: "node",
  tsconfig: "tsconfig.src.json",
  sourcemap: true,
  clean: true,
  treeshake: false,
  removeNodeProtocol: false,
  onSuccess:
    "tsc -p tsconfig.src.json --noEmit false --emitDeclarationOnly --rootDir src --outDir dist",
});
