import { defineConfig, mergeConfig } from "vitest/config";
import shared from "../../vitest.config.ts";

// Packing and installing is done once, for all tests.
export default mergeConfig(shared, defineConfig({ test: { globalSetup: "src/install.ts" } }));
