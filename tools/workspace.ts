import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** What the rules look at: the files of the repository, and its published packages. */
export interface Workspace {
  readonly root: string;
  /** Every file that is source of something, as a path from the root with `/`. */
  readonly files: string[];
  /** The packages of `packages/`, by name. */
  readonly packages: Package[];
  readonly read: (file: string) => string;
  readonly has: (file: string) => boolean;
}

export interface Package {
  /** As in `@millrace/core`. */
  readonly name: string;
  /** As in `packages/core`. */
  readonly folder: string;
  readonly manifest: Manifest;
  /** The path of its `package.json`. */
  readonly manifestFile: string;
  readonly entries: Entry[];
  /** The modules that are published, without tests. */
  readonly sources: string[];
  /** The modules that tests are made of. */
  readonly tests: string[];
}

/** One path that users import. */
export interface Entry {
  /** As in `@millrace/testing/replay`. */
  readonly specifier: string;
  /** As in `packages/testing/src/replay/index.ts`. */
  readonly source: string;
}

export interface Manifest {
  name: string;
  version?: string;
  private?: boolean;
  description?: string;
  license?: string;
  repository?: { directory?: string };
  type?: string;
  sideEffects?: boolean;
  files?: string[];
  exports?: Exports;
  publishConfig?: { access?: string; provenance?: boolean; exports?: Exports };
  engines?: Record<string, string>;
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

/** The targets of each path that users import, by condition. */
export type Exports = Record<string, string | Record<string, string>>;

/** The export condition that leads to the sources inside this repository. */
export const SOURCE_CONDITION = "@millrace/source";

const SKIPPED_FOLDERS = new Set([
  ".generated",
  ".git",
  ".pnpm-store", // where the repository is mounted into a container
  ".stryker-tmp",
  ".temp",
  ".turbo",
  "coverage",
  "dist",
  "docs/reference", // generated
  "node_modules",
  ".next", // and what else the frameworks of recipes build
  ".svelte-kit",
  "build",
]);

export function openWorkspace(root: string): Workspace {
  const texts = new Map<string, string>();
  const files = listFiles(root);
  const known = new Set(files);

  function read(file: string): string {
    let text = texts.get(file);
    if (text === undefined) {
      text = readFileSync(join(root, file), "utf8");
      texts.set(file, text);
    }
    return text;
  }

  const packages = files
    .filter((file) => /^packages\/[^/]+\/package\.json$/.test(file))
    .map((file) => openPackage(file, JSON.parse(read(file)) as Manifest, files));
  return { root, files, packages, read, has: (file) => known.has(file) };
}

/** Whether a module is a test, or what only tests import. */
export function isTest(file: string): boolean {
  return /\.(test|fixture)\.ts$/.test(file);
}

function openPackage(manifestFile: string, manifest: Manifest, files: string[]): Package {
  const folder = manifestFile.replace(/\/package\.json$/, "");
  const modules = files.filter((file) => file.startsWith(`${folder}/src/`) && file.endsWith(".ts"));
  const entries = Object.entries(manifest.exports ?? {}).flatMap(([path, target]) => {
    const source = typeof target === "string" ? undefined : target[SOURCE_CONDITION];
    if (source === undefined) return [];
    const entry = { specifier: manifest.name + path.slice(1), source: folder + source.slice(1) };
    return source.includes("*") ? expand(entry, modules) : [entry];
  });
  return {
    name: manifest.name,
    folder,
    manifest,
    manifestFile,
    entries,
    sources: modules.filter((file) => !isTest(file)),
    tests: modules.filter(isTest),
  };
}

/** The entries that a pattern like `./src/*.ts` stands for. */
function expand({ specifier, source }: Entry, modules: string[]): Entry[] {
  const [before = "", after = ""] = source.split("*");
  return (
    modules
      .filter((file) => file.startsWith(before) && file.endsWith(after) && !isTest(file))
      .map((file) => ({ file, name: file.slice(before.length, file.length - after.length) }))
      // `src/index.ts` begins and ends like `./src/*/index.ts`, and has nothing in between.
      .filter(({ file, name }) => name !== "" && file === before + name + after)
      .map(({ file, name }) => ({ specifier: specifier.replace("*", name), source: file }))
  );
}

function listFiles(root: string, folder = ""): string[] {
  return readdirSync(join(root, folder))
    .sort()
    .flatMap((name) => {
      const path = folder === "" ? name : `${folder}/${name}`;
      const stats = statSync(join(root, path), { throwIfNoEntry: false });
      if (stats === undefined) return []; // gone since the listing
      if (stats.isFile()) return [path];
      return SKIPPED_FOLDERS.has(name) || SKIPPED_FOLDERS.has(path) ? [] : listFiles(root, path);
    });
}
