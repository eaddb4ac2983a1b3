import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import ts from "typescript";
import { parse } from "./modules.ts";
import { publicNames } from "./public-names.ts";
import { SOURCE_CONDITION, type Entry, type Workspace } from "./workspace.ts";

/** What a user's bundle grows by, minified and gzipped. */
export interface Size {
  readonly specifier: string;
  /** One export alone, or all of the entry. */
  readonly name: string | undefined;
  readonly minified: number;
  readonly gzipped: number;
  /** Gzipped, over the kernel that any program with a stream in it has. */
  readonly overKernel: number;
}

/** Runs stages in every way: the part of core that everything else stands on. */
const KERNEL = ["stage", "fuse", "pipe", "run"];
const KERNEL_ENTRY = "@millrace/core";

export async function measureSizes(workspace: Workspace): Promise<Size[]> {
  const kernelLine = exportLine(KERNEL_ENTRY, KERNEL);
  const kernel = await bundle(workspace, kernelLine);
  const entries = workspace.packages
    .flatMap((own) => own.entries)
    .filter(({ source }) => workspace.has(source));
  const sizes: Size[] = [{ specifier: "the kernel", name: undefined, ...kernel, overKernel: 0 }];
  for (const entry of entries) {
    for (const name of [undefined, ...valuesOf(workspace, entry)]) {
      const line = exportLine(entry.specifier, name === undefined ? undefined : [name]);
      const size = await bundle(workspace, line);
      const inKernel =
        entry.specifier === KERNEL_ENTRY && name !== undefined && KERNEL.includes(name);
      const both = inKernel ? kernel : await bundle(workspace, kernelLine + line);
      const overKernel = both.gzipped - kernel.gzipped;
      sizes.push({ specifier: entry.specifier, name, ...size, overKernel });
    }
  }
  return sizes;
}

/** What these exports, by the path that they are imported from, weigh together with the kernel. */
export async function bundleWithKernel(
  workspace: Workspace,
  imports: Readonly<Record<string, readonly string[]>>,
): Promise<{ minified: number; gzipped: number }> {
  const lines = Object.entries(imports).map(([path, names]) => exportLine(path, names));
  return bundle(workspace, [exportLine(KERNEL_ENTRY, KERNEL), ...lines].join(""));
}

function exportLine(specifier: string, names?: readonly string[]): string {
  return `export ${names === undefined ? "*" : `{ ${names.join()} }`} from "${specifier}";\n`;
}

/** The names of an entry that are more than types. */
function valuesOf({ has, read }: Workspace, { source }: Entry): string[] {
  return publicNames(source, (file) => parse(file, has(file) ? read(file) : ""))
    .filter(({ nodes, typeOnly }) => !typeOnly && !nodes.every(isType))
    .map(({ name }) => name);
}

function isType(node: ts.Statement): boolean {
  return ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node);
}

async function bundle(
  { root, packages }: Workspace,
  code: string,
): Promise<{ minified: number; gzipped: number }> {
  // What users have anyway, if they use what needs it.
  const peers = packages.flatMap(({ manifest }) => Object.keys(manifest.peerDependencies ?? {}));
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: root, loader: "ts" },
    write: false,
    bundle: true,
    minify: true,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    conditions: [SOURCE_CONDITION],
    alias: Object.fromEntries(
      packages.flatMap(({ entries }) =>
        entries.map(({ specifier, source }) => [specifier, `${root}/${source}`]),
      ),
    ),
    external: ["node:*", ...peers],
    logLevel: "silent",
  });
  const contents = outputFiles[0]!.contents;
  return { minified: contents.length, gzipped: gzipSync(contents, { level: 9 }).length };
}
