import { expect, test } from "vitest";
import { manifest, tarball } from "../fixture.ts";
import type { Manifest } from "../workspace.ts";
import { checkTarball } from "./tarballs.ts";

const published = (JSON.parse(manifest("core")) as Manifest).publishConfig!.exports!;

/** As packing leaves it: what is published has taken the place of the exports. */
function packed(exports: Manifest["exports"] = published): string {
  return manifest("core", { exports, publishConfig: {} });
}

const sound = {
  "README.md": "# core",
  LICENSE: "MIT",
  "package.json": packed(),
  "dist/index.js": "export const a = 1;\n",
  "dist/index.d.ts": "export declare const a: number;\n",
};

test("A whole tarball is clean", async () => {
  expect(await checkTarball(tarball(sound))).toEqual([]);
});

test("What is missing and what is too much is found", async () => {
  const { LICENSE, ...rest } = sound;
  expect(LICENSE).toBeDefined();
  const files = { ...rest, "dist/a.test.js": "export {};", "src/index.ts": "export {};" };
  expect(await checkTarball(tarball(files))).toEqual([
    "the tarball lacks LICENSE",
    "the tarball holds the test dist/a.test.js: keep tests out of the build",
    "the tarball holds src/index.ts: publish only dist/",
  ]);
});

test("Exports lead into the tarball, and not to sources", async () => {
  const problems = await checkTarball(
    tarball({
      ...sound,
      "package.json": packed({
        ".": { "@millrace/source": "./dist/index.js", ...(published["."] as object) },
        "./more": { types: "./dist/more.d.ts", default: "./dist/more.js" },
      }),
    }),
  );
  expect(problems).toEqual(
    expect.arrayContaining([
      'exports "." still has "@millrace/source"',
      'exports "./more" leads to ./dist/more.d.ts, which is not in the tarball: build first',
      'exports "./more" leads to ./dist/more.js, which is not in the tarball: build first',
    ]),
  );
});

test("publint is heard", async () => {
  const exports = { ".": { default: "./dist/index.js", types: "./dist/index.d.ts" } };
  const files = { ...sound, "package.json": packed(exports) };
  expect(await checkTarball(tarball(files))).toContainEqual(
    expect.stringMatching(/^publint: .*types.*first/),
  );
});

test("are-the-types-wrong is heard", async () => {
  const files = { ...sound, "dist/index.d.ts": "export * from './other';\n" };
  expect(await checkTarball(tarball(files))).toContainEqual(
    expect.stringMatching(/^are the types wrong: InternalResolutionError/),
  );
});
