import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { missingBrowser, openBrowser } from "../../browser/src/browser.ts";
import { start, stop, type Running } from "./service.ts";

const TEXT = Array.from({ length: 20 }, (_, index) => `word-${index} `).join("");

const MINUTE = 60_000; // a browser takes its time where much else is running

const missing = missingBrowser();
if (missing !== undefined) console.warn(missing);

describe.skipIf(missing !== undefined)("a page of the service in Chromium", () => {
  let browser: Browser;
  let page: Page;
  let running: Running;

  beforeAll(async () => {
    browser = await openBrowser();
  }, MINUTE);
  afterAll(() => browser.close());

  beforeEach(async () => {
    running = await start({ answer: { text: TEXT }, speed: 1, gap: 10 });
    page = await browser.newPage();
    await page.goto(running.service.url);
  }, MINUTE);
  afterEach(async () => {
    await page.close();
    await stop(running);
  });

  test("reads an answer by its own EventSource, which does not ask again at the end", async () => {
    const text = await page.evaluate(async () => {
      const body = JSON.stringify({ prompt: "Well?", resumable: true });
      const asking = await fetch("/v1/stream/raw", { method: "POST", body });
      await asking.body?.cancel();
      const source = new EventSource(asking.headers.get("location")!);
      return new Promise<string>((resolve) => {
        let text = "";
        source.onmessage = ({ data }: MessageEvent<string>) => {
          text += (JSON.parse(data) as { content?: string }).content ?? "";
        };
        source.onerror = () => {
          if (source.readyState === EventSource.CLOSED) resolve(text);
        };
      });
    });
    expect(text).toBe(TEXT);
    expect(running.upstream.requests).toHaveLength(1);
  });

  test("reads an answer by its own WebSocket, in simple frames", async () => {
    const text = await page.evaluate(
      () =>
        new Promise<string>((resolve) => {
          const socket = new WebSocket(`ws://${location.host}/v1/ws/stream`);
          const messages = [{ role: "user", content: "Well?" }];
          socket.onopen = () => {
            socket.send(JSON.stringify({ type: "complete", data: { messages } }));
          };
          let text = "";
          socket.onmessage = ({ data }: MessageEvent<string>) => {
            const frame = JSON.parse(data) as { type: string; data: { content?: string } };
            if (frame.type === "chunk") text += frame.data.content ?? "";
            if (frame.type === "done") resolve(text);
          };
        }),
    );
    expect(text).toBe(TEXT);
  });

  test("reads an answer by fetch, on a route that speaks to OpenAI's clients", async () => {
    const body = await page.evaluate(async () => {
      const messages = [{ role: "user", content: "Well?" }];
      const body = JSON.stringify({ messages, stream: true });
      const response = await fetch("/v1/chat/completions", { method: "POST", body });
      return (await response.text()).split("\n\n");
    });
    const chunks = body.flatMap((block) => (block.startsWith("data: {") ? [block.slice(6)] : []));
    const contents = chunks.map((chunk) => (JSON.parse(chunk) as Chunk).choices[0].delta.content);
    expect(contents.join("")).toBe(TEXT);
    expect(body).toContain("data: [DONE]");
  });
});

interface Chunk {
  choices: [{ delta: { content?: string } }];
}
