import { readConfig } from "@millrace/example-service/config";
import { startService, type Service } from "@millrace/example-service";
import { buildPage } from "@millrace/example-service/build-page";
import { startReplay, type ReplayOptions, type ReplayUpstream } from "@millrace/testing/replay";
import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";
import { missingBrowser, openBrowser } from "../../browser/src/browser.ts";

export const SECOND = 1000;
export const TEXT =
  "Dr. Ada lives in St. Ives. She grinds 3.5 t of flour! The wheel turns all day long.";
export const SENTENCES = [
  "Dr. Ada lives in St. Ives. ",
  "She grinds 3.5 t of flour! ",
  "The wheel turns all day long.",
];

/** Where no browser is, all other tests still run; this says what is left out. */
export const isMissing = missingBrowser() !== undefined;

/** A page that somebody looks at. */
export interface Visit {
  page: Page;
  upstream: ReplayUpstream;
  /** What the browser's console says. */
  complaints: string[];
  ask: () => Locator;
  cancel: () => Locator;
  drop: () => Locator;
  /** Waits until the page says so. */
  says: (text: string) => Promise<void>;
  status: () => Promise<string | null>;
  /** The words or sentences that are shown, each as it is cut. */
  units: (id: "words" | "sentences") => Promise<string[]>;
  /** A panel, by its heading. */
  panel: (title: string) => Locator;
  /** A figure, by its name. */
  figure: (name: string) => Promise<string | null>;
}

/** Opens pages in front of a service of their own; call it once in a file of tests. */
export function usePages() {
  let browser: Browser;
  const closing: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    await buildPage();
    browser = await openBrowser();
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  afterAll(() => browser.close());

  /** In front of a model's server that behaves as told, or of the recordings that the service has. */
  return async function visit(
    replay: ReplayOptions | "recordings" = {},
    context: BrowserContextOptions = {},
    variables: Record<string, string> = {},
  ): Promise<Visit> {
    const isOwn = replay === "recordings";
    const upstream = await startReplay(isOwn ? {} : { answer: { text: TEXT }, ...replay });
    closing.push(() => upstream.close());
    const service: Service = await startService({
      ...readConfig({ PORT: "0", LOG_LEVEL: "error", ...variables }),
      ...(!isOwn && { upstream: { baseUrl: `${upstream.url}/v1` } }),
    });
    closing.push(() => service.close());
    const page = await browser.newPage(context);
    closing.push(() => page.close());
    page.setDefaultTimeout(30 * SECOND);
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(service.url);

    const button = (name: string | RegExp) => page.getByRole("button", { name });
    return {
      page,
      upstream,
      complaints,
      ask: () => button(/^Ask/),
      cancel: () => button("Cancel"),
      drop: () => button("Drop the connection"),
      says: (text) => page.getByRole("status").getByText(text).waitFor(),
      status: () => page.getByRole("status").textContent(),
      units: (id) => page.locator(`#${id} .unit`).allTextContents(),
      panel: (title) => page.getByRole("region", { name: title, exact: true }),
      figure: (name) =>
        page.locator("dl div").filter({ hasText: name }).locator("dd").textContent(),
    };
  };
}
