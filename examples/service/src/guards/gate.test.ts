import { connectSocket } from "@millrace/ws";
import { describe, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { readConfig } from "../config.ts";
import { ANSWER, eventsOf, open, RAW } from "../service.fixture.ts";
import type { GateOptions } from "./gate.ts";

const FIRST = "first-key-of-the-service";
const SECOND = "second-key-of-the-service";
const ORIGIN = "https://race.example";

const gate = (options: Partial<GateOptions>) => ({
  gate: { ...readConfig({}).gate, ...options },
});

describe("a service with keys", () => {
  const keys = gate({ apiKeys: [FIRST, SECOND] });

  test.each([
    ["as most clients send it", { authorization: `Bearer ${SECOND}` }],
    ["as Anthropic's clients send it", { "x-api-key": FIRST }],
  ])("answers who has one, %s", async (_, headers) => {
    const { post } = await open(ANSWER, keys);
    const events = await eventsOf(await post(RAW, { prompt: "Well?" }, { headers }));
    expect(events.at(-1)?.data).toMatchObject({ done: true, finishReason: "stop" });
  });

  test.each([
    ["none", {}],
    ["a wrong one", { authorization: `Bearer ${FIRST}x` }],
    ["half of one", { "x-api-key": FIRST.slice(0, -1) }],
    ["one by another scheme", { authorization: `Basic ${FIRST}` }],
    ["all of them", { authorization: `Bearer ${FIRST},${SECOND}` }],
  ])("refuses who has %s", async (_, headers) => {
    const { post, service, upstream } = await open(ANSWER, keys);
    for (const response of [
      await post(RAW, { prompt: "Well?" }, { headers }),
      await fetch(`${service.url}/v1/streams/a`, { headers }),
      await fetch(`${service.url}/metrics`, { headers }),
    ]) {
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toBe("Bearer");
      expect(await response.json()).toMatchObject({ error: { kind: "auth", retryable: false } });
    }
    expect(upstream.requests).toEqual([]);
  });

  test("lets everybody see its page and whether it is well", async () => {
    const { service } = await open(ANSWER, keys);
    for (const path of ["/", "/health", "/ready"]) {
      expect((await fetch(`${service.url}${path}`)).status).toBe(200);
    }
    const headers = { authorization: `Bearer ${FIRST}` };
    expect((await fetch(`${service.url}/metrics`, { headers })).status).toBe(200);
  });
});

describe("pages of other sites", () => {
  const preflight = {
    method: "OPTIONS",
    headers: {
      origin: ORIGIN,
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type,authorization",
    },
  };

  test("may not ask", async () => {
    const { post, service, upstream } = await open(ANSWER);
    const denied = await fetch(`${service.url}${RAW}`, preflight);
    expect(denied.headers.get("access-control-allow-origin")).toBeNull();
    for (const headers of [{ origin: ORIGIN }, { "sec-fetch-site": "cross-site" }]) {
      const response = await post(RAW, { prompt: "Well?" }, { headers });
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ error: { kind: "permission" } });
    }
    expect(upstream.requests).toEqual([]);
  });

  test("may, from an origin that is allowed, and read what is refused, too", async () => {
    const { post, service } = await open(ANSWER, gate({ corsOrigins: [ORIGIN] }));
    const allowed = await fetch(`${service.url}${RAW}`, preflight);
    expect(allowed.status).toBe(204);
    expect(Object.fromEntries(allowed.headers)).toMatchObject({
      "access-control-allow-origin": ORIGIN,
      "access-control-allow-headers": "content-type,authorization",
    });
    const headers = { origin: ORIGIN, "sec-fetch-site": "cross-site" };
    for (const [body, status] of [
      [{ prompt: "Well?" }, 200],
      [{}, 400],
    ] as const) {
      const response = await post(RAW, body, { headers });
      expect(response.status).toBe(status);
      expect(response.headers.get("access-control-allow-origin")).toBe(ORIGIN);
      expect(response.headers.get("access-control-expose-headers")).toContain("x-request-id");
      await response.text();
    }
    const other = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
    expect((await post(RAW, { prompt: "Well?" }, { headers: other })).status).toBe(403);
  });
});

describe("too many requests", () => {
  test("of one key are told when to come back, and others are answered", async () => {
    const { post } = await open(ANSWER, gate({ apiKeys: [FIRST, SECOND], rateLimit: 2 }));
    const ask = (key: string) => post(RAW, {}, { headers: { "x-api-key": key } });
    expect([(await ask(FIRST)).status, (await ask(FIRST)).status]).toEqual([400, 400]);
    const refused = await ask(FIRST);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ error: { kind: "rate-limit", retryable: true } });
    expect((await ask(SECOND)).status).toBe(400);
  });

  test("are counted by address, which a client cannot choose", async () => {
    const { post } = await open(ANSWER, gate({ rateLimit: 1 }));
    const ask = (address: string) => post(RAW, {}, { headers: { "x-forwarded-for": address } });
    expect((await ask("192.0.2.1")).status).toBe(400);
    expect((await ask("192.0.2.2")).status).toBe(429);
  });

  test("are counted by the address that a trusted proxy has seen", async () => {
    const { post } = await open(ANSWER, gate({ rateLimit: 1, trustedProxies: 1 }));
    const ask = (address: string) => post(RAW, {}, { headers: { "x-forwarded-for": address } });
    expect((await ask("192.0.2.1")).status).toBe(400);
    expect((await ask("192.0.2.2")).status).toBe(400);
    expect((await ask("192.0.2.9, 192.0.2.2")).status).toBe(429);
  });

  test("of those who guess keys are refused as well", async () => {
    const { post } = await open(ANSWER, gate({ apiKeys: [FIRST], rateLimit: 1 }));
    const ask = (key: string) => post(RAW, {}, { headers: { "x-api-key": key } });
    expect((await ask("a")).status).toBe(401);
    expect((await ask("b")).status).toBe(429);
    expect((await ask(FIRST)).status).toBe(400);
  });
});

describe("sockets", () => {
  const connect = (url: string, headers: Record<string, string>, auth?: string) =>
    connectSocket(`${url.replace("http", "ws")}/v1/ws/stream`, {
      auth,
      maxAttempts: 1,
      WebSocket: class extends WebSocket {
        constructor(address: string | URL, protocols?: string | string[]) {
          super(address, protocols, { headers });
        }
      },
    });

  /** How the service answers a handshake: 101, or why not. */
  const statusOf = (url: string, headers: Record<string, string>) =>
    new Promise<number>((resolve) => {
      const socket = new WebSocket(`${url.replace("http", "ws")}/v1/ws/stream`, { headers });
      socket.on("open", () => {
        socket.close();
        resolve(101);
      });
      socket.on("unexpected-response", (_, { statusCode = 0 }) => {
        resolve(statusCode);
      });
    });

  test("are opened to who has a key", async () => {
    const { service } = await open(ANSWER, gate({ apiKeys: [FIRST] }));
    expect(await statusOf(service.url, {})).toBe(401);
    expect(await statusOf(service.url, { authorization: `Bearer ${FIRST}` })).toBe(101);
  });

  test("are opened to pages, which can send no header, by their greeting", async () => {
    const { service } = await open(ANSWER, gate({ apiKeys: [FIRST] }));
    const known = connect(service.url, {}, FIRST);
    await known.request({ prompt: "Well?" }).pipeTo(new WritableStream());
    known.close();
    for (const auth of [undefined, "first-key-of-somebody"]) {
      const unknown = connect(service.url, {}, auth);
      const answer = unknown.request({ prompt: "Well?" }).getReader().read();
      await expect(answer).rejects.toThrow("credentials refused");
    }
  });

  test("are opened to pages of origins that are allowed", async () => {
    const { service } = await open(ANSWER, gate({ corsOrigins: [ORIGIN] }));
    expect(await statusOf(service.url, { origin: "https://evil.example" })).toBe(403);
    expect(await statusOf(service.url, { origin: ORIGIN })).toBe(101);
  });

  test("are counted, and so is each question in them", async () => {
    const { service, upstream } = await open(ANSWER, gate({ apiKeys: [FIRST], rateLimit: 2 }));
    const headers = { "x-api-key": FIRST };
    const socket = connect(service.url, headers);
    await socket.request({ prompt: "Well?" }).pipeTo(new WritableStream());
    await expect(socket.request({ prompt: "Well?" }).getReader().read()).rejects.toThrow("minute");
    expect(await statusOf(service.url, headers)).toBe(429);
    expect(upstream.requests).toHaveLength(1);
    socket.close();
  });
});

describe("who reads over a socket", () => {
  const connect = (url: string) =>
    connectSocket(`${url.replace("http", "ws")}/v1/ws/stream`, { WebSocket });

  test("is counted with every name that is tried", async () => {
    const { service } = await open(ANSWER, gate({ rateLimit: 2 }));
    const socket = connect(service.url); // counts as well
    const tryName = () => socket.attach("0123456789abcdef").getReader().read();
    await expect(tryName()).rejects.toThrow("does not have the stream");
    await expect(tryName()).rejects.toThrow("minute");
    socket.close();
  });

  test("is refused when there are as many streams as there may be, until one is over", async () => {
    const stall = { fail: { kind: "stall", after: 3 } } as const;
    const { post, service } = await open(stall, { maxStreams: 2 });
    const response = await post(RAW, { prompt: "Well?", resumable: true });
    const name = response.headers.get("x-stream-id")!;
    const socket = connect(service.url);
    const first = socket.attach(name).getReader();
    await first.read();
    await expect(socket.attach(name).getReader().read()).rejects.toThrow("as many");
    await first.cancel();
    await vi.waitFor(async () => {
      const second = socket.attach(name).getReader();
      expect((await second.read()).done).toBe(false);
      await second.cancel();
    });
    await response.body?.cancel();
    socket.close();
  });
});

describe("more streams than there is room for", () => {
  const stall = { fail: { kind: "stall", after: 3 } } as const;

  test("are refused until one is over, also those in sockets and those without a client", async () => {
    const { post, service, upstream } = await open(stall, { maxStreams: 2, linger: 0 });
    const first = new AbortController();
    const response = await post(RAW, { prompt: "Well?" }, { signal: first.signal });
    const socket = connectSocket(`${service.url.replace("http", "ws")}/v1/ws/stream`, {
      WebSocket,
    });
    const reader = socket.request({ prompt: "Well?" }).getReader();
    await reader.read();

    const refused = await post(RAW, { prompt: "Well?" });
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toBe("1");
    expect(await refused.json()).toMatchObject({ error: { kind: "overloaded", retryable: true } });
    await expect(socket.request({ prompt: "Well?" }).getReader().read()).rejects.toThrow("as many");
    expect(upstream.requests).toHaveLength(2);

    await reader.cancel();
    await (
      await upstream.request(1)
    ).ended;
    const recorded = await post(RAW, { prompt: "Well?", resumable: true });
    expect(recorded.status).toBe(200);
    const path = recorded.headers.get("location")!;
    expect((await fetch(`${service.url}${path}`)).status).toBe(503);
    first.abort();
    await response.text().catch(() => undefined);
    await (
      await upstream.request(0)
    ).ended;
    const second = await fetch(`${service.url}${path}`);
    expect(second.status).toBe(200);
    expect((await fetch(`${service.url}${path}`)).status).toBe(503);
    await second.body?.cancel();
    await recorded.body?.cancel();
    socket.close();
  });

  test("does not count those that could not begin", async () => {
    const { post } = await open({ fail: { kind: "status", status: 500 } }, { maxStreams: 1 });
    for (let time = 0; time < 3; time++) {
      expect((await post(RAW, { prompt: "Well?" })).status).toBe(502);
    }
  });
});
