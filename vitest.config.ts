import { defineConfig } from "vitest/config";

// Packages find each other's sources, so that tests need no build.
const conditions = ["@millrace/source"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { testTimeout: 60_000 },
});
