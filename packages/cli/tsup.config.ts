import { defineConfig } from "tsup";

// Beside the package's export the program, which is no import of anybody.
export default defineConfig({
  entry: ["src/index.ts", "src/bin.ts"],
  format: ["esm"],
  target: "es2022",
  platform: "node",
  tsconfig: "tsconfig.src.json",
  dts: { entry: "src/index.ts" },
  sourcemap: true,
  clean: true,
  treeshake: false,
  removeNodeProtocol: false,
});
