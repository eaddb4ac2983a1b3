import { describe, expect, test } from "vitest";
import { BUFFERED, open, RAW, type Data } from "./service.fixture.ts";

const JSON_ROUTE = "/v1/stream/json";
const CODE = "/v1/stream/code";
const COMPARE = "/v1/compare";
const NINE = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

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
    ["an unknown mode", JSON_ROUTE, { prompt: "a", mode: "tree" }, "mode"],
    ["items of nowhere", JSON_ROUTE, { prompt: "a", mode: "items" }, "path"],
    ["a path for whole values", JSON_ROUTE, { prompt: "a", path: "$[*]" }, "path"],
    ["a path that is none", JSON_ROUTE, { prompt: "a", mode: "items", path: "steps[" }, "path"],
    ["a switch that is none", CODE, { prompt: "a", live: "yes" }, "live"],
    ["no models", COMPARE, { prompt: "a" }, "models"],
    ["one model twice", COMPARE, { prompt: "a", models: ["m", "m"] }, "models"],
    ["nine models", COMPARE, { prompt: "a", models: NINE }, "models"],
    ["one model among several", COMPARE, { prompt: "a", models: ["m"], model: "n" }, "model"],
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

  test("that a page of another site sends is refused", async () => {
    const { post, upstream } = await open();
    const headers = { "sec-fetch-site": "cross-site" };
    const response = await post(RAW, { prompt: "Well?" }, { headers });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ error: { kind: "permission" } });
    expect(upstream.requests).toHaveLength(0);
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
    expect(get.headers.get("allow")).toBe("POST");
    expect((await fetch(`${service.url}${RAW}`, { method: "DELETE" })).status).toBe(405);
    const page = await fetch(service.url, { method: "DELETE" });
    expect(page.status).toBe(405);
    expect(page.headers.get("allow")).toBe("GET, HEAD");
  });
});
