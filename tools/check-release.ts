import { createPackageFromTarballData } from "@arethetypeswrong/core";
import type { Manifest } from "./workspace.ts";

const UNRELEASED = "0.0.0";

/** What is wrong with a tarball as one of a release of these versions. */
export function checkRelease(tarball: Uint8Array, versions: ReadonlyMap<string, string>): string[] {
  const packed = createPackageFromTarballData(tarball);
  const base = `/node_modules/${packed.packageName}/`;
  const manifest = JSON.parse(packed.readFile(`${base}package.json`)) as Manifest;
  const { version = UNRELEASED, dependencies = {} } = manifest;
  const changelog = `${base}CHANGELOG.md`;
  const isTold =
    packed.fileExists(changelog) && packed.readFile(changelog).includes(`\n## ${version}\n`);
  return [
    ...(version === UNRELEASED ? [`the version is still ${version}: write a changeset`] : []),
    ...(isTold ? [] : [`CHANGELOG.md says nothing of ${version}`]),
    ...Object.entries(dependencies)
      .filter(([name, range]) => range !== `^${versions.get(name) ?? ""}`)
      .map(([name, range]) => `depends on ${name} ${range}, which is not what is released with it`),
  ];
}
