import { expect, test } from "vitest";
import { findings, manifest, repository } from "../fixture.ts";
import { treeShaking } from "./tree-shaking.ts";

/** A package `core` that was built into this, and a module beside it. */
function built(index: string, beside = ""): ReturnType<typeof repository> {
  return repository({
    "packages/core/package.json": manifest("core"),
    "packages/core/src/index.ts": "",
    "packages/core/dist/index.js": index,
    "packages/core/dist/beside.js": beside,
  });
}

test("What bundlers can leave out is left out", async () => {
  const workspace = built(
    `import { beside } from "./beside.js";
    import { later } from "another-package";
    const table = /* @__PURE__ */ structuredClone({ a: 1 });
    /* @__NO_SIDE_EFFECTS__ */ function make() { return {}; }
    const made = make();
    export const used = () => [table, made, beside, later];`,
    "export const beside = 1;",
  );
  expect(await findings(treeShaking, workspace)).toEqual([]);
});

test("What is kept although nothing uses it is found, also in a module beside", async () => {
  const found = await findings(
    treeShaking,
    built('export * from "./beside.js";', "export const table = new Map(globalThis.entries());"),
  );
  expect(found).toHaveLength(2);
  expect(found[0]).toMatch(
    /^packages\/core\/package\.json: esbuild keeps \d+ characters .*new Map\(globalThis/,
  );
  expect(found[1]).toMatch(/: rollup keeps \d+ characters .*new Map\(globalThis/);
});
