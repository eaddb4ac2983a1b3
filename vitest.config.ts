import { defineConfig } from "vitest/config";

// Packages find each other's sources, so that tests need no build.
const conditions = ["@millrace/source"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  // Test files share a process, since to load all modules anew for each takes longer than its tests.
  // They leave globals as they find them.
  test: { testTimeout: 60_000, hookTimeout: 60_000, isolate: false },
});
