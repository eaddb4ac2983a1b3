import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { toldUrl } from "./told-url.ts";

// What the service's Dockerfile says, done in folders: all of it but the container, and on this Node.js.

const ROOT = join(import.meta.dirname, "../../..");
const PATIENCE = 900_000; // milliseconds: the packages are built anew
const isAsked = process.env["MILLRACE_PROJECTS"] === "all";

async function temporary(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `${name}-`));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** The repository as `COPY . .` finds it in a fresh clone. */
async function copyRepository(): Promise<string> {
  const ignored = (await readFile(join(ROOT, ".dockerignore"), "utf8")).trim().split("\n");
  // In a container the files may be another user's, whom Git would not trust.
  const list = ["-c", `safe.directory=${ROOT}`, "ls-files", "-z"];
  const files = ["--cached", "--others", "--exclude-standard"];
  const { stdout } = await promisify(execFile)("git", [...list, ...files], {
    cwd: ROOT,
    maxBuffer: Infinity,
  });
  const folder = await temporary("repository");
  for (const file of stdout.split("\0")) {
    const isIgnored = ignored.some((pattern) => file.startsWith(`${pattern}/`));
    if (file === "" || isIgnored || !existsSync(join(ROOT, file))) continue;
    await cp(join(ROOT, file), join(folder, file));
  }
  return folder;
}

test.skipIf(!isAsked)(
  "The service's image is built, and its service answers",
  { timeout: PATIENCE },
  async () => {
    const dockerfile = await readFile(join(ROOT, "examples/service/Dockerfile"), "utf8");
    const said = (word: string) =>
      [...dockerfile.matchAll(new RegExp(`^ *${word} (.+)$`, "gm"))].map(([, rest]) => rest!);
    const repository = await copyRepository();
    const service = join(await temporary("image"), "service");
    for (const line of said("RUN")) {
      const command = line.replace(" /service", ` ${service}`);
      await promisify(execFile)("sh", ["-c", command], { cwd: repository });
    }

    const [program, ...args] = JSON.parse(said("CMD").at(-1)!) as string[];
    expect(program).toBe("node");
    const env = { PATH: process.env["PATH"], NODE_ENV: "production", HOST: "127.0.0.1", PORT: "0" };
    const server = spawn(process.execPath, args, { cwd: service, env });
    onTestFinished(() => void server.kill("SIGKILL"));
    const exited = once(server, "exit");
    const url = await toldUrl(server.stdout);
    expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ status: "ok" });
    expect(await (await fetch(url!)).text()).toContain("<!doctype html>");
    server.kill("SIGTERM");
    expect(await exited).toEqual([0, null]);
  },
);
