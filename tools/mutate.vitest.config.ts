import { readdirSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

// The tests that mutants of a package have to outlive, in the copy that Stryker makes: there the
// packages must find each other's copies, where `node_modules` leads to the originals. The laws of core,
// in `testing`, are left out, and those of other packages are short: they would take minutes a mutant.

const root = join(import.meta.dirname, "..");
const name = process.env["MILLRACE_MUTATED"] ?? "core";
const conditions = ["@millrace/source"];

export default defineConfig({
  root,
  resolve: {
    conditions,
    alias: readdirSync(join(root, "packages")).map((own) => ({
      find: new RegExp(`^@millrace/${own}$`),
      replacement: join(
        root,
        own === "testing" ? "tools/mutate.testing.ts" : `packages/${own}/src/index.ts`,
      ),
    })),
  },
  ssr: { resolve: { conditions } },
  test: {
    include: [`packages/${name}/src/**/*.test.ts`],
    isolate: false,
    testTimeout: 20_000,
    hookTimeout: 4_000,
  },
});
