import { defineConfig } from "vitest/config";

// Packages find each other's sources, so that tests need no build.
const conditions = ["@millrace/source"];

/** Milliseconds that a test may take: most take a few. In the long run there is no telling. */
const patience = process.env["MILLRACE_LONG"] === "1" ? 3_600_000 : 60_000;

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  // Test files share a process, since to load all modules anew for each takes longer than its tests.
  // They leave globals as they find them.
  test: { testTimeout: patience, hookTimeout: 60_000, isolate: false },
});
