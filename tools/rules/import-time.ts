import { join } from "node:path";
import { SourceMap, type SourceMapPayload } from "node:module";
import { constants, createContext, runInContext } from "node:vm";
import { build, type Plugin } from "esbuild";
import type { Finding, Rule } from "../rule.ts";
import { SOURCE_CONDITION, type Entry, type Workspace } from "../workspace.ts";

/** Globals that some host has and the Node of this run may not. */
const OTHER_HOSTS = [
  "Bun",
  "CustomEvent",
  "Deno",
  "EventSource",
  "WebSocket",
  "caches",
  "document",
  "localStorage",
  "location",
  "self",
  "window",
];

/** Globals that come with every context of the engine, though the language knows them not. */
const HOST_IN_ENGINE = ["console", "WebAssembly"];

const BUNDLE = "bundle.js";

export const importTime: Rule = {
  statement: "Loading an entry touches no global of the host",
  check: async (workspace) => {
    const entries = workspace.packages
      .flatMap((own) => own.entries)
      .filter(({ source }) => workspace.has(source)); // a missing one is another rule's finding
    return (await Promise.all(entries.map((entry) => checkEntry(workspace, entry)))).flat();
  },
};

async function checkEntry(workspace: Workspace, entry: Entry): Promise<Finding[]> {
  let code: string;
  let map: SourceMap;
  try {
    const { outputFiles } = await build({
      absWorkingDir: workspace.root,
      entryPoints: [join(workspace.root, entry.source)],
      outfile: join(workspace.root, BUNDLE),
      write: false,
      bundle: true,
      // Not ESM: a context without host globals runs scripts only. It also refuses top-level await.
      format: "cjs",
      platform: "neutral",
      target: "es2022",
      sourcemap: "external",
      treeShaking: false,
      logLevel: "silent",
      conditions: [SOURCE_CONDITION],
      plugins: [resolveInside(workspace)],
    });
    const text = (ending: string) =>
      outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? "";
    code = text(".js");
    map = new SourceMap(JSON.parse(text(".map")) as SourceMapPayload);
  } catch (error) {
    return [{ file: entry.source, message: `cannot be bundled: ${String(error)}` }];
  }
  const broken = load(code);
  if (broken === undefined) return [];
  const { originalSource, originalLine } = map.findEntry(broken.line - 1, broken.column - 1) as {
    originalSource?: string;
    originalLine?: number;
  };
  return [
    {
      file: originalSource ?? entry.source,
      line: originalLine === undefined ? undefined : originalLine + 1,
      message: `${broken.message} while ${entry.specifier} loads: do it at the first call`,
    },
  ];
}

/** Runs a bundle where every host global throws as soon as it is looked at. */
function load(code: string): { message: string; line: number; column: number } | undefined {
  // A global object like any other: round one that Node wraps, some versions pass traps by.
  const context = createContext(constants.DONT_CONTEXTIFY);
  const language = new Set(names(runInContext("Object.getOwnPropertyNames(globalThis)", context)));
  const host = [...Object.getOwnPropertyNames(globalThis), ...OTHER_HOSTS].filter(
    (name) => !language.has(name),
  );
  runInContext(TRAPS, context);
  try {
    runInContext(`trap(globalThis, ${JSON.stringify([...host, ...HOST_IN_ENGINE])}, "")`, context);
    runInContext(`trap(Intl, Object.getOwnPropertyNames(Intl), "Intl.")`, context);
    const run = runInContext(`(function (module, exports, require) {${code}\n})`, context, {
      filename: BUNDLE,
    }) as (module: object, exports: object, require: unknown) => void;
    const module = { exports: {} };
    run(module, module.exports, runInContext("inert", context));
    return undefined;
  } catch (error) {
    const { message, stack = "" } = error as Error;
    const [, line = "1", column = "1"] = /bundle\.js:(\d+):(\d+)/.exec(stack) ?? [];
    return { message, line: Number(line), column: Number(column) };
  }
}

/** `inert` stands for everything from outside: it can be called, read and constructed. */
const TRAPS = `
  function trap(object, names, prefix) {
    for (const name of names) {
      Object.defineProperty(object, name, {
        configurable: true,
        get() { throw new Error("touches " + prefix + name); },
      });
    }
  }
  const inert = new Proxy(function () {}, {
    get: (target, key) => (key === Symbol.toPrimitive ? () => "" : inert),
    apply: () => inert,
    construct: () => inert,
  });
`;

function names(value: unknown): string[] {
  return Array.from(value as ArrayLike<string>);
}

/** Finds our packages by their sources, and leaves everything from outside out of the bundle. */
function resolveInside({ root, packages }: Workspace): Plugin {
  const sources = new Map(
    packages.flatMap(({ entries }) =>
      entries.map(({ specifier, source }) => [specifier, join(root, source)] as const),
    ),
  );
  return {
    name: "resolve-inside",
    setup(builder) {
      builder.onResolve({ filter: /^[^./]/ }, ({ path }) => {
        const source = sources.get(path);
        return source === undefined ? { path, external: true } : { path: source };
      });
    },
  };
}
