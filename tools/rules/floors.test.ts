import { expect, test } from "vitest";
import { findings, manifest, repository } from "../fixture.ts";
import { floors } from "./floors.ts";

test("A package may stand on the floors below", async () => {
  const workspace = repository({
    "packages/core/package.json": manifest("core"),
    "packages/providers/package.json": manifest("providers", {
      dependencies: { "@millrace/core": "workspace:^", "@millrace/sse": "workspace:^" },
    }),
  });
  expect(await findings(floors, workspace)).toEqual([]);
});

test("A package may not stand on a neighbour, nor core on anything", async () => {
  const workspace = repository({
    "packages/core/package.json": manifest("core", {
      peerDependencies: { "@millrace/testing": "workspace:^" },
    }),
    "packages/sse/package.json": manifest("sse", {
      dependencies: { "@millrace/parts": "workspace:^" },
    }),
  });
  expect(await findings(floors, workspace)).toEqual([
    expect.stringContaining("@millrace/core must not stand on @millrace/testing, only on nothing"),
    expect.stringContaining("@millrace/sse must not stand on @millrace/parts, only on core"),
  ]);
});

test("A new package needs a floor", async () => {
  const workspace = repository({ "packages/extras/package.json": manifest("extras") });
  expect(await findings(floors, workspace)).toEqual([
    expect.stringContaining("@millrace/extras has no floor"),
  ]);
});
