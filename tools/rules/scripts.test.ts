import { expect, test } from "vitest";
import { findings, repository } from "../fixture.ts";
import { scripts } from "./scripts.ts";

test("A script that runs turbo by itself is found, unless pnpm runs the script", async () => {
  const named = {
    build: "turbo run build",
    "docs:build": "node tools/pnpm.mjs exec turbo run site",
    ci: "turbo run build test",
    "ci:long": "turbo run build && vitest",
    test: "node tools/pnpm.mjs run ci",
    service: "tsx build.ts && turbo run build",
    release: "turbo run build",
  };
  const workspace = repository({
    "package.json": JSON.stringify({ scripts: named }),
    ".github/workflows/release.yml": "publish: node tools/pnpm.mjs run release\n",
  });
  expect(await findings(scripts, workspace)).toEqual(
    ["build", "ci:long", "service"].map(
      (name) =>
        `package.json: "${name}" runs turbo without pnpm: write "node tools/pnpm.mjs exec turbo …"`,
    ),
  );
});
