import { startService, type Service } from "@millrace/example-service";
import { startReplay, type ReplayOptions, type ReplayUpstream } from "@millrace/testing/replay";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { missingBrowser, openBrowser } from "./browser.ts";

const SECOND = 1000;
const COLUMNS = ["Tokens", "Words", "Sentences"];
const TEXT = "Dr. Ada lives in St. Ives. She grinds 3.5 t of flour! The wheel turns all day long.";
const SENTENCES = [
  "Dr. Ada lives in St. Ives. ",
  "She grinds 3.5 t of flour! ",
  "The wheel turns all day long.",
];

const missing = missingBrowser();
if (missing !== undefined) console.warn(missing);

// A machine without a browser still runs all other tests; the warning above says what it leaves out.
describe.skipIf(missing !== undefined)("the page", () => {
  let browser: Browser;
  let page: Page;
  let complaints: string[]; // what the browser's console says
  let upstream: ReplayUpstream;
  let service: Service;

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    complaints = [];
    page = await browser.newPage();
    page.setDefaultTimeout(10 * SECOND);
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
  });
  afterEach(async () => {
    await page.close();
    await service.close();
    await upstream.close();
  });

  /** The page, in front of a model's server that behaves as told. */
  async function open(replay: ReplayOptions): Promise<void> {
    upstream = await startReplay({ answer: { text: TEXT }, ...replay });
    service = await startService({
      host: "127.0.0.1",
      port: 0,
      upstream: { baseUrl: `${upstream.url}/v1` },
      model: "replay",
      idleTimeout: 30 * SECOND,
      heartbeat: 15 * SECOND,
      maxBodyBytes: 2 ** 20,
    });
    await page.goto(service.url);
  }

  const units = (column: string) => page.getByRole("region", { name: column }).last();
  const unitsOf = (column: string) => units(column).locator("span").allTextContents();
  const start = () => page.getByRole("button", { name: "Start" });
  const cancel = () => page.getByRole("button", { name: "Cancel" });
  const state = () => page.getByRole("status");
  const stateIs = (text: string) => state().getByText(text).waitFor();

  test("streams tokens, words and sentences at the same time", async () => {
    await open({ gap: 40 });
    await start().click();
    for (const column of COLUMNS) await units(column).locator("span").first().waitFor();
    expect(await state().textContent()).toBe("Streaming …"); // all three, before any has ended

    await stateIs("Finished (stop)");
    const [tokens = [], words = [], sentences = []] = await Promise.all(COLUMNS.map(unitsOf));
    expect(tokens.join("")).toBe(TEXT);
    expect(tokens.length).toBeGreaterThan(words.length);
    expect(words).toEqual(TEXT.match(/\S+\s*/g));
    expect(sentences).toEqual(SENTENCES);
    expect(await state().textContent()).toBe(
      `Finished (stop): ${tokens.length} tokens, ${words.length} words, 3 sentences.`,
    );
    const firsts = await page.locator(".first").allTextContents();
    for (const first of firsts) expect(first).toMatch(/^\d\.\d\d s$/);
    expect(Number.parseFloat(firsts[0]!)).toBeLessThanOrEqual(Number.parseFloat(firsts[2]!));
    expect(complaints).toEqual([]);
  });

  test("cancels: nothing more comes, and the model's server is told", async () => {
    await open({ gap: 100 });
    await start().click();
    await units("Words").locator("span").nth(1).waitFor();
    const cancelled = performance.now();
    await cancel().click();
    await stateIs("Cancelled.");
    const ends = await Promise.all(upstream.requests.map((request) => request.ended));
    expect(ends).toEqual(["aborted", "aborted", "aborted"]);
    expect(performance.now() - cancelled).toBeLessThan(SECOND);

    const shown = await Promise.all(COLUMNS.map(unitsOf));
    await page.waitForTimeout(400);
    expect(await Promise.all(COLUMNS.map(unitsOf))).toEqual(shown);
    expect(await cancel().isDisabled()).toBe(true);
    expect(complaints).toEqual([]);
  });

  test("is left: the model's server is told, too", async () => {
    await open({ fail: { kind: "stall", after: 3 } });
    await start().click();
    await units("Tokens").locator("span").first().waitFor();
    await page.goto("about:blank");
    const ends = await Promise.all(upstream.requests.map((request) => request.ended));
    expect(ends).toEqual(["aborted", "aborted", "aborted"]);
  });

  test("works by keyboard alone, and starts anew after an answer", async () => {
    await open({ gap: 60 });
    await page.keyboard.press("Tab");
    expect(await page.locator(":focus").getAttribute("id")).toBe("prompt");
    await page.keyboard.press("Control+Enter");
    await stateIs("Streaming");
    await page.keyboard.press("Escape");
    await stateIs("Cancelled.");
    await page.keyboard.press("Control+A");
    await page.keyboard.type("And who is Ada?");
    await page.keyboard.press("Tab");
    expect(await page.locator(":focus").textContent()).toBe("Start");
    await page.keyboard.press("Enter");
    await stateIs("Finished (stop)");
    expect(await unitsOf("Sentences")).toEqual(SENTENCES);
    expect(upstream.requests.at(-1)?.json).toMatchObject({
      messages: [{ role: "user", content: "And who is Ada?" }],
    });
    expect(complaints).toEqual([]);
  });

  test("shows why an answer broke off, and what had come", async () => {
    await open({ speed: 0, fail: { kind: "error-event", after: 8 } });
    await start().click();
    await page.getByRole("alert").getByText("The replay upstream was told to fail here.").waitFor();
    expect(await state().textContent()).toBe("Failed.");
    expect((await unitsOf("Tokens")).length).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
  });

  test("shows why there is no answer at all", async () => {
    await open({ fail: { kind: "status", status: 429 } });
    await start().click();
    await page.getByRole("alert").getByText("The upstream answered 429").waitFor();
    expect(await state().textContent()).toBe("Failed.");
  });

  test.each([
    ["a desktop", 1280, 3],
    ["a phone", 375, 1],
  ])("fits the width of %s", async (_, width, columns) => {
    await page.setViewportSize({ width, height: 800 });
    await open({ speed: 0 });
    await start().click();
    await stateIs("Finished");
    const boxes = await Promise.all(COLUMNS.map((column) => units(column).boundingBox()));
    expect(new Set(boxes.map((box) => box?.x)).size).toBe(columns);
    const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
    expect(overflow).toBeLessThanOrEqual(0);
  });
});
