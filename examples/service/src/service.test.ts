import { once } from "node:events";
import { connect, type AddressInfo } from "node:net";
import { createServer, request as httpRequest } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { run } from "@millrace/core";
import { decodeSse } from "@millrace/sse";
import { startReplay, type ReplayOptions } from "@millrace/testing/replay";
import { afterEach, describe, expect, test } from "vitest";
import { readConfig, type Config } from "./config.ts";
import { startService } from "./service.ts";

// Everything over real sockets: client, service, and the model's server behind it.

const SECOND = 1000;
const opened: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const thing of opened.splice(0).reverse()) await thing.close();
});

/** A service in front of a replay upstream that behaves as told. */
async function open(replay: ReplayOptions = {}, config: Partial<Config> = {}) {
  const upstream = await startReplay({ speed: 0, ...replay });
  opened.push(upstream);
  const service = await startService({
    ...readConfig({ PORT: "0" }),
    upstream: { baseUrl: `${upstream.url}/v1`, apiKey: "secret" },
    ...config,
  });
  opened.push(service);
  const post = (path: string, body: unknown, init: RequestInit = {}) =>
    fetch(`${service.url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: typeof body === "string" ? body : JSON.stringify(body),
      ...init,
    });
  return { upstream, service, post };
}

type Data = Record<string, unknown>;

async function eventsOf(response: Response): Promise<{ type: string; data: Data }[]> {
  const events = run(decodeSse({ incomplete: "error" }), [await response.text()]);
  return events.map(({ type, data }) => ({ type, data: JSON.parse(data) as Data }));
}

const TEXT = "Dr. Ada lives in St. Ives. She grinds 3.5 t of flour!\nThe end";
const ANSWER = { answer: { text: TEXT } };
const RAW = "/v1/stream/raw";
const BUFFERED = "/v1/stream/buffered";

describe("the answer", () => {
  test("comes raw, and its last event says how it ended", async () => {
    const { post } = await open(ANSWER);
    const response = await post(RAW, { prompt: "Well?" });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    const events = await eventsOf(response);
    const last = events.pop();
    expect(events.length).toBeGreaterThan(10);
    expect(events.map(({ data }) => data["content"]).join("")).toBe(TEXT);
    expect(last?.data).toMatchObject({ done: true, finishReason: "stop" });
    expect(last?.data["usage"]).toMatchObject({
      outputTokens: { total: expect.any(Number) as number },
    });
  });

  test.each([
    ["sentence", ["Dr. Ada lives in St. Ives. ", "She grinds 3.5 t of flour!\n", "The end"]],
    ["line", ["Dr. Ada lives in St. Ives. She grinds 3.5 t of flour!\n", "The end"]],
    ["word", TEXT.match(/\S+\s*/g) ?? []],
  ])("comes by the %s", async (buffer_type, items) => {
    const { post } = await open(ANSWER);
    const events = await eventsOf(await post(BUFFERED, { prompt: "Well?", buffer_type }));
    expect(events.pop()?.data).toMatchObject({ done: true, finishReason: "stop" });
    expect(events.map(({ data }) => data["item"])).toEqual(items);
  });

  test("does not depend on how the network cuts it", async () => {
    const { post } = await open({ ...ANSWER, cuts: 1 });
    const whole = await open(ANSWER);
    const body = { prompt: "Well?", buffer_type: "sentence" };
    expect(await eventsOf(await post(BUFFERED, body))).toEqual(
      await eventsOf(await whole.post(BUFFERED, body)),
    );
  });

  test("arrives event by event, not at the end", async () => {
    const { post } = await open({ ...ANSWER, speed: 1, gap: 20 });
    const response = await post(RAW, { prompt: "Well?" });
    const times: number[] = [];
    const reader = response.body!.getReader();
    while (!(await reader.read()).done) times.push(performance.now());
    expect(times.length).toBeGreaterThan(10);
    expect(times.at(-1)! - times[0]!).toBeGreaterThan(10 * 15);
  });

  test("begins before the model has said anything", async () => {
    const { post } = await open({ fail: { kind: "stall", after: 0 } });
    const response = await post(RAW, { prompt: "Well?" });
    const reader = response.body!.getReader();
    const { value } = await reader.read();
    expect(new TextDecoder().decode(value)).toBe(": open\n\n");
    await reader.cancel();
  });

  test("is asked for with what the request said", async () => {
    const { post, upstream } = await open(ANSWER);
    const messages = [{ role: "user", content: "Well?" }];
    await (await post(RAW, { messages, model: "m", max_tokens: 5, temperature: 0 })).text();
    expect(upstream.requests[0]?.json).toEqual({
      model: "m",
      messages,
      max_tokens: 5,
      temperature: 0,
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(upstream.requests[0]?.headers["authorization"]).toBe("Bearer secret");
  });
});

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
    const chatter = await startChatter();
    const { service } = await open({}, { upstream: { baseUrl: chatter.url } });
    const request = httpRequest(`${service.url}${RAW}`, { method: "POST" });
    request.end(JSON.stringify({ prompt: "Well?" }));
    const [response] = (await once(request, "response")) as [NodeJS.ReadableStream];
    response.pause();
    let before = -1;
    while (before < chatter.bytesSent) {
      before = chatter.bytesSent;
      await sleep(SECOND);
    }
    expect(before).toBeGreaterThan(0); // it stands still, with what sockets hold
    request.destroy();
    await chatter.gone;
  });
});

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
  opened.push({
    close: () =>
      new Promise<void>(
        (resolve) =>
          void server.close(() => {
            resolve();
          }),
      ),
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    gone,
    get bytesSent() {
      return bytesSent;
    },
  };
}

describe("an upstream that fails before the stream", () => {
  const failures: [string, ReplayOptions["fail"], number, Data][] = [
    [
      "with a rate limit",
      { kind: "status", status: 429, headers: { "retry-after": "7" } },
      429,
      { kind: "rate-limit", retryable: true },
    ],
    ["with an error", { kind: "status", status: 500 }, 502, { kind: "server", retryable: true }],
    [
      "with a proxy's page",
      { kind: "status", status: 502, html: "<h1>Bad Gateway</h1>" },
      502,
      { kind: "server", message: "The upstream answered 502: Bad Gateway" },
    ],
    ["with a wrong key", { kind: "status", status: 401 }, 502, { kind: "auth", retryable: false }],
    [
      "with a page instead of a stream",
      { kind: "status", status: 200, html: "<h1>Welcome</h1>" },
      502,
      { kind: "malformed-event" },
    ],
    ["by refusing", { kind: "refuse" }, 502, { kind: "transport", retryable: true }],
    ["by hanging", { kind: "hang" }, 504, { kind: "timeout", retryable: true }],
  ];

  test.each(failures)("%s gives a clear error", async (_, fail, status, error) => {
    const { post } = await open({ fail: fail! }, { idleTimeout: 200 });
    const response = await post(RAW, { prompt: "Well?" });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error });
    if (status === 429) expect(response.headers.get("retry-after")).toBe("7");
  });

  test("because nobody listens gives a clear error", async () => {
    const nobody = createServer().listen(0, "127.0.0.1");
    await once(nobody, "listening");
    const { port } = nobody.address() as AddressInfo;
    nobody.close();
    const { post } = await open(
      {},
      { upstream: { baseUrl: `http://127.0.0.1:${port}`, apiKey: "" } },
    );
    const response = await post(RAW, { prompt: "Well?" });
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ error: { kind: "transport", retryable: true } });
  });
});

describe("an upstream that fails in mid-stream", () => {
  const failures: [string, ReplayOptions, Data, string][] = [
    ["with an error event", { fail: { kind: "error-event", after: 3 } }, {}, "error"],
    [
      "by disconnecting",
      { fail: { kind: "disconnect", after: 3 } },
      { kind: "transport" },
      "error",
    ],
    ["by falling silent", { fail: { kind: "stall", after: 3 } }, { kind: "timeout" }, "error"],
    [
      "with an endless line",
      { fail: { kind: "endless-line", after: 3 } },
      { kind: "malformed-event" },
      "error",
    ],
    [
      "with a page",
      { fail: { kind: "text", after: 3, text: "data: <html>\n\n" } },
      { kind: "malformed-event" },
      "error",
    ],
  ];

  test.each(failures)(
    "%s: an error event, then the last event",
    async (_, replay, error, reason) => {
      const { post, service } = await open({ ...ANSWER, ...replay }, { idleTimeout: 300 });
      const events = await eventsOf(await post(RAW, { prompt: "Well?" }));
      const names = events.map(({ type, data }) =>
        type === "error" ? type : Object.keys(data)[0],
      );
      expect(names.slice(-2)).toEqual(["error", "done"]);
      expect(events.at(-2)?.data).toMatchObject({ error });
      expect(events.at(-1)?.data).toMatchObject({ done: true, finishReason: reason });
      expect((await fetch(`${service.url}/health`)).status).toBe(200);
    },
  );

  test("by ending too early is no success", async () => {
    const { post } = await open({ ...ANSWER, fail: { kind: "end", after: 3 } });
    const events = await eventsOf(await post(BUFFERED, { prompt: "Well?", buffer_type: "line" }));
    expect(events.at(-1)?.data).toMatchObject({ done: true, finishReason: "interrupted" });
    expect(events.at(-2)).toMatchObject({ type: "error", data: { error: { kind: "transport" } } });
    expect(events).toHaveLength(3); // what had come of the line is not lost
  });
});

describe("a bad request", () => {
  const bad: [string, string, unknown, string | undefined][] = [
    ["no body", RAW, "", "body"],
    ["no JSON", RAW, "{prompt:", "body"],
    ["no object", RAW, "[]", "body"],
    ["nothing asked", RAW, {}, "prompt"],
    ["an empty prompt", RAW, { prompt: "" }, "prompt"],
    ["a prompt that is no text", RAW, { prompt: 1 }, "prompt"],
    ["both", RAW, { prompt: "a", messages: [{ role: "user", content: "a" }] }, "messages"],
    ["a wrong role", RAW, { messages: [{ role: "cat", content: "a" }] }, "messages[0].role"],
    ["an unknown field", RAW, { prompt: "a", propmt: "b" }, "propmt"],
    ["a field of another route", RAW, { prompt: "a", buffer_type: "word" }, "buffer_type"],
    ["no buffer type", BUFFERED, { prompt: "a" }, "buffer_type"],
    ["a wrong buffer type", BUFFERED, { prompt: "a", buffer_type: "page" }, "buffer_type"],
    ["a temperature too hot", RAW, { prompt: "a", temperature: 3 }, "temperature"],
    ["a prototype", RAW, '{"prompt":"a","__proto__":{"x":1}}', "__proto__"],
  ];

  test.each(bad)("with %s names the field", async (_, path, body, field) => {
    const { post, upstream } = await open();
    const response = await post(path, body);
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as { error: Data };
    expect(error).toMatchObject({ kind: "invalid-request", retryable: false });
    expect(error["message"]).not.toBe("");
    expect(error["field"]).toBe(field);
    expect(upstream.requests).toHaveLength(0);
  });

  test("that is too long is refused", async () => {
    const { post } = await open({}, { maxBodyBytes: 100 });
    const response = await post(RAW, { prompt: "x".repeat(200) });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ error: { kind: "too-large" } });
  });

  test("for a path or a method that is not there says so", async () => {
    const { service } = await open();
    const nowhere = await fetch(`${service.url}/v1/stream/everything`, { method: "POST" });
    expect(nowhere.status).toBe(404);
    expect(await nowhere.json()).toMatchObject({ error: { kind: "not-found" } });
    const get = await fetch(`${service.url}${RAW}`);
    expect(get.status).toBe(405);
    expect(await get.json()).toMatchObject({
      error: { message: "/v1/stream/raw takes POST, not GET." },
    });
  });
});

describe("the service", () => {
  test("is healthy, and has a page", async () => {
    const { service } = await open();
    expect(await (await fetch(`${service.url}/health`)).json()).toMatchObject({
      status: "ok",
      upstream: "openai",
    });
    const page = await fetch(`${service.url}/`);
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(await page.text()).toContain("<title>Millrace</title>");
  });

  test("replays an answer where no model is configured", async () => {
    const service = await startService(readConfig({ PORT: "0" }));
    opened.push(service);
    const client = new AbortController();
    const response = await fetch(`${service.url}${RAW}`, {
      method: "POST",
      body: JSON.stringify({ prompt: "Well?" }),
      signal: client.signal,
    });
    expect(response.status).toBe(200);
    client.abort();
  });

  test("says that its port is taken", async () => {
    const { service } = await open();
    const port = Number(new URL(service.url).port);
    await expect(startService({ ...readConfig({}), port })).rejects.toThrow(
      `Cannot listen on 127.0.0.1:${port}: the port is taken`,
    );
  });

  test("closes with live streams", async () => {
    const { post, service, upstream } = await open({ fail: { kind: "stall", after: 3 } });
    const response = await post(RAW, { prompt: "Well?" });
    opened.splice(opened.indexOf(service), 1);
    await service.close();
    await expect(response.text()).rejects.toThrow();
    expect(await (await upstream.request(0)).ended).toBe("aborted");
  });

  test("refuses an environment that makes no sense", () => {
    expect(() => readConfig({ PORT: "many" })).toThrow("PORT");
    expect(() => readConfig({ OPENAI_BASE_URL: "ftp://x" })).toThrow("OPENAI_BASE_URL");
    const { port, upstream } = readConfig({ PORT: "", OPENAI_API_KEY: "" });
    expect([port, upstream]).toEqual([8787, undefined]);
    expect(readConfig({ OPENAI_BASE_URL: "http://localhost:1/v1/" }).upstream).toEqual({
      baseUrl: "http://localhost:1/v1",
      apiKey: undefined,
    });
  });
});
