// Starts a program on the Node and with the peers that peers/pnpm-lock.yaml pins. They are not part
// of the workspace, because they weigh 450 MB that only benchmarks and claims need.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

function read(path) {
  try {
    return readFileSync(here(path), "utf8");
  } catch {
    return undefined;
  }
}

function start(command, args, options) {
  const { status } = spawnSync(command, args, { stdio: "inherit", ...options });
  if (status !== 0) process.exit(status ?? 1);
}

// pnpm leaves a copy of the lockfile that it installed.
if (read("peers/pnpm-lock.yaml") !== read("peers/node_modules/.pnpm/lock.yaml")) {
  start(process.execPath, [here("../tools/pnpm.mjs"), "install", "--frozen-lockfile"], {
    cwd: here("peers"),
  });
}
const [program, ...args] = process.argv.slice(2);
// This Node runs the sources as they are: what is built differs by the types only.
const conditions = args.includes("--built") ? [] : ["--conditions=@millrace/source"];
start(here("peers/node_modules/node/bin/node"), [
  "--expose-gc",
  ...conditions,
  here(program),
  ...args,
]);
