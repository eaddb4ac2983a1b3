import { fileURLToPath } from "node:url";
import { chromiumHost } from "./chromium-host.ts";
import { commandHost } from "./command-host.ts";
import type { Host } from "./host.ts";
import { workerdHost } from "./workerd-host.ts";

/** Where `hosts/` has what it has installed. */
export const INSTALLED: string = fileURLToPath(new URL("../hosts/node_modules/", import.meta.url));
const NODE_VERSIONS = [20, 22, 24, 26];

/** Every runtime that the packages are made for, most of them installed in `hosts/`. */
export const allHosts: readonly Host[] = [
  ...NODE_VERSIONS.map((major) => nodeHost(major, `${INSTALLED}node-${major}/bin/node`)),
  commandHost("Bun 1", `${INSTALLED}.bin/bun`),
  commandHost("Deno 2", `${INSTALLED}.bin/deno`, { options: ["run", "--allow-all"] }),
  workerdHost(`${INSTALLED}.bin/workerd`),
  chromiumHost,
];

/** Those that a machine has anyway. */
export const quickHosts: readonly Host[] = [
  nodeHost(parseInt(process.versions.node), process.execPath),
  chromiumHost,
];

function nodeHost(major: number, program: string): Host {
  return commandHost(`Node.js ${major}`, program, { sqlite: major > 20 });
}
