import { once } from "node:events";
import { createServer, request as httpRequest } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { ReplayOptions } from "@millrace/testing/replay";
import { describe, expect, test } from "vitest";
import type { Config } from "./config.ts";
import { ANSWER, closeLater, open, RAW } from "./service.fixture.ts";

const SECOND = 1000;

describe("a client that goes away", () => {
  const waiting: [string, ReplayOptions][] = [
    ["in mid-stream", { ...ANSWER, speed: 1, gap: 50 }],
    ["while the upstream is silent", { fail: { kind: "stall", after: 3 } }],
    ["before the upstream has answered", { fail: { kind: "hang" } }],
  ];

  test.each(waiting)("%s cancels the request upstream within a second", async (_, replay) => {
    const { post, upstream } = await open(replay);
    const client = new AbortController();
    const answer = post(RAW, { prompt: "Well?" }, { signal: client.signal })
      .then((response) => response.text())
      .catch(() => "gone");
    const request = await upstream.request(0);
    await sleep(100);
    const left = performance.now();
    client.abort();
    expect(await answer).toBe("gone");
    expect(await request.ended).toBe("aborted");
    expect(performance.now() - left).toBeLessThan(SECOND);
  });

  test("by dropping its socket does so too", async () => {
    const { service, upstream } = await open({ fail: { kind: "stall", after: 3 } });
    const socket = connect(Number(new URL(service.url).port));
    const body = JSON.stringify({ prompt: "Well?" });
    socket.write(
      `POST ${RAW} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n` +
        `content-length: ${body.length}\r\n\r\n${body}`,
    );
    await once(socket, "data");
    socket.destroy();
    expect(await (await upstream.request(0)).ended).toBe("aborted");
  });

  test("that reads nothing stops the upstream, however much that has to say", async () => {
    const { chatter, request } = await openUnread();
    let before = -1;
    while (before < chatter.bytesSent) {
      before = chatter.bytesSent;
      await sleep(SECOND);
    }
    expect(before).toBeGreaterThan(0); // it stands still, with what sockets hold
    request.destroy();
    await chatter.gone;
  });

  test("that reads nothing for eight heartbeats is hung up on", async () => {
    const { chatter, request } = await openUnread({ heartbeat: 100 });
    request.on("error", () => undefined);
    await chatter.gone;
  });

  test("that reads has all the time that the upstream takes", async () => {
    const { post } = await open(
      { answer: { text: "x" }, speed: 1, gap: 1_200 },
      { heartbeat: 100 },
    );
    const response = await post(RAW, { prompt: "Well?" });
    expect(await response.text()).toContain('"done":true');
  });
});

/** A client that has asked for an endless answer, and takes nothing of it. */
async function openUnread(settings: Partial<Config> = {}) {
  const chatter = await startChatter();
  const { service } = await open({}, { ...settings, upstream: { baseUrl: chatter.url } });
  const request = httpRequest(`${service.url}${RAW}`, { method: "POST" });
  request.end(JSON.stringify({ prompt: "Well?" }));
  const [response] = (await once(request, "response")) as [NodeJS.ReadableStream];
  response.pause();
  return { chatter, request };
}

/** A model's server that never comes to an end, and writes as fast as it is read. */
async function startChatter() {
  const event = { choices: [{ index: 0, delta: { content: "x".repeat(1000) } }] };
  const bytes = `data: ${JSON.stringify(event)}\n\n`;
  let bytesSent = 0;
  let leave: (() => void) | undefined;
  const gone = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.on("close", () => leave?.());
    const write = () => {
      do bytesSent += bytes.length;
      while (response.write(bytes));
    };
    response.on("drain", write);
    write();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  closeLater(async () => {
    server.close();
    await once(server, "close");
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    gone,
    get bytesSent() {
      return bytesSent;
    },
  };
}
