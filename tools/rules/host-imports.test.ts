import { expect, test } from "vitest";
import { core, findings, manifest, repository } from "../fixture.ts";
import { hostImports } from "./host-imports.ts";

test("Subpaths named for Node, and tests, may use it", async () => {
  const workspace = repository({
    "packages/sse/package.json": manifest("sse"),
    "packages/sse/src/node/send-sse.ts": `import "node:http";\nprocess.exit();`,
    "packages/sse/src/sse.test.ts": `import "node:http";`,
    "packages/testing/package.json": manifest("testing"),
    "packages/testing/src/replay/index.ts": `import "node:http";`,
  });
  expect(await findings(hostImports, workspace)).toEqual([]);
});

test("Other modules may not, with or without the prefix, nor by a detour", async () => {
  const workspace = core({
    "a.ts": `import { readFile } from "node:fs";\nimport type { X } from "events";`,
    "b.ts": `import { send } from "./node/send.ts";`,
    "node/send.ts": `import "node:http";`,
  });
  expect(await findings(hostImports, workspace)).toEqual([
    expect.stringContaining('src/a.ts:1: "node:fs" is Node\'s alone'),
    expect.stringContaining('src/a.ts:2: "events" is Node\'s alone'),
    expect.stringContaining('src/b.ts:1: "./node/send.ts" brings Node in'),
  ]);
});

test("Node's globals are found, names that only look like them are not", async () => {
  const workspace = core({
    "a.ts": `const bytes = Buffer.from("");\nif (typeof process === "object") require("x");`,
    "b.ts": [
      "interface Job { process(): void; global: boolean }",
      "function start(job: Job, process: () => void): void {",
      "  job.process();",
      "  process();",
      "  new RegExp('', job.global ? 'g' : '');",
      "}",
    ].join("\n"),
  });
  expect(await findings(hostImports, workspace)).toEqual([
    expect.stringContaining("src/a.ts:1: `Buffer`"),
    expect.stringContaining("src/a.ts:2: `process`"),
    expect.stringContaining("src/a.ts:2: `require`"),
  ]);
});
