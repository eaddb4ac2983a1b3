import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { startReplay } from "@millrace/testing/replay";
import { expect, onTestFinished, test } from "vitest";
import { bundleProgram } from "../tools/bundle-program.ts";
import { missingBrowser, openBrowser } from "../tests/browser/src/browser.ts";

const missing = missingBrowser();
if (missing !== undefined) console.warn(missing);

test.skipIf(missing !== undefined)(
  "The program of the first five minutes shows an answer in a browser, sentence by sentence",
  async () => {
    const upstream = await startReplay({ speed: 0, answer: { text: "It turns. Dr. Mill knows." } });
    const program = await bundleProgram(join(import.meta.dirname, "programs", "server.ts"));
    const server = spawn(process.execPath, [program], {
      env: { ...process.env, PORT: "0", MODEL_URL: `${upstream.url}/v1` },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(server.stdout, "data")) as [Buffer];
    const browser = await openBrowser();
    try {
      const page = await browser.newPage();
      await page.goto(line.toString().trim());
      await page.locator("li").nth(1).waitFor();
      expect(await page.locator("li").allInnerTexts()).toEqual(["It turns.", "Dr. Mill knows."]);
    } finally {
      await browser.close();
      server.kill();
      await upstream.close();
    }
  },
);

test("Its server says in the terminal what its page is not told: that the model is not there", async () => {
  const program = await bundleProgram(join(import.meta.dirname, "programs", "server.ts"));
  const server = spawn(process.execPath, [program], {
    env: { ...process.env, PORT: "0", MODEL_URL: "http://127.0.0.1:1/v1" },
  });
  onTestFinished(() => void server.kill());
  const [line] = (await once(server.stdout, "data")) as [Buffer];
  const told = once(server.stderr, "data");
  const response = await fetch(`${line.toString().trim()}/answer`);
  expect(await response.text()).toContain("event: error\n");
  expect(String(await told)).toContain("Cannot ask");
});
