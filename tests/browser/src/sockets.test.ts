import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { acceptSockets, type AcceptedSockets, type AcceptSocketsOptions } from "@millrace/ws/node";
import type { SocketHandler } from "@millrace/ws";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { WebSocketServer, type WebSocket as Peer } from "ws";
import { openLog } from "../../../packages/ws/src/log.fixture.ts";
import { missingBrowser, openBrowser } from "./browser.ts";

/** In the page: what `@millrace/ws` exports. */
declare const millrace: typeof import("@millrace/ws");
declare const cut: () => Promise<void>;

const missing = missingBrowser();
if (missing !== undefined) console.warn(missing);

describe.skipIf(missing !== undefined)("sockets in Chromium", () => {
  let browser: Browser;
  let bundle: string;
  let page: Page;
  let complaints: string[]; // what nobody handled in the page
  let server: Server;
  let connections: Set<import("node:net").Socket>;
  let sockets: AcceptedSockets | undefined;

  beforeAll(async () => {
    browser = await openBrowser();
    const { outputFiles } = await build({
      stdin: { contents: 'export * from "@millrace/ws"', resolveDir: import.meta.dirname },
      ...{ bundle: true, write: false, format: "iife", globalName: "millrace" },
      conditions: ["@millrace/source"],
    });
    bundle = outputFiles[0]!.text;
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    complaints = [];
    connections = new Set();
    server = createServer((_, response) => {
      response.setHeader("content-type", "text/html");
      response.end('<!doctype html><link rel="icon" href="data:,"><title>A page</title>');
    });
    server.on("connection", (connection) => connections.add(connection));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    page = await browser.newPage();
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.exposeFunction("cut", () => {
      for (const connection of connections) connection.destroy();
    });
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.addScriptTag({ content: bundle });
  });
  afterEach(async () => {
    await page.close();
    sockets?.close();
    sockets = undefined;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
    expect(complaints).toEqual([]);
  });

  function serve(handler: SocketHandler<never>, options: AcceptSocketsOptions = {}): void {
    sockets = acceptSockets(server, handler as SocketHandler, options);
  }

  test("a page asks for many streams on one socket", async () => {
    serve((payload: string) => Array.from({ length: 20 }, (_, index) => `${payload} ${index} 🌊`));
    const answers = await page.evaluate(async () => {
      const socket = millrace.connectSocket(`ws://${location.host}/`);
      const read = async (name: string) => {
        const items: string[] = [];
        for await (const item of socket.request<string>(name)) items.push(item);
        return items;
      };
      const answers = await Promise.all(["a", "b", "c"].map(read));
      socket.close();
      return answers;
    });
    expect(answers).toEqual(
      ["a", "b", "c"].map((name) => Array.from({ length: 20 }, (_, n) => `${name} ${n} 🌊`)),
    );
    await vi.waitUntil(() => sockets!.size === 0);
  });

  test("a page whose connection is cut goes on where it was", async () => {
    const log = openLog();
    async function* numbers(): AsyncGenerator<number> {
      for (let number = 1; number <= 60; number++) {
        await sleep(15); // so that a page has read 20 of them long before there are 60
        yield number;
      }
    }
    serve((_: unknown, { stream }) => log.record(stream!, numbers()), { attach: log.attach });
    const { items, connected } = await page.evaluate(async () => {
      let connected = 0;
      const socket = millrace.connectSocket(`ws://${location.host}/`, {
        ...{ retryDelay: 50, onConnect: () => connected++ },
      });
      const items: unknown[] = [];
      for await (const item of socket.request("?")) {
        items.push(item);
        if (item === 20 || item === 40) await cut();
      }
      socket.close();
      return { items, connected };
    });
    expect(items).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
    expect(connected).toBe(3);
    expect([...log.recorded.values()]).toEqual([1]);
  });

  test("a page that stops reading stops the source, and one that cancels stops it for good", async () => {
    let made = 0;
    const signals: AbortSignal[] = [];
    serve((_, { signal }) => {
      signals.push(signal);
      return (function* () {
        for (;;) yield `${made++} ${"x".repeat(1_000)}`;
      })();
    });
    await page.evaluate(async () => {
      const socket = millrace.connectSocket(`ws://${location.host}/`);
      const reader = socket.request("?").getReader();
      await reader.read();
      Object.assign(globalThis, { reader });
    });
    let before = -1;
    while (before < made) {
      before = made;
      await sleep(100);
    }
    expect(made).toBeLessThan(100); // 64 KiB, and what the first read has freed
    expect(signals[0]!.aborted).toBe(false);
    await page.evaluate(() =>
      (globalThis as unknown as { reader: ReadableStreamDefaultReader }).reader.cancel("enough"),
    );
    await vi.waitUntil(() => signals[0]!.aborted);
  });

  test("a page that is closed cancels what it has asked for", async () => {
    const signals: AbortSignal[] = [];
    serve((_, { signal }) => {
      signals.push(signal);
      return new Promise<never>(() => undefined);
    });
    await page.evaluate(() => {
      void millrace.connectSocket(`ws://${location.host}/`).request("?").getReader().read();
    });
    await vi.waitUntil(() => signals.length === 1);
    await page.goto("about:blank");
    await vi.waitUntil(() => signals[0]!.aborted);
  });

  test("a page of another origin gets no socket", async () => {
    serve(() => [1]);
    const { port } = server.address() as AddressInfo;
    const failure = await page.evaluate(async (url) => {
      const socket = millrace.connectSocket(url, { maxAttempts: 1 });
      return await socket
        .request("?")
        .getReader()
        .read()
        .catch((error: unknown) => (error as InstanceType<typeof millrace.SocketError>).code);
    }, `ws://localhost:${port}/`);
    expect(failure).toBe("unreachable");
  });

  test("a socket is a pair of streams, for text and bytes", async () => {
    const echo = new WebSocketServer({ server });
    echo.on("connection", (peer: Peer) => {
      peer.on("message", (data, isBinary) => peer.send(data, { binary: isBinary }));
    });
    const { messages, close } = await page.evaluate(async () => {
      const socket = new WebSocket(`ws://${location.host}/`);
      const { readable, writable, closed } = millrace.socketStreams(socket);
      const writer = writable.getWriter();
      await writer.write("räce 🌊");
      await writer.write(new Uint8Array([1, 2, 3]));
      const reader = readable.getReader();
      const messages = [(await reader.read()).value, (await reader.read()).value];
      await writer.close();
      const { done } = await reader.read();
      return { messages: [...messages.map(String), done], close: await closed };
    });
    expect(messages).toEqual(["räce 🌊", "1,2,3", true]);
    expect(close).toEqual({ code: 1000, reason: "" });
    echo.close();
  });

  test("what a page receives and does not read is bounded", async () => {
    const codes: number[] = [];
    const flood = new WebSocketServer({ server });
    flood.on("connection", (peer: Peer) => {
      peer.on("close", (code) => codes.push(code));
      for (let sent = 0; sent < 100; sent++) peer.send("x".repeat(1_000));
    });
    const { count, code } = await page.evaluate(async () => {
      const socket = new WebSocket(`ws://${location.host}/`);
      const { readable, closed } = millrace.socketStreams(socket, { maxReceived: 20_000 });
      await closed;
      let count = 0;
      try {
        for (const reader = readable.getReader(); ; count++) await reader.read();
      } catch (error) {
        return { count, code: (error as InstanceType<typeof millrace.SocketError>).code };
      }
    });
    expect(code).toBe("overflow");
    expect(count).toBe(18); // of 1,064 bytes each
    await vi.waitUntil(() => codes.length === 1);
    expect(codes).toEqual([4509]);
    flood.close();
  });
});
