import { fileURLToPath } from "node:url";
import { CHROMIUM } from "../../browser/src/browser.ts";
import { browserHost } from "./browser-host.ts";
import { commandHost } from "./command-host.ts";
import type { Host } from "./host.ts";
import { workerdHost } from "./workerd-host.ts";

/** Where `hosts/` has what it has installed. */
export const INSTALLED: string = fileURLToPath(new URL("../hosts/node_modules/", import.meta.url));
const NODE_VERSIONS = [20, 22, 24, 26];

// Where Debian puts them, or you say that they are.
const FIREFOX = process.env["FIREFOX_PATH"] ?? "/usr/bin/firefox-esr";
const WEBKIT =
  process.env["WEBKIT_PATH"] ??
  `/usr/lib/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu/webkit2gtk-4.1/MiniBrowser`;

const chromiumHost = browserHost("Chromium", CHROMIUM, (profile) => [
  CHROMIUM,
  "--headless",
  "--no-sandbox", // it refuses to start as root with it
  "--disable-gpu",
  "--disable-dev-shm-usage", // containers have little of it
  `--user-data-dir=${profile}`,
]);

/** Every runtime that the packages are made for, most of them installed in `hosts/`. */
export const allHosts: readonly Host[] = [
  ...NODE_VERSIONS.map((major) => nodeHost(major, `${INSTALLED}node-${major}/bin/node`)),
  commandHost("Bun 1", `${INSTALLED}.bin/bun`),
  commandHost("Deno 2", `${INSTALLED}.bin/deno`, { options: ["run", "--allow-all"] }),
  workerdHost(`${INSTALLED}.bin/workerd`),
  chromiumHost,
  browserHost("Firefox", FIREFOX, (profile) => [FIREFOX, "--headless", "--profile", profile]),
  // It has no mode without a screen.
  browserHost("WebKit", WEBKIT, () => ["xvfb-run", "--auto-servernum", WEBKIT]),
];

/** Those that a machine has anyway. */
export const quickHosts: readonly Host[] = [
  nodeHost(parseInt(process.versions.node), process.execPath),
  chromiumHost,
];

function nodeHost(major: number, program: string): Host {
  return commandHost(`Node.js ${major}`, program, { sqlite: major > 20 });
}
