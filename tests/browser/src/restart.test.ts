import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { bundleProgram } from "../../../tools/bundle-program.ts";
import { missingBrowser, openBrowser } from "./browser.ts";

const LAST = 40;
const KILLED_BEHIND = 15; // events; some more may be on their way
const SILENT_BEHIND = 30; // the first server, however late it is killed

const missing = missingBrowser();
if (missing !== undefined) console.warn(missing);

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const SCRIPT = here("../.generated/restart.page.js");
const SERVER = here("restart.server.ts");

const COLUMNS = ["event-source", "fetch"];

interface Asked {
  by: string;
  lastEventId: string;
  status: number;
}

describe.skipIf(missing !== undefined)("a server that is killed in the middle", () => {
  let browser: Browser;
  let page: Page;
  let program: string;
  let server: ChildProcess;
  let asked: Asked[]; // of all servers, in order

  beforeAll(async () => {
    program = await bundleProgram(SERVER);
    await build({
      entryPoints: [here("restart.page.ts")],
      outfile: SCRIPT,
      bundle: true,
      format: "esm",
      conditions: ["@millrace/source"],
    });
    browser = await openBrowser();
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    await page.close();
    await kill();
  });

  /** Gives the port. */
  async function start(port: number, silentBehind: number): Promise<number> {
    const args = [program, String(port), SCRIPT, String(LAST), String(silentBehind)];
    server = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    const lines = createInterface({ input: server.stdout! });
    const [address] = (await once(lines, "line")) as [string];
    lines.on("line", (line) => asked.push(JSON.parse(line) as Asked));
    return (JSON.parse(address) as { port: number }).port;
  }

  async function kill(): Promise<void> {
    if (server.kill("SIGKILL")) await once(server, "exit");
  }

  const items = (id: string) => page.locator(`#${id} li`);
  const stateIs = (id: string, text: string) =>
    page.locator(`#${id} [role=status]`).getByText(text).waitFor();

  test("is gone back to by EventSource and by connectSse: nothing doubled, nothing lost", async () => {
    asked = [];
    const port = await start(0, SILENT_BEHIND);
    page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${port}/`);
    for (const id of COLUMNS) await items(id).nth(KILLED_BEHIND).waitFor();
    await kill();
    for (const id of COLUMNS) await stateIs(id, "Lost");
    const had = {
      EventSource: await items("event-source").count(),
      fetch: await items("fetch").count(),
    };
    await start(port, LAST);
    for (const id of COLUMNS) {
      await stateIs(id, "Ended.");
      const shown = await items(id).allTextContents();
      const numbered = Array.from({ length: LAST }, (_, index) => `event ${index + 1}`);
      expect(shown).toEqual([...numbered, '{"done":true}']);
    }
    // Both have ended, and ask no more: these are all the requests there will be.
    for (const by of ["EventSource", "fetch"] as const) {
      const own = asked.filter((one) => one.by === by);
      expect(own).toEqual([
        { by, lastEventId: "", status: 200 },
        { by, lastEventId: String(had[by]), status: 200 },
        { by, lastEventId: "done", status: 204 },
      ]);
      expect(had[by]).toBeLessThan(LAST);
    }
  });
});
