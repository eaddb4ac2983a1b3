import { defineConfig } from "vitest/config";

// Unlike the tests of packages, these see what was built: it is what is packed.
export default defineConfig({
  test: {
    globalSetup: "src/install.ts", // packing and installing is done once, for all tests
    server: { deps: { external: [/\/dist\//] } },
    testTimeout: 60_000,
  },
});
