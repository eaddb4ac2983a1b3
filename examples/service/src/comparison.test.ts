import { describe, expect, test } from "vitest";
import { ANSWER, eventsOf, open, TEXT, type Data } from "./service.fixture.ts";

const COMPARE = "/v1/compare";
const FAIL = { kind: "status", status: 503 } as const;

const modelOf = ({ json }: { json?: unknown }) => (json as { model: string }).model;

describe("models side by side", () => {
  test("have each event under their name, then one end for all", async () => {
    const { post, upstream } = await open(ANSWER);
    const response = await post(COMPARE, { prompt: "Well?", models: ["a", "b"] });
    expect(response.status).toBe(200);
    const data = (await eventsOf(response)).map((event) => event.data);
    const last = data.pop();
    const totals: number[] = [];
    for (const key of ["a", "b"]) {
      const own = data.filter((event) => event["key"] === key);
      const end = own.pop() as Data & { usage: { outputTokens: { total: number } } };
      expect(end).toMatchObject({ done: true, finishReason: "stop" });
      totals.push(end.usage.outputTokens.total);
      expect(own.map((event) => event["content"]).join("")).toBe(TEXT);
    }
    expect(last).toMatchObject({ done: true, finishReason: "stop" });
    expect(last).toMatchObject({ usage: { outputTokens: { total: totals[0]! + totals[1]! } } });
    expect(last).not.toHaveProperty("key");
    expect(upstream.requests.map(modelOf).sort()).toEqual(["a", "b"]);
  });

  test("do not wait for each other", async () => {
    const { post } = await open({
      ...ANSWER,
      fail: (request) => (modelOf(request) === "silent" ? { kind: "stall", after: 0 } : undefined),
    });
    const client = new AbortController();
    const body = { prompt: "Well?", models: ["silent", "quick"] };
    const response = await post(COMPARE, body, { signal: client.signal });
    let text = "";
    for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
      text += piece;
      if (text.includes('{"key":"quick","done":true')) break;
    }
    expect(text).not.toContain('"silent"');
    client.abort();
  });

  test("go on when one of them fails", async () => {
    const fail = (request: { json?: unknown }) =>
      modelOf(request) === "broken" ? FAIL : undefined;
    const { post } = await open({ ...ANSWER, fail });
    const body = { prompt: "Well?", models: ["broken", "well"] };
    const events = await eventsOf(await post(COMPARE, body));
    const broken = events.filter(({ data }) => data["key"] === "broken");
    expect(broken.map(({ type, data }) => [type, data])).toMatchObject([
      ["error", { error: { kind: "overloaded", retryable: true } }],
      ["message", { done: true, finishReason: "error" }],
    ]);
    const well = events.filter(({ data }) => data["key"] === "well" && "content" in data);
    expect(well.map(({ data }) => data["content"]).join("")).toBe(TEXT);
    expect(events.at(-1)?.data).toMatchObject({ done: true, finishReason: "error" });
  });

  test("are all cancelled when the client goes away", async () => {
    const { post, upstream } = await open({ fail: { kind: "stall", after: 3 } });
    const client = new AbortController();
    const body = { prompt: "Well?", models: ["a", "b"] };
    const response = await post(COMPARE, body, { signal: client.signal });
    const requests = await Promise.all([upstream.request(0), upstream.request(1)]);
    client.abort();
    await expect(response.text()).rejects.toThrow();
    expect(await Promise.all(requests.map(({ ended }) => ended))).toEqual(["aborted", "aborted"]);
  });
});
