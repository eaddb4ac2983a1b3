import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { map, run } from "@millrace/core";
import { decodeSse } from "@millrace/sse";
import { sendSse } from "@millrace/sse/node";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { CASES } from "../../../packages/sse/src/cases.fixture.ts";
import { missingBrowser, openBrowser } from "./browser.ts";

const missing = missingBrowser();
if (missing !== undefined) console.warn(missing);

interface Heard {
  type: string;
  data: string;
  lastEventId: string;
}

describe.skipIf(missing !== undefined)("the browser's own EventSource", () => {
  let browser: Browser;
  let page: Page;
  let server: Server;
  let served: { lastEventId: string | undefined; status: number }[];
  let stream: (request: IncomingMessage, response: ServerResponse) => unknown;

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    served = [];
    server = createServer((request, response) => {
      if (request.url === "/")
        response.setHeader("content-type", "text/html").end("<!doctype html>");
      else if (request.url?.startsWith("/stream") === true) {
        const lastEventId = request.headers["last-event-id"]?.toString();
        response.on("close", () => served.push({ lastEventId, status: response.statusCode }));
        stream(request, response);
      } else response.writeHead(404).end();
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  });
  afterEach(async () => {
    await page.close();
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  });

  /** All that an EventSource hears of some types, until it is closed. */
  function listen(url: string, types: string[], closeAtEnd: boolean): Promise<Heard[]> {
    return page.evaluate(
      ([url, types, closeAtEnd]) =>
        new Promise<Heard[]>((resolve) => {
          const heard: Heard[] = [];
          const source = new EventSource(url);
          for (const type of types) {
            source.addEventListener(type, ({ data, lastEventId }: MessageEvent<string>) => {
              heard.push({ type, data, lastEventId });
            });
          }
          source.onerror = () => {
            if (closeAtEnd) source.close();
            if (source.readyState === EventSource.CLOSED) resolve(heard);
          };
        }),
      [url, types, closeAtEnd] as const,
    );
  }

  test("reads every case of the standard as decodeSse does", async () => {
    stream = (request, response) => {
      const index = Number(request.url?.split("?")[1]);
      response.setHeader("content-type", "text/event-stream").end(CASES[index]!.input);
    };
    const types = CASES.flatMap(({ events }) => events.flatMap(([, type]) => type ?? "message"));
    const known = [...new Set(types)];
    const heard = await Promise.all(
      CASES.map((_, index) => listen(`/stream?${index}`, known, true)),
    );
    for (const [index, { title, events }] of CASES.entries()) {
      const expected = events.map(([data, type = "message", lastEventId = ""]) => ({
        type,
        data,
        lastEventId,
      }));
      expect([title, heard[index]]).toEqual([title, expected]);
    }
  });

  test("takes the same for a delay as decodeSse", async () => {
    // What is none would keep it away for hours.
    const none = [
      "9000000x",
      "-9000000",
      "+9000000",
      "9000000.5",
      "9e9",
      " 9000000",
      "٩٠٠٠٠٠٠",
      "",
    ];
    const delays = ["retry: 10", "retry:10", "retry: 0010", "retry: 9000000\nretry: 10"];
    const forms = [
      ...delays,
      ...none.map((value) => `retry: 10\nretry: ${value}`),
      "retry: 10\nRetry: 9000000",
      "retry: 10\n retry: 9000000",
    ];
    for (const form of forms) {
      const heard: number[] = [];
      run(decodeSse({ onRetry: (delay) => heard.push(delay) }), [`${form}\n\n`]);
      expect([form, heard.at(-1)]).toEqual([form, 10]);
      served = [];
      stream = (_, response) => {
        response.statusCode = served.length === 0 ? 200 : 204;
        response.setHeader("content-type", "text/event-stream").end(`${form}\n\n`);
      };
      await listen("/stream", [], false);
      expect([form, served.map(({ status }) => status)]).toEqual([form, [200, 204]]);
    }
  });

  test("comes back once when the stream has ended well, and is ended by a 204", async () => {
    stream = (_, response) => sendSse(response, () => ["mill", "race"], { retry: 1, count: true });
    expect(await listen("/stream", ["message", "done"], false)).toEqual([
      { type: "message", data: "mill", lastEventId: "1" },
      { type: "message", data: "race", lastEventId: "2" },
      { type: "done", data: '{"done":true}', lastEventId: "done" },
    ]);
    // Closed, it asks no more: these are all the requests there will be.
    await vi.waitUntil(() => served.length === 2);
    expect(served).toEqual([
      { lastEventId: undefined, status: 200 },
      { lastEventId: "done", status: 204 },
    ]);
  });

  test("does so behind a last event that is an id alone, and behind an error", async () => {
    stream = (request, response) =>
      request.url === "/stream?format"
        ? sendSse(response, () => ["[DONE]"], { retry: 1, format: {} })
        : sendSse(response, () => Promise.reject(new Error("secret")), { retry: 1 });
    expect(await listen("/stream?format", ["message"], false)).toEqual([
      { type: "message", data: "[DONE]", lastEventId: "" },
    ]);
    await listen("/stream?error", ["message"], false);
    await vi.waitUntil(() => served.length === 4);
    expect(served.map(({ status }) => status)).toEqual([200, 204, 200, 204]);
  });

  test("goes on behind the last id when the connection was cut: nothing doubled, nothing lost", async () => {
    const words = Array.from({ length: 20 }, (_, index) => `word ${index + 1}`);
    const cutBehind = [3, 4, 11]; // entries; then the connection breaks off
    stream = (_, response) => {
      const cut = cutBehind.shift();
      const entries = words.map((value, index) => ({ seq: index + 1, value }));
      async function* log() {
        for (const entry of entries) {
          yield entry;
          if (entry.seq === cut) {
            await vi.waitUntil(() => response.writableLength === 0);
            response.destroy();
          }
        }
      }
      return sendSse(response, log(), { encode: () => map((word: string) => word), retry: 1 });
    };
    const heard = await listen("/stream", ["message", "done"], false);
    expect(heard.map(({ data }) => data)).toEqual([...words, '{"done":true}']);
    await vi.waitUntil(() => served.length === 5);
    expect(served.map(({ lastEventId }) => lastEventId)).toEqual([
      undefined,
      "3",
      "4",
      "11",
      "done",
    ]);
  });
});
