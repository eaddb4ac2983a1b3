import { expect, test } from "vitest";
import { core, findings, manifest, repository } from "../fixture.ts";
import { dependencies } from "./dependencies.ts";

test("Packages of ours and named peers may be needed", async () => {
  const workspace = repository({
    "packages/testing/package.json": manifest("testing", {
      dependencies: { "@millrace/core": "workspace:^" },
      peerDependencies: { "fast-check": "^4.0.0" },
    }),
  });
  expect(await findings(dependencies, workspace)).toEqual([]);
});

test("Nothing else may be, in any list", async () => {
  const workspace = core(
    {},
    {
      dependencies: { "left-pad": "1.0.0", "@millrace/parts": "workspace:*" },
      optionalDependencies: { fsevents: "2.0.0" },
      peerDependencies: { "fast-check": "^4.0.0" },
    },
  );
  expect(await findings(dependencies, workspace)).toEqual([
    expect.stringContaining("left-pad must not be a dependency"),
    expect.stringContaining('@millrace/parts must be "workspace:^", not "workspace:*"'),
    expect.stringContaining("fsevents must not be a dependency"),
    expect.stringContaining("fast-check is no named peer"),
  ]);
});
