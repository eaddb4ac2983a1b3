import { defineConfig, mergeConfig } from "vitest/config";
import shared from "../../vitest.config.ts";

// What examples print on their way is of no interest unless one fails. They show what the quick run does.
export default mergeConfig(
  shared,
  defineConfig({ test: { silent: "passed-only", env: { MILLRACE_LONG: "" } } }),
);
