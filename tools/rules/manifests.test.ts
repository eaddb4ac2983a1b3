import { expect, test } from "vitest";
import { core, findings, manifest, repository } from "../fixture.ts";
import type { Manifest } from "../workspace.ts";
import { manifests } from "./manifests.ts";

const PUBLIC = { access: "public", provenance: true };

test("A manifest of the common shape is right", async () => {
  expect(await findings(manifests, core({ "index.ts": "" }))).toEqual([]);
});

test("What every package says, each has to say", async () => {
  const workspace = core(
    { "index.ts": "" },
    {
      sideEffects: true,
      license: "ISC",
      files: ["src"],
      repository: { directory: "packages/cor" },
      publishConfig: {
        exports: (JSON.parse(manifest("core")) as Manifest).publishConfig!.exports!,
      },
    },
  );
  expect(await findings(manifests, workspace)).toEqual([
    expect.stringContaining('"license" must be "MIT"'),
    expect.stringContaining('"sideEffects" must be false'),
    expect.stringContaining('"files" must list "dist"'),
    expect.stringContaining('"repository.directory" must be "packages/core"'),
    expect.stringContaining('"publishConfig" must have "access": "public" and "provenance": true'),
  ]);
});

test("Published exports are the exports without their sources", async () => {
  const workspace = core({ "index.ts": "" }, { publishConfig: { ...PUBLIC, exports: {} } });
  expect(await findings(manifests, workspace)).toEqual([
    expect.stringContaining('"publishConfig.exports" must be "exports" without'),
  ]);
});

test("Types come first, and sources exist", async () => {
  const workspace = core(
    {},
    {
      exports: {
        ".": { "@millrace/source": "./src/index.ts", default: "./index.js", types: "./index.d.ts" },
      },
      publishConfig: {
        ...PUBLIC,
        exports: { ".": { default: "./index.js", types: "./index.d.ts" } },
      },
    },
  );
  expect(await findings(manifests, workspace)).toEqual([
    expect.stringContaining('exports "." must be source, types, default'),
    expect.stringContaining("leads to packages/core/src/index.ts, which does not exist"),
  ]);
});

test("A package is built before the rules run, and its examples can be", async () => {
  const workspace = repository({
    "packages/core/package.json": manifest("core"),
    "packages/core/src/index.ts": "",
    "turbo.json": JSON.stringify({ tasks: { "//#rules": { dependsOn: [] } } }),
    "tests/examples/package.json": JSON.stringify({ devDependencies: {} }),
  });
  expect(await findings(manifests, workspace)).toEqual([
    'turbo.json: "//#rules" must depend on "@millrace/core#build"',
    expect.stringContaining('must have the devDependency "@millrace/core"'),
  ]);
});
