import { randomBytes } from "node:crypto";
import { countingSource } from "@millrace/testing";
import type { SseResponseOptions } from "@millrace/sse";
import { EventSource } from "eventsource";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CLIENTS, missing, type Heard } from "./clients.ts";
import { SERVERS, start, type MakeAnswer, type Running } from "./servers.ts";

const TEXTS = ["mill", "rä\nce 🌊", "", " a: b", "x".repeat(100_000)];
const HEARD: Heard[] = [
  ...TEXTS.map((text, index) => ({
    type: "message",
    data: JSON.stringify(text),
    lastEventId: String(index + 1),
  })),
  { type: "done", data: '{"done":true}', lastEventId: "done" },
];

const rejections: unknown[] = [];
const note = (reason: unknown) => rejections.push(reason);
const running: Running[] = [];
beforeEach(() => {
  process.on("unhandledRejection", note);
});
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
  process.off("unhandledRejection", note);
  expect(rejections.splice(0)).toEqual([]);
});

async function serve(name: string, answer: MakeAnswer): Promise<Running> {
  const server = await start(SERVERS[name]!, answer);
  running.push(server);
  return server;
}

describe.each(Object.keys(SERVERS))("%s", (server) => {
  for (const [name, client] of Object.entries(CLIENTS)) {
    const reason = missing(name);
    if (reason !== undefined) console.warn(reason);

    test.skipIf(reason !== undefined)(`serves ${name}`, async () => {
      const { url } = await serve(server, () => ({ source: TEXTS, options: { count: true } }));
      expect(await toArray(client(url))).toEqual(HEARD);
    });

    test.skipIf(reason !== undefined)(
      `sends ${name} each event before the next is there`,
      async () => {
        const source = byHand();
        const { url } = await serve(server, () => ({ source: source.readable }));
        const events = client(url);
        for (const text of ["a", "b", "c"]) {
          const event = events.next();
          source.give(text);
          expect((await event).value).toMatchObject({ data: JSON.stringify(text) });
        }
        await events.return(undefined);
        await vi.waitUntil(() => source.reasons.length > 0);
        expect(source.reasons).toHaveLength(1);
      },
    );
  }

  test("ends a native EventSource by a 204 when it comes back behind the end", async () => {
    const options: SseResponseOptions = { retry: 1, count: true };
    const { url, served } = await serve(server, () => ({ source: () => ["a", "b"], options }));
    const source = new EventSource(url);
    const heard: string[] = [];
    source.onmessage = ({ data }) => heard.push(data as string);
    await vi.waitUntil(() => source.readyState === EventSource.CLOSED);
    expect(heard).toEqual(['"a"', '"b"']);
    await vi.waitUntil(() => served.length === 2);
    expect(served).toEqual([
      { lastEventId: undefined, status: 200 },
      { lastEventId: "done", status: 204 },
    ]);
  });

  test("stops reading the source while the client does not read", async () => {
    const most = 400;
    const source = countingSource(Array.from({ length: most }, () => "x".repeat(100_000)));
    const { url } = await serve(server, () => ({ source: source.readable }));
    const response = await fetch(url, { headers: { "accept-encoding": "identity" } });
    let before = -1;
    while (before < source.pulled) {
      before = source.pulled;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(before).toBeLessThan(most / 2);
    await response.body!.cancel();
    await vi.waitUntil(() => source.cancelled);
  });
});

test("Compression that compresses stops reading the source, too, while the client does not read", async () => {
  const most = 400;
  const item = () => randomBytes(50_000).toString("base64"); // three quarters of it remain
  const source = countingSource(Array.from({ length: most }, item));
  const { url } = await serve("Express, with compression that compresses", () => ({
    source: source.readable,
  }));
  const response = await fetch(url, { headers: { "accept-encoding": "gzip" } });
  expect(response.headers.get("content-encoding")).toBe("gzip");
  let before = -1;
  while (before < source.pulled) {
    before = source.pulled;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(before).toBeLessThan(most / 2);
  await response.body!.cancel();
  await vi.waitUntil(() => source.cancelled);
});

test("The compression that is passed through compresses", async () => {
  const { url } = await serve("Express, with compression that compresses", () => ({
    source: ["a"],
  }));
  const response = await fetch(url);
  expect(response.headers.get("content-encoding")).toMatch(/^(gzip|br|deflate)$/);
  await response.text();
});

async function toArray<T>(items: AsyncIterable<T>): Promise<T[]> {
  const array: T[] = [];
  for await (const item of items) array.push(item);
  return array;
}

function byHand() {
  let controller!: ReadableStreamDefaultController<string>;
  const reasons: unknown[] = [];
  const readable = new ReadableStream<string>({
    start(given) {
      controller = given;
    },
    cancel(reason) {
      reasons.push(reason);
    },
  });
  return {
    readable,
    reasons,
    give: (text: string) => {
      controller.enqueue(text);
    },
  };
}
