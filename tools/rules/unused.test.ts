import { join } from "node:path";
import { expect, test } from "vitest";
import { repository } from "../fixture.ts";
import { formatFinding } from "../rule.ts";
import { findUnused } from "./unused.ts";

test("Unused files, exports and dependencies are found", async () => {
  const { root } = repository({
    "package.json": JSON.stringify({
      name: "fixture",
      type: "module",
      exports: "./index.ts",
      dependencies: { "left-pad": "1.0.0" },
    }),
    "index.ts": `export { used } from "./used.ts";`,
    "used.ts": "export const used = 1;\nexport const idle = 2;",
    "orphan.ts": "export const orphan = 3;",
    "knip.json": JSON.stringify({ project: ["**/*.ts"] }),
  });
  const found = await findUnused(root, join(root, "knip.json"));
  expect(found.map(formatFinding).sort()).toEqual([
    expect.stringMatching(/^orphan\.ts: nothing uses this file/),
    expect.stringMatching(/^package\.json\S* left-pad is a dependency that nothing imports/),
    expect.stringMatching(/^used\.ts:2: idle is exported, and nothing imports it/),
  ]);
});
