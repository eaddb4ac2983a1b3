import { once } from "node:events";
import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { connectSocket } from "@millrace/ws";
import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { ANSWER, BUFFERED, eventsOf, open, RAW, textOf, TEXT } from "./service.fixture.ts";

const SLOW = { ...ANSWER, speed: 1, gap: 20 };
const STALLED = { ...ANSWER, fail: { kind: "stall", after: 4 } } as const;
const ASKED = { prompt: "Well?" };

const ROUTES: [string, object][] = [
  [RAW, ASKED],
  [BUFFERED, { ...ASKED, buffer_type: "word" }],
  ["/v1/stream/json", ASKED],
  ["/v1/stream/code", ASKED],
  ["/v1/compare", { ...ASKED, models: ["a", "b"] }],
  [RAW, { ...ASKED, resumable: true }],
  ["/v1/compare", { ...ASKED, models: ["a", "b"], resumable: true }],
];

/** Asks over a connection that is kept for the next request. */
async function askOn(agent: Agent, url: string): Promise<IncomingMessage> {
  const request = httpRequest(`${url}${RAW}`, { method: "POST", agent });
  request.end(JSON.stringify(ASKED));
  const [response] = (await once(request, "response")) as [IncomingMessage];
  return response;
}

describe("a service that is told to end", () => {
  test("lets answers come to their end", async () => {
    const { post, service } = await open(SLOW);
    const response = await post(RAW, ASKED);
    const draining = service.drain();
    const events = await eventsOf(response);
    expect(textOf(events)).toBe(TEXT);
    expect(events.at(-1)?.data).toMatchObject({ done: true, finishReason: "stop" });
    await draining;
    await expect(fetch(service.url)).rejects.toThrow();
  });

  test("lets them however long that may take, in milliseconds that no timer counts", async () => {
    const { post, service } = await open(SLOW, { drain: 3_000_000_000 });
    const response = await post(RAW, ASKED);
    const draining = service.drain();
    expect(textOf(await eventsOf(response))).toBe(TEXT);
    await draining;
  });

  test.each(ROUTES)(
    "ends those of %s that take too long, and tells them so: %o",
    async (path, body) => {
      const { post, service, upstream } = await open(STALLED, { drain: 50 });
      const response = await post(path, body);
      await service.drain();
      const events = await eventsOf(response);
      const errors = events.filter(({ type }) => type === "error");
      expect(errors.length).toBeGreaterThan(0);
      for (const { data } of errors) {
        expect(data).toMatchObject({ error: { kind: "overloaded", retryable: true } });
      }
      expect(events.at(-1)?.data).toMatchObject({ done: true, finishReason: "error" });
      const ended = await Promise.all(upstream.requests.map((request) => request.ended));
      expect(new Set(ended)).toEqual(new Set(["aborted"]));
    },
  );

  test("ends answers over sockets in the same way", async () => {
    const { service, upstream } = await open(STALLED, { drain: 50 });
    const socket = connectSocket(`${service.url.replace("http", "ws")}/v1/ws/stream`, {
      WebSocket,
    });
    const said: object[] = [];
    for await (const data of socket.request<object>({ ...ASKED, unit: "raw" })) {
      said.push(data);
      if (said.length === 1) void service.drain();
    }
    socket.close();
    expect(said.at(-2)).toMatchObject({ error: { kind: "overloaded", retryable: true } });
    expect(said.at(-1)).toMatchObject({ done: true, finishReason: "error" });
    expect(await upstream.requests[0]?.ended).toBe("aborted");
  });

  test("is there for nobody new: not on a new connection, not on one that was kept", async () => {
    const { service } = await open(SLOW, { drain: 5_000 });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const busy = await askOn(new Agent(), service.url);
    const kept = await askOn(agent, service.url);
    const late = askOn(agent, service.url); // waits for the connection
    const draining = service.drain();
    await expect(askOn(new Agent(), service.url)).rejects.toThrow("ECONNREFUSED");
    kept.resume();
    busy.resume();
    const refused = await late.catch((error: unknown) => (error as NodeJS.ErrnoException).code);
    // Either the service was asked and said so, or it has closed the connection before.
    if (typeof refused === "object") {
      expect(refused.statusCode).toBe(503);
      expect(refused.headers).toMatchObject({ "retry-after": "1", connection: "close" });
      refused.resume();
    } else expect(["ECONNRESET", "ECONNREFUSED"]).toContain(refused);
    await draining;
    agent.destroy();
  });

  test("is over at once when nobody is there", async () => {
    const { service } = await open(ANSWER, { drain: 60_000 });
    await (await fetch(`${service.url}/health`)).text();
    await service.drain();
  });
});
