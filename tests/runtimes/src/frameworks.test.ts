import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, inject, onTestFinished, test } from "vitest";
import { missingBrowser, openBrowser } from "../../browser/src/browser.ts";
import { askWorker } from "./ask-worker.ts";
import { INSTALLED } from "./hosts.ts";
import { npmInstall } from "./install.ts";
import { toldUrl } from "./told-url.ts";

// Projects that bring a framework from the registry, each installed as its users do.

const PATIENCE = 900_000; // milliseconds: hundreds of megabytes come over the network
const ANSWER = ": open\n\ndata: mill\n\ndata: race\n\nevent: done\n";
const isAsked = process.env["MILLRACE_PROJECTS"] === "all";

/** A copy of a project, in which its own dependencies and `@millrace/sse` are installed. */
async function install(project: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `${project}-`));
  onTestFinished(() => rm(folder, { recursive: true }));
  await cp(join(import.meta.dirname, "../projects", project), folder, { recursive: true });
  const tarballs = inject("tarballs");
  await npmInstall(folder, [tarballs["@millrace/sse"]!, tarballs["@millrace/core"]!]);
  return folder;
}

const browser = missingBrowser();
if (isAsked && browser !== undefined) console.warn(browser);

test.skipIf(!isAsked || browser !== undefined)(
  "A site is built by Next.js",
  { timeout: PATIENCE },
  async () => {
    const folder = await install("next");
    const next = join(folder, "node_modules/next/dist/bin/next");
    const env = { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" };
    await promisify(execFile)(process.execPath, [next, "build"], { cwd: folder, env });

    const args = [next, "start", "--port", "0", "--hostname", "127.0.0.1"];
    const server = spawn(process.execPath, args, { cwd: folder, env, detached: true });
    onTestFinished(async () => {
      const exited = once(server, "exit");
      process.kill(-server.pid!, "SIGKILL");
      await exited;
    });
    const url = await toldUrl(server.stdout);
    expect(await (await fetch(`${url}/answers`)).text()).toContain(ANSWER);

    const chromium = await openBrowser();
    onTestFinished(() => chromium.close());
    const page = await chromium.newPage();
    await page.goto(url!);
    await page.getByText("millrace").waitFor();
  },
);

const node = `${INSTALLED}node-24/bin/node`; // which Wrangler needs
const workerd = `${INSTALLED}.bin/workerd`;
const isHere = existsSync(node) && existsSync(workerd);
if (isAsked && !isHere) console.warn("Wrangler is NOT tested: see tests/runtimes/README.md.");

test.skipIf(!isAsked || !isHere)(
  "A worker is built by Wrangler",
  { timeout: PATIENCE },
  async () => {
    const folder = await install("wrangler");
    const wrangler = join(folder, "node_modules/wrangler/bin/wrangler.js");
    const args = [wrangler, "deploy", "--dry-run", "--outdir", "dist"];
    const env = { ...process.env, WRANGLER_SEND_METRICS: "false" };
    await promisify(execFile)(node, args, { cwd: folder, env });
    const code = await readFile(join(folder, "dist/index.js"), "utf8");
    expect(await askWorker(workerd, folder, code)).toContain(ANSWER);
  },
);
