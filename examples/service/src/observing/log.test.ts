import { connect } from "node:net";
import { connectSocket } from "@millrace/ws";
import type { ReplayOptions } from "@millrace/testing/replay";
import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { readConfig } from "../config.ts";
import { ANSWER, open, openLog, RAW, type Data } from "../service.fixture.ts";

const KEY = "first-key-of-the-service";
const COMPARE = "/v1/compare";
const stall = { fail: { kind: "stall", after: 3 } } as const;

async function openTold(replay: ReplayOptions, config: Parameters<typeof open>[1] = {}) {
  const { lines, line, logDestination } = openLog();
  const opened = await open(replay, { logLevel: "debug", logDestination, ...config });
  return { ...opened, lines, line };
}

describe("every request", () => {
  test("has an id: its own, if that is one, or another", async () => {
    const { post, service, line } = await openTold(ANSWER);
    const sent = await post(RAW, { prompt: "Well?" }, { headers: { "x-request-id": "mine-1" } });
    expect(sent.headers.get("x-request-id")).toBe("mine-1");
    await sent.text();
    await line({ request: "mine-1" });
    for (const id of ["a b", "x".repeat(256), "<script>"]) {
      const made = await fetch(`${service.url}/health`, { headers: { "x-request-id": id } });
      expect(made.headers.get("x-request-id")).toMatch(/^[\da-f-]{36}$/);
    }
    const lost = await fetch(`${service.url}/v1/nowhere`);
    expect(lost.headers.get("x-request-id")).toMatch(/^[\da-f-]{36}$/);
  });

  test("has one line, when its answer has been sent", async () => {
    const { post, line, lines } = await openTold(ANSWER);
    await (await post(RAW, { prompt: "Well?" }, { headers: { "x-request-id": "r" } })).text();
    expect(await line({ request: "r" })).toEqual({
      level: 30,
      time: expect.any(Number) as number,
      request: "r",
      method: "POST",
      route: RAW,
      status: 200,
      provider: "openai",
      model: "gpt-4o-mini",
      timeToFirstToken: expect.any(Number) as number,
      inputTokens: expect.any(Number) as number,
      outputTokens: expect.any(Number) as number,
      outcome: "finished",
      duration: expect.any(Number) as number,
      msg: "request",
    });
    expect(lines).toHaveLength(1);
  });

  test("tells nothing of what was asked, answered, or shown as a key", async () => {
    const apiKeys = ["another-key-of-the-service", KEY];
    const { post, line, lines } = await openTold(
      { answer: { text: "the answer" } },
      { gate: { ...readConfig({}).gate, apiKeys } },
    );
    const headers = { "x-api-key": KEY, "x-request-id": "r" };
    await (await post(`${RAW}?prompt=secret`, { prompt: "the question" }, { headers })).text();
    await (await post(RAW, { propmt: "the question" }, { headers })).text();
    expect(await line({ status: 200 })).toMatchObject({ key: "key-2" });
    expect(await line({ status: 400 })).toMatchObject({
      outcome: "refused",
      error: "invalid-request",
    });
    expect(JSON.stringify(lines)).not.toMatch(/the question|the answer|secret|key-of/);
  });

  test("of a comparison has the figures of all answers", async () => {
    const { post, line } = await openTold(ANSWER);
    await (await post(COMPARE, { prompt: "Well?", models: ["gpt-4o-mini", "b"] })).text();
    const { answers, outputTokens } = await line({ route: COMPARE });
    expect([...(answers as string[])].sort()).toEqual([
      "openai:another finished",
      "openai:gpt-4o-mini finished",
    ]);
    expect(outputTokens).toBeGreaterThan(0);
  });

  test("that is for nothing, or by nobody's method, is at no route", async () => {
    const { service, line } = await openTold(ANSWER);
    await fetch(`${service.url}/v1/${"x".repeat(99)}`);
    expect(await line({ status: 404 })).toMatchObject({ route: "none", outcome: "refused" });
    await fetch(`${service.url}${RAW}`, { method: "PROPFIND" });
    expect(await line({ status: 405 })).toMatchObject({ method: "_OTHER", route: RAW });
  });
});

describe("the outcome of a request", () => {
  const failures: [string, ReplayOptions, Data][] = [
    ["failed", { fail: { kind: "status", status: 500 } }, { status: 502, error: "server" }],
    ["failed", { ...ANSWER, fail: { kind: "error-event", after: 3 } }, { status: 200 }],
    ["interrupted", { ...ANSWER, fail: { kind: "end", after: 3 } }, { status: 200 }],
  ];

  test.each(failures)("is %s", async (outcome, replay, figures) => {
    const { post, line } = await openTold(replay);
    await (await post(RAW, { prompt: "Well?" })).text();
    expect(await line({ route: RAW })).toMatchObject({ ...figures, outcome, level: 40 });
  });

  test.each([
    ["in the stream", stall],
    ["before it", { fail: { kind: "hang" } } as const],
  ])("is cut, where the client leaves %s", async (_, replay) => {
    const { post, line, upstream } = await openTold(replay);
    const client = new AbortController();
    const gone = post(RAW, { prompt: "Well?" }, { signal: client.signal })
      .then((response) => response.body!.getReader().read())
      .catch(() => "gone");
    await upstream.request(0);
    if (replay === stall) await gone;
    client.abort();
    expect(await line({ route: RAW })).toMatchObject({ outcome: "cut", provider: "openai" });
  });

  test("is cut, where the client leaves in the middle of its question", async () => {
    const { service, line } = await openTold(ANSWER);
    const socket = connect(Number(new URL(service.url).port), "127.0.0.1");
    socket.write(`POST ${RAW} HTTP/1.1\r\nhost: x\r\ncontent-length: 99\r\n\r\n{`, () => {
      socket.destroy();
    });
    expect(await line({ route: RAW })).toMatchObject({ status: 499, outcome: "cut", level: 30 });
  });

  test("is detached, where the answer goes on; it has a line of its own, then", async () => {
    const { post, service, line } = await openTold(stall);
    const headers = { "x-request-id": "r" };
    const response = await post(RAW, { prompt: "Well?", resumable: true }, { headers });
    await response.body?.cancel();
    expect(await line({ msg: "request" })).toMatchObject({ request: "r", outcome: "detached" });
    await fetch(`${service.url}${response.headers.get("location")!}`, { method: "DELETE" });
    expect(await line({ msg: "answer" })).toMatchObject({ request: "r", outcome: "cut" });
  });
});

test("Answers in sockets have lines of their own", async () => {
  const { service, line } = await openTold(ANSWER);
  const socket = connectSocket(`${service.url.replace("http", "ws")}/v1/ws/stream`, { WebSocket });
  const items: Data[] = [];
  for await (const item of socket.request<Data>({ prompt: "Well?" })) items.push(item);
  expect(await line({ msg: "answer" })).toMatchObject({
    route: "/v1/ws/stream",
    outcome: "finished",
    outputTokens: expect.any(Number) as number,
  });
  socket.close();
});
