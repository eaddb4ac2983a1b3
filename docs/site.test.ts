import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createRequire } from "node:module";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { missingBrowser, openBrowser } from "../tests/browser/src/browser.ts";
import { fileOf, serveSite } from "./site/serve.ts";

const folder = join(import.meta.dirname, "dist");
const unbuilt = existsSync(folder)
  ? undefined
  : "The site is NOT tested: it is not built. `npm run docs:test` does that.";
const unseen = unbuilt ?? missingBrowser();
for (const reason of new Set([unbuilt, unseen])) if (reason !== undefined) console.warn(reason);

describe.skipIf(unbuilt !== undefined)("Links", () => {
  test("lead to pages of the site, and to headings that they have", () => {
    const pages = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .map((name) => name.replaceAll("\\", "/"))
      .filter((name) => name.endsWith(".html") && name !== "404.html");
    const dead = pages.flatMap((page) => {
      return linksOf(page)
        .filter((link) => !leadsSomewhere(page, link))
        .map((link) => `${page}: ${link}`);
    });
    expect(pages.length).toBeGreaterThan(100);
    expect(dead).toEqual([]);
  });

  test("to files of the repository are links to files that there are", () => {
    const root = join(import.meta.dirname, "..");
    const targets = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".html"))
      .flatMap((page) => linksOf(page))
      .flatMap(
        (link) =>
          /^https:\/\/github\.com\/millrace\/millrace\/blob\/main\/(.*)/.exec(link)?.[1] ?? [],
      );
    const missing = new Set(targets.filter((path) => !existsSync(join(root, path.split("#")[0]!))));
    expect([...missing]).toEqual([]);
  });
});

function linksOf(page: string): string[] {
  const html = readFileSync(join(folder, page), "utf8");
  return [...html.matchAll(/<a\s[^>]*?href="([^"]*)"/g)].map(([, href = ""]) =>
    href.replaceAll("&amp;", "&"),
  );
}

const idsOfFiles = new Map<string, Set<string>>();

function leadsSomewhere(page: string, link: string): boolean {
  const { origin, pathname, hash } = new URL(link, `http://localhost/${page}`);
  if (origin !== "http://localhost") return true;
  const file = fileOf(folder, pathname);
  if (file === undefined) return false;
  let ids = idsOfFiles.get(file);
  if (ids === undefined) {
    const html = readFileSync(file, "utf8");
    ids = new Set([...html.matchAll(/\sid="([^"]*)"/g)].map(([, id = ""]) => id));
    idsOfFiles.set(file, ids);
  }
  return hash === "" || ids.has(decodeURIComponent(hash.slice(1)));
}

describe.skipIf(unseen !== undefined)("The built site, in Chromium,", () => {
  const server = serveSite(folder);
  let browser: Awaited<ReturnType<typeof openBrowser>>;
  let url = "";

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser.close();
    server.close();
    server.closeAllConnections();
  });

  async function open(path: string, options: { dark?: boolean; width?: number } = {}) {
    const page = await browser.newPage({
      colorScheme: options.dark === true ? "dark" : "light",
      viewport: { width: options.width ?? 1280, height: 800 },
    });
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    await page.goto(url + path, { waitUntil: "networkidle" });
    return { page, complaints };
  }

  test("finds sentences", async () => {
    const { page } = await open("/start");
    await page.keyboard.press("Control+k");
    await page.locator("#localsearch-input").fill("sentences");
    const results = page.locator(".VPLocalSearchBox .result");
    await results.first().waitFor();
    const hrefs = await results.evaluateAll((links) =>
      links.map((link) => new URL((link as HTMLAnchorElement).href).pathname),
    );
    expect(hrefs).toContain("/reference/buffers");
    await results.first().click();
    await page.waitForURL((address) => address.pathname !== "/start");
    expect((await page.locator("main").innerText()).toLowerCase()).toContain("sentence");
    await page.close();
  });

  test.each(["/", "/start", "/idea", "/guides/parsers", "/reference/buffers", "/decisions/"])(
    "shows %s without a complaint",
    async (path) => {
      const { page, complaints } = await open(path);
      expect(await page.locator("h1").innerText()).not.toBe("");
      expect(complaints).toEqual([]);
      await page.close();
    },
  );

  test.each([
    ["/", false],
    ["/", true],
    ["/guides/sse", true],
    ["/reference/ui", false],
  ])("has nothing on %s that axe-core finds (dark: %s)", async (path, dark) => {
    const { page } = await open(path, { dark });
    await page.addScriptTag({ path: createRequire(import.meta.url).resolve("axe-core") });
    const found = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: typeof import("axe-core") };
      const { violations } = await axe.run(document);
      return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
    });
    expect(found).toEqual([]);
    await page.close();
  });

  test.each(["/", "/start", "/laws", "/errors", "/comparisons/frameworks", "/reference/sse"])(
    "fits %s into the width of a phone",
    async (path) => {
      const { page } = await open(path, { width: 375 });
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width).toBe(375);
      await page.close();
    },
  );

  test("gives the same sentences wherever the reader cuts", async () => {
    const { page } = await open("/");
    const units = page.locator(".cuts-units li");
    const before = await units.allInnerTexts();
    for (let times = 0; times < 5; times++) await page.locator(".cuts button").click();
    await page.locator(".cuts-text span").nth(5).click();
    expect(before.length).toBe(3);
    expect(await units.allInnerTexts()).toEqual(before);
    await page.close();
  });
});
