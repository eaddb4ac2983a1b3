import { build } from "esbuild";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { missingBrowser, openBrowser } from "./browser.ts";

/** In the page: what `@millrace/sse` exports. */
declare const millrace: typeof import("@millrace/sse");
declare const restartServer: () => Promise<void>;

const missing = missingBrowser();
if (missing !== undefined) console.warn(missing);

describe.skipIf(missing !== undefined)("connectSse in Chromium", () => {
  let browser: Browser;
  let bundle: string;
  let page: Page;
  let complaints: string[]; // what nobody handled in the page
  let server: Server;
  let visits: { request: IncomingMessage; body: string; closed: Promise<void> }[];
  let answer: (response: ServerResponse, visit: number, request: IncomingMessage) => void;

  beforeAll(async () => {
    browser = await openBrowser();
    const { outputFiles } = await build({
      stdin: { contents: 'export * from "@millrace/sse"', resolveDir: import.meta.dirname },
      ...{ bundle: true, write: false, format: "iife", globalName: "millrace" },
      conditions: ["@millrace/source"],
    });
    bundle = outputFiles[0]!.text;
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    visits = [];
    complaints = [];
    server = createServer((request, response) => {
      if (request.url === "/") {
        response.setHeader("content-type", "text/html");
        response.end('<!doctype html><link rel="icon" href="data:,"><title>A page</title>');
        return;
      }
      const closed = new Promise<void>((resolve) => response.once("close", resolve));
      let body = "";
      request.on("data", (piece: Buffer) => (body += String(piece)));
      request.on("end", () => answer(response, visits.push({ request, body, closed }), request));
    });
    await listen();
    page = await browser.newPage();
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(address());
    await page.addScriptTag({ content: bundle });
  });
  afterEach(async () => {
    await page.close();
    await stop();
    expect(complaints).toEqual([]);
  });

  const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

  function listen(port = 0): Promise<void> {
    return new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  }

  function stop(): Promise<void> {
    return new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }

  test("goes on where it was when the server is killed and comes back", async () => {
    const LAST = 12;
    const HALF = 6;
    answer = (response, visit, request) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const after = Number(request.headers["last-event-id"] ?? 0);
      for (let id = after + 1; id <= (visit === 1 ? HALF : LAST); id++) {
        response.write(`id: ${id}\ndata: event ${id}\n\n`);
      }
      response.write(`id: ${HALF + 1}\ndata: hal`);
    };
    const { port } = server.address() as AddressInfo;
    await page.exposeFunction("restartServer", () => stop().then(() => listen(port)));

    const data = await page.evaluate(
      async ([half, last]) => {
        const data: string[] = [];
        const events = millrace.connectSse("/events", {
          retryDelay: 50,
          until: ({ data }) => data === `event ${last}`,
        });
        for await (const event of events) {
          data.push(event.data);
          if (event.data === `event ${half}` && data.length === half) await restartServer();
        }
        return data;
      },
      [HALF, LAST],
    );
    expect(data).toEqual(Array.from({ length: LAST }, (_, n) => `event ${n + 1}`));
    expect(visits).toHaveLength(2);
    expect(visits[1]?.request.headers).toMatchObject({ "last-event-id": String(HALF) });
    await visits[1]?.closed;
  });

  test("posts a prompt once, with its headers, and hangs up after the last event", async () => {
    answer = (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: mill\n\ndata: race\n\ndata: [DONE]\n\ndata: late\n\n");
    };
    const data = await page.evaluate(async () => {
      const data: string[] = [];
      const events = millrace.connectSse("/prompt", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ prompt: "🌊" }),
        until: ({ data }) => data === "[DONE]",
      });
      for await (const event of events) data.push(event.data);
      return data;
    });
    expect(data).toEqual(["mill", "race", "[DONE]"]);
    await visits[0]?.closed;
    expect(visits).toHaveLength(1);
    expect(visits[0]?.body).toBe('{"prompt":"🌊"}');
    expect(visits[0]?.request.headers).toMatchObject({
      accept: "text/event-stream",
      "cache-control": "no-cache",
      "content-type": "application/json",
    });
  });

  test("does not post again when the answer breaks off", async () => {
    let breakOff: () => void;
    answer = (response, visit) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      if (visit === 2) {
        response.end();
        breakOff();
        return;
      }
      response.write("data: mill\n\ndata: ra");
      breakOff = () => response.destroy();
    };
    const outcome = await page.evaluate(async () => {
      const data: string[] = [];
      try {
        const events = millrace.connectSse("/prompt", { method: "POST", body: "" });
        for await (const event of events) {
          data.push(event.data);
          // What a browser has not been asked for when a connection breaks off, it drops.
          void fetch("/break-off").catch(() => undefined);
        }
        return { data };
      } catch (error) {
        const { code, attempt, retryable } = error as InstanceType<
          typeof millrace.SseConnectionError
        >;
        return { data, code, attempt, retryable };
      }
    });
    expect(outcome).toEqual({ data: ["mill"], code: "network", attempt: 1, retryable: true });
    expect(visits.map(({ request }) => request.url)).toEqual(["/prompt", "/break-off"]);
  });

  test("hangs up at once when it is left, cancelled or aborted", async () => {
    answer = (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: mill\n\n");
    };
    const reasons = await page.evaluate(async () => {
      for await (const event of millrace.connectSse("/left")) if (event.data === "mill") break;

      const reader = millrace.connectSse("/cancelled").getReader();
      await reader.read();
      const pending = reader.read();
      await reader.cancel("enough");

      const controller = new AbortController();
      const { signal } = controller;
      const aborted = millrace.connectSse("/aborted", { signal }).getReader();
      await aborted.read();
      const failing = aborted.read().catch(String);
      controller.abort("stop");
      return [(await pending).done, await failing];
    });
    expect(reasons).toEqual([true, "stop"]);
    expect(visits).toHaveLength(3);
    await Promise.all(visits.map(({ closed }) => closed));
  });

  test("tells why it was refused, and ends in peace at 204", async () => {
    answer = (response, visit) => {
      if (visit === 1) response.writeHead(204).end();
      else response.writeHead(401, { "content-type": "application/json" }).end('{"error":"who?"}');
    };
    const outcomes = await page.evaluate(async () => {
      const read = async () => {
        const { done } = await millrace.connectSse("/events").getReader().read();
        return done;
      };
      const failure = await read()
        .then(read)
        .catch((error: unknown) => error);
      const { message, status, body } = failure as InstanceType<typeof millrace.SseConnectionError>;
      return { message, status, body };
    });
    expect(outcomes).toEqual({
      message: "Cannot receive server-sent events: the server answered 401 Unauthorized",
      status: 401,
      body: { error: "who?" },
    });
    expect(visits).toHaveLength(2);
  });
});
