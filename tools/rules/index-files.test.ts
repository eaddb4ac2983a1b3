import { expect, test } from "vitest";
import { core, findings } from "../fixture.ts";
import { indexFiles } from "./index-files.ts";

const documentedStage = `
/**
 * Each item twice.
 *
 * @example
 * twice();
 */
export function twice(): void {}
`;

test("An index lists the stages of its folder by name; inner modules need no line", async () => {
  const workspace = core({
    "index.ts": `export { twice, type TwiceOptions } from "./twice.ts";`,
    "twice.ts": documentedStage,
    "twice.test.ts": documentedStage,
    "pair.ts": "export function openPair(): void {}",
  });
  expect(await findings(indexFiles, workspace)).toEqual([]);
});

test("A stage that is not listed is found", async () => {
  const workspace = core({
    "index.ts": `export { map } from "./map.ts";`,
    "map.ts": "export function map(): void {}",
    "twice.ts": documentedStage,
  });
  expect(await findings(indexFiles, workspace)).toEqual([
    "packages/core/src/index.ts: does not list ./twice.ts, which documents twice()",
  ]);
});

test("Logic and `export *` have no place in an index, wherever it is", async () => {
  const workspace = core({
    "inner/index.ts": [
      `export * from "./a.ts";`,
      `import { b } from "./b.ts";`,
      `export const c = b();`,
      `export {}; // of nothing`,
    ].join("\n"),
  });
  expect(await findings(indexFiles, workspace)).toEqual([
    expect.stringContaining("inner/index.ts:1: `export *` hides"),
    expect.stringContaining("inner/index.ts:2: an index is a table of contents"),
    expect.stringContaining("inner/index.ts:3: an index is a table of contents"),
  ]);
});
