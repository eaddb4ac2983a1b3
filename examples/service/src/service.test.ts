import { describe, expect, test } from "vitest";
import { readConfig } from "./config.ts";
import { ANSWER, BUFFERED, closeLater, eventsOf, open, RAW, TEXT } from "./service.fixture.ts";
import { startService } from "./service.ts";

describe("the answer", () => {
  test("comes raw, and its last event says how it ended", async () => {
    const { post } = await open(ANSWER);
    const response = await post(RAW, { prompt: "Well?" });
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
    });
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
    ["paragraph", [TEXT]],
    ["speech", ["Dr. Ada lives in St. Ives. ", "She grinds 3.5 t of flour!\n", "The end"]],
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

  test("ends with one event, which has the id of the end", async () => {
    const { post } = await open(ANSWER);
    const blocks = (await (await post(RAW, { prompt: "Well?" })).text()).split("\n\n");
    expect(blocks.pop()).toBe("");
    expect(blocks.pop()).toMatch(/^data: \{"done":true,.+\}\nid: done$/);
    expect(blocks.filter((block) => block.includes("done"))).toEqual([]);
  });

  test("is not asked for again by who has seen its end", async () => {
    const { post, upstream } = await open(ANSWER);
    const headers = { "last-event-id": "done" };
    expect((await post(RAW, { prompt: "Well?" }, { headers })).status).toBe(204);
    expect(upstream.requests).toEqual([]);
  });

  test("is kept alive while the model is silent, also in the middle of an item", async () => {
    const stall = { kind: "stall", after: 3 } as const;
    const { post } = await open({ ...ANSWER, fail: stall }, { heartbeat: 20 });
    const response = await post(BUFFERED, { prompt: "Well?", buffer_type: "paragraph" });
    let text = "";
    for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
      text += piece;
      if (text.endsWith("alive\n\n: keep-alive\n\n")) break;
    }
    expect(text).toBe(": open\n\n: keep-alive\n\n: keep-alive\n\n");
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
    closeLater(() => service.close());
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

  test("closes with live streams, which are told so", async () => {
    const { post, service, upstream } = await open({ fail: { kind: "stall", after: 3 } });
    const response = await post(RAW, { prompt: "Well?" });
    await service.close();
    const events = await eventsOf(response);
    expect(events.at(-2)?.data).toMatchObject({ error: { kind: "overloaded", retryable: true } });
    expect(events.at(-1)?.data).toMatchObject({ done: true, finishReason: "error" });
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
