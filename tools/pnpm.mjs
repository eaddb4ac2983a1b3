// Runs the pinned pnpm, so that a machine needs only Node.js and npm.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

const manifest = new URL("../package.json", import.meta.url);
const { packageManager } = JSON.parse(readFileSync(manifest, "utf8"));
const env = { TURBO_TELEMETRY_DISABLED: "1", ...process.env };
// An outer `npx --package=node@N -c '...'` would leak these into the nested npx.
delete env.npm_config_call;
delete env.npm_config_package;
const inside = env.npm_config_user_agent?.startsWith(`${packageManager.replace("@", "/")} `);
const args = process.argv.slice(2);
// --prefer-offline: without network npx would wait a minute although the exact version is cached.
const [command, commandArgs] = inside
  ? ["pnpm", args]
  : ["npx", ["--yes", "--prefer-offline", packageManager, ...args]];
const { status } = spawnSync(command, commandArgs, {
  stdio: "inherit",
  shell: process.platform === "win32",
  env,
});
process.exit(status ?? 1);
