import { expect, test } from "vitest";
import { core } from "./fixture.ts";

test("A workspace knows its packages, their entries, sources and tests", () => {
  const { packages } = core({
    "index.ts": "",
    "map.ts": "",
    "map.test.ts": "",
    "wrong.fixture.ts": "",
  });
  expect(packages).toMatchObject([
    {
      name: "@millrace/core",
      folder: "packages/core",
      entries: [{ specifier: "@millrace/core", source: "packages/core/src/index.ts" }],
      sources: ["packages/core/src/index.ts", "packages/core/src/map.ts"],
      tests: ["packages/core/src/map.test.ts", "packages/core/src/wrong.fixture.ts"],
    },
  ]);
});

test("A pattern among the exports stands for every module that fits", () => {
  const exports = {
    "./*": { "@millrace/source": "./src/*/index.ts", default: "./dist/*/index.js" },
  };
  const { packages } = core(
    { "index.ts": "", "a/index.ts": "", "b/index.ts": "", "b/inner.ts": "" },
    { exports },
  );
  expect(packages[0]?.entries).toEqual([
    { specifier: "@millrace/core/a", source: "packages/core/src/a/index.ts" },
    { specifier: "@millrace/core/b", source: "packages/core/src/b/index.ts" },
  ]);
});
