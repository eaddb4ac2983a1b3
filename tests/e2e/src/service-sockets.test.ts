import { startService, type Service } from "@millrace/example-service";
import { startReplay, type ReplayOptions, type ReplayUpstream } from "@millrace/testing/replay";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { missingBrowser, openBrowser } from "../../browser/src/browser.ts";

// The sockets of the service, as a page opens them: the browser's own, and `connectSocket` on it.

const TEXT = "Dr. Ada lives in St. Ives. She grinds 3.5 t of flour! The wheel turns all day long.";
const SECOND = 1000;

/** In the page: what `@millrace/ws` exports. */
declare const millrace: typeof import("@millrace/ws");

interface Item {
  content?: string;
  done?: boolean;
}

const missing = missingBrowser();
if (missing !== undefined) console.warn(missing);

describe.skipIf(missing !== undefined)("the service's sockets in Chromium", () => {
  let browser: Browser;
  let bundle: string;
  let page: Page;
  let upstream: ReplayUpstream;
  let service: Service;

  beforeAll(async () => {
    browser = await openBrowser();
    const { outputFiles } = await build({
      stdin: { contents: 'export * from "@millrace/ws"', resolveDir: import.meta.dirname },
      ...{ bundle: true, write: false, format: "iife", globalName: "millrace" },
      conditions: ["@millrace/source"],
    });
    bundle = outputFiles[0]!.text;
  }, 60 * SECOND);
  afterAll(() => browser.close());

  beforeEach(async () => {
    const context = await browser.newContext({ bypassCSP: true }); // for the bundle, not for sockets
    page = await context.newPage();
  });
  afterEach(async () => {
    await page.context().close();
    await service.close();
    await upstream.close();
  });

  /** The service's own page, in front of a model's server that behaves as told. */
  async function open(replay: ReplayOptions): Promise<void> {
    upstream = await startReplay({ answer: { text: TEXT }, ...replay });
    service = await startService({
      ...{ port: 0, logLevel: "silent", model: "replay" },
      upstream: { baseUrl: `${upstream.url}/v1` },
    });
    await page.goto(service.url);
    await page.addScriptTag({ content: bundle });
  }

  test("a page changes from events to a socket and back in the middle of an answer, and misses nothing", async () => {
    await open({ speed: 1, gap: 20 });
    const { text, ends } = await page.evaluate(async () => {
      const items: Item[] = [];
      const until = (url: string, from: string, count: number) =>
        new Promise<void>((resolve) => {
          const source = new EventSource(`${url}?after=${from}`);
          source.onmessage = ({ data }: MessageEvent<string>) => {
            const item = JSON.parse(data) as Item;
            items.push(item);
            if (items.length < count && item.done !== true) return;
            source.close();
            resolve();
          };
        });
      const body = JSON.stringify({ prompt: "Well?", resumable: true });
      const response = await fetch("/v1/stream/raw", { method: "POST", body });
      const url = response.headers.get("location")!;
      await response.body!.cancel(); // it goes on without this client
      await until(url, "0", 4);
      const socket = millrace.connectSocket(`ws://${location.host}/v1/ws/stream`);
      for await (const item of socket.attach<Item>(url.split("/").at(-1)!, { after: 4 })) {
        if (items.push(item) === 9) break;
      }
      socket.close();
      await until(url, "9", Infinity);
      return {
        text: items.map(({ content = "" }) => content).join(""),
        ends: items.filter(({ done }) => done).length,
      };
    });
    expect(text).toBe(TEXT);
    expect(ends).toBe(1);
    expect(upstream.requests).toHaveLength(1);
  });

  test("a page speaks simple frames with nothing but the browser's own socket", async () => {
    await open({ speed: 0 });
    const { protocol, text } = await page.evaluate(async () => {
      const socket = new WebSocket(`ws://${location.host}/v1/ws/stream`);
      await new Promise((resolve) => (socket.onopen = resolve));
      const messages = [{ role: "user", content: "Well?" }];
      socket.send(JSON.stringify({ type: "complete", data: { messages } }));
      let text = "";
      await new Promise<void>((resolve) => {
        socket.onmessage = ({ data }: MessageEvent<string>) => {
          const { type, data: item } = JSON.parse(data) as { type: string; data: Item };
          text += item.content ?? "";
          if (type === "done") resolve();
        };
      });
      return { protocol: socket.protocol, text };
    });
    expect(protocol).toBe("");
    expect(text).toBe(TEXT);
  });

  test("a page that is left cancels what it asked for", async () => {
    await open({ fail: { kind: "stall", after: 4 } });
    await page.evaluate(async () => {
      const socket = millrace.connectSocket(`ws://${location.host}/v1/ws/stream`);
      await socket.request({ prompt: "Well?" }).getReader().read();
    });
    await page.goto("about:blank");
    expect(await (await upstream.request(0)).ended).toBe("aborted");
  });
});
