import { expect, test } from "vitest";
import { checkRelease } from "./check-release.ts";
import { manifest, tarball } from "./fixture.ts";

const versions = new Map([["@millrace/core", "0.2.0"]]);

function released(version: string, range: string, changelog: string): Uint8Array {
  return tarball({
    "package.json": manifest("sse", { version, dependencies: { "@millrace/core": range } }),
    "CHANGELOG.md": changelog,
  });
}

test("What is released together stands on what is released", () => {
  expect(checkRelease(released("0.2.0", "^0.2.0", "# sse\n\n## 0.2.0\n"), versions)).toEqual([]);
});

test("A version that nobody raised or told of, and a dependency that nobody can have, is found", () => {
  expect(checkRelease(released("0.0.0", "workspace:^", "# sse\n"), versions)).toEqual([
    "the version is still 0.0.0: write a changeset",
    "CHANGELOG.md says nothing of 0.0.0",
    "depends on @millrace/core workspace:^, which is not what is released with it",
  ]);
});
