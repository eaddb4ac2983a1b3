import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

// The recipes for runtimes other than Node.js, as those runtimes are started.

const BIN = join(
  import.meta.dirname,
  "../../../tests/runtimes/hosts/node_modules/.bin",
);
const GENERATED = join(import.meta.dirname, "../.generated");

/** Why they cannot run here; `undefined` if they can. */
export const missingRuntimes = ["bun", "deno", "workerd"].every((name) =>
  existsSync(join(BIN, name)),
)
  ? undefined
  : "The recipes for Bun, Deno and Workers are NOT tested there, but on Node.js: install them in tests/runtimes/hosts.";

const WORKER = (
  variables: Record<string, string>,
) => `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);

const worker :Workerd.Worker = (
  modules = [(name = "workers.js", esModule = embed "workers.js")],
  compatibilityDate = "2026-11-01",
  bindings = [${Object.entries(variables)
    .map(
      ([name, value]) =>
        `(name = ${JSON.stringify(name)}, text = ${JSON.stringify(value)})`,
    )
    .join(", ")}],
);
`;

/** The command that starts a recipe. It finds its variables in the environment, a Worker in its bindings. */
export async function commandOf(
  runtime: "bun" | "deno" | "workers",
  variables: Record<string, string>,
): Promise<string[]> {
  const outfile = join(GENERATED, `${runtime}.js`);
  await build({
    entryPoints: [join(import.meta.dirname, `${runtime}.ts`)],
    outfile,
    ...{
      bundle: true,
      format: "esm",
      target: "es2022",
      conditions: ["@millrace/source"],
    },
  });
  if (runtime === "bun") return [join(BIN, "bun"), outfile];
  if (runtime === "deno") {
    return [
      join(BIN, "deno"),
      "serve",
      "--allow-net",
      "--allow-env",
      "--port=0",
      outfile,
    ];
  }
  const config = join(GENERATED, "workers.capnp");
  await mkdir(GENERATED, { recursive: true });
  await writeFile(config, WORKER(variables));
  return [join(BIN, "workerd"), "serve", config, "--control-fd=1"];
}
