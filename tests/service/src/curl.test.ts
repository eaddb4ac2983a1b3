import { execFile, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { start, stop, type Running } from "./service.ts";

// The service's own page of instructions, line by line, against the service.

const README = new URL("../../../examples/service/README.md", import.meta.url);
const readme = readFileSync(README, "utf8");
const LINES = [...readme.matchAll(/^curl .*localhost:8787.*$/gm)].map(([line]) => line);
const ROUTES = [...readme.matchAll(/^\| `(?:(\w+) )?(\/\S*)` +\|/gm)].map(([, method, path]) => ({
  method: method ?? "GET",
  path: path!,
}));
const BY_NO_CURL = new Set(["/v1/ws/stream"]);

const isThere = spawnSync("curl", ["--version"]).status === 0;
if (!isThere) {
  console.warn(
    "Routes by curl are NOT tested: it is not installed (Debian: apt-get install curl).",
  );
}

test.each(ROUTES.filter(({ path }) => !BY_NO_CURL.has(path)))(
  "The README shows how $method $path is asked by curl",
  ({ method, path }) => {
    const address = path
      .split(/:\w+/)
      .map((piece) => piece.replaceAll(".", "\\."))
      .join("[^/ ]+");
    const asked = new RegExp(`localhost:8787${address}(?= |$)`);
    const own = LINES.filter((line) => asked.test(line));
    expect(own.some((line) => methodOf(line) === method)).toBe(true);
  },
);

describe.skipIf(!isThere)("a line of the README", () => {
  let running: Running;
  let id: string;
  beforeAll(async () => {
    running = await start();
    const body = JSON.stringify({ prompt: "Well?", resumable: true });
    const response = await fetch(`${running.service.url}/v1/stream/raw`, { method: "POST", body });
    id = response.headers.get("x-stream-id")!;
    await response.text();
  });
  afterAll(() => stop(running));

  test.each(LINES)("%s", async (line) => {
    const own = line
      .replace("curl", "curl --silent --show-error --fail-with-body")
      .replace("localhost:8787", new URL(running.service.url).host)
      .replace("openai:gpt-4o-mini", "openai:replay");
    const { stdout } = await promisify(execFile)("sh", ["-c", own], {
      env: { ...process.env, ID: id },
    });
    // A chat that is answered has nothing to come back to.
    if (!line.includes("/stream -H")) expect(stdout).not.toBe("");
    if (line.includes("-N") && stdout !== "")
      expect(stdout).toMatch(/^(HTTP[\s\S]*?\r\n\r\n)?: open\n\n/);
  });
});

function methodOf(line: string): string {
  const [, named] = /-X (\w+)/.exec(line) ?? [];
  return named ?? (line.includes(" -d ") ? "POST" : "GET");
}
