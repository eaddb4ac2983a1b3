import { expect, test } from "vitest";
import { findings, manifest, repository } from "../fixture.ts";
import { imports } from "./imports.ts";

const parts = manifest("parts", {
  dependencies: { "@millrace/core": "workspace:^" },
  devDependencies: { "@millrace/testing": "workspace:^" },
});

test("Sources import their dependencies, tests also what is installed for them", async () => {
  const workspace = repository({
    "package.json": JSON.stringify({ devDependencies: { vitest: "4.0.0" } }),
    "packages/parts/package.json": parts,
    "packages/parts/src/text.ts": `import { stage } from "@millrace/core";\nimport "./part.ts";`,
    "packages/parts/src/text.test.ts": [
      `import { laws } from "@millrace/testing";`,
      `import { test } from "vitest";`,
      `import { text } from "@millrace/parts";`,
    ].join("\n"),
  });
  expect(await findings(imports, workspace)).toEqual([]);
});

test("What is not declared is found, however it is imported", async () => {
  const workspace = repository({
    "packages/parts/package.json": parts,
    "packages/parts/src/text.ts": [
      `// import "a-comment"`,
      `import type { Laws } from "@millrace/testing";`,
      `export { z } from "zod/v4";`,
      `const lazily = () => import("lodash");`,
    ].join("\n"),
  });
  expect(await findings(imports, workspace)).toEqual([
    'packages/parts/src/text.ts:2: "@millrace/testing" is not declared: ' +
      "add @millrace/testing to packages/parts/package.json",
    expect.stringMatching(/^packages\/parts\/src\/text\.ts:3: "zod\/v4" is not declared: add zod /),
    expect.stringMatching(/^packages\/parts\/src\/text\.ts:4: "lodash" is not declared/),
  ]);
});

test("No relative import leaves its package, not even of a test", async () => {
  const workspace = repository({
    "packages/parts/package.json": parts,
    "packages/parts/src/text.test.ts": `import { stage } from "../../core/src/stage.ts";`,
  });
  expect(await findings(imports, workspace)).toEqual([
    expect.stringContaining('text.test.ts:1: "../../core/src/stage.ts" leaves the package'),
  ]);
});

test("Only tests share fixtures, and only with packages that theirs stands on", async () => {
  const workspace = repository({
    "packages/core/package.json": manifest("core"),
    "packages/core/src/streams.fixture.ts": "export {};",
    "packages/sse/package.json": manifest("sse"),
    "packages/sse/src/cases.fixture.ts": "export {};",
    "packages/parts/package.json": parts,
    "packages/parts/src/text.test.ts": `import "../../core/src/streams.fixture.ts";`,
    "packages/parts/src/usage.test.ts": `import "../../sse/src/cases.fixture.ts";`,
    "packages/parts/src/text.ts": `import "../../core/src/streams.fixture.ts";`,
  });
  expect(await findings(imports, workspace)).toEqual([
    expect.stringMatching(/^packages\/parts\/src\/text\.ts:1: .* leaves the package/),
    expect.stringMatching(/^packages\/parts\/src\/usage\.test\.ts:1: .* leaves the package/),
  ]);
});
