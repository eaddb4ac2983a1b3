import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "vitest";

// Every example of the docs and doc comments is a module here, written by tools/examples.ts.
const generated = join(import.meta.dirname, ".generated");
const examples = readdirSync(generated, { recursive: true, encoding: "utf8" })
  .filter((path) => /L\d+\.ts$/.test(path))
  .sort();

describe("Examples hold", () => {
  test.each(examples)("%s", async (path) => {
    await import(join(generated, path));
  });
});
