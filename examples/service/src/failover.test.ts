import { startReplay } from "@millrace/testing/replay";
import { describe, expect, test } from "vitest";
import { readConfig } from "./config.ts";
import { ANSWER, closeLater, eventsOf, open, RAW, TEXT, type Data } from "./service.fixture.ts";

const KEYS = { ANTHROPIC_API_KEY: "k", OPENAI_API_KEY: "k" };
const modelOf = ({ json }: { json: unknown }) => (json as { model: string }).model;
const textOf = (events: { data: Data }[]) =>
  events.flatMap(({ data }) => ("content" in data ? [data["content"]] : [])).join("");

describe("several upstreams", () => {
  test("are asked in order until one answers", async () => {
    const second = await startReplay({ speed: 0, ...ANSWER });
    closeLater(() => second.close());
    const fallbacks = [{ baseUrl: `${second.url}/v1`, model: "second" }];
    const { post, upstream } = await open({ fail: { kind: "status", status: 503 } }, { fallbacks });
    const events = await eventsOf(await post(RAW, { prompt: "Well?" }));
    expect(textOf(events)).toBe(TEXT);
    expect(events.at(-1)?.data).toMatchObject({ done: true, finishReason: "stop" });
    expect(upstream.requests).toHaveLength(1);
    expect(second.requests.map(modelOf)).toEqual(["second"]);
  });

  test("go on in the middle of an answer, with what was said so far", async () => {
    const second = await startReplay({ speed: 0, answer: { text: " And so on." } });
    closeLater(() => second.close());
    const fallbacks = [{ baseUrl: `${second.url}/v1`, model: "second" }];
    const fail = { kind: "disconnect", after: 6 } as const;
    const { post } = await open({ ...ANSWER, fail }, { fallbacks });
    const events = await eventsOf(await post(RAW, { prompt: "Well?" }));
    const text = textOf(events);
    // How much of the first is read before the cut is for the network to say.
    expect(text).toMatch(/^Dr\..* And so on\.$/);
    expect(events.filter(({ type }) => type === "error")).toEqual([]);
    const { messages } = second.requests[0]!.json as { messages: { role: string }[] };
    expect(messages[1]).toEqual({
      role: "assistant",
      content: text.slice(0, -" And so on.".length),
    });
  });

  test("have all failed: the last one says why", async () => {
    const second = await startReplay({ fail: { kind: "status", status: 429 } });
    closeLater(() => second.close());
    const fallbacks = [{ baseUrl: `${second.url}/v1` }];
    const { post } = await open({ fail: { kind: "refuse" } }, { fallbacks });
    const response = await post(RAW, { prompt: "Well?" });
    expect(response.status).toBe(429);
    expect(await response.json()).toMatchObject({ error: { kind: "rate-limit" } });
  });

  test("do not tell of the key, when it is refused in mid-stream", async () => {
    const json = { error: { message: "Incorrect key: sk-abc" } };
    const second = await startReplay({ fail: { kind: "status", status: 401, json } });
    closeLater(() => second.close());
    const fallbacks = [{ baseUrl: `${second.url}/v1` }];
    const fail = { kind: "disconnect", after: 6 } as const;
    const { post } = await open({ ...ANSWER, fail }, { fallbacks });
    const events = await eventsOf(await post(RAW, { prompt: "Well?" }));
    expect(events.at(-2)).toMatchObject({ type: "error", data: { error: { kind: "auth" } } });
    expect(JSON.stringify(events)).not.toContain("sk-abc");
  });

  test.each([
    ["anything", ["anything"], []],
    ["openai:gpt-5", ["gpt-5"], []],
    ["second", [], ["second"]],
    ["vllm:another", [], ["another"]],
  ])("are chosen from by the model %s", async (model, one, other) => {
    const second = await startReplay({ speed: 0, ...ANSWER });
    closeLater(() => second.close());
    const fallbacks = [{ provider: "vllm", baseUrl: `${second.url}/v1`, model: "second" }] as const;
    const { post, upstream } = await open(ANSWER, { fallbacks });
    await (await post(RAW, { prompt: "Well?", model })).text();
    expect(upstream.requests.map(modelOf)).toEqual(one);
    expect(second.requests.map(modelOf)).toEqual(other);
  });
});

describe("the list of upstreams", () => {
  test("has their names, and where their keys and addresses are", () => {
    const env = { ...KEYS, UPSTREAMS: "anthropic:claude-sonnet-4-5, ollama:qwen3:8b" };
    const { upstream, fallbacks } = readConfig(env);
    expect(upstream).toEqual({ provider: "anthropic", model: "claude-sonnet-4-5", env });
    expect(fallbacks).toEqual([{ provider: "ollama", model: "qwen3:8b", env }]);
  });

  test.each([
    ["acme:m", '"acme" is none of openai'],
    ["toString:m", '"toString" is none of'],
    ["openai", "openai needs a model"],
    ["groq:m", "groq needs a key: set GROQ_API_KEY"],
  ])("that says %s is refused", (UPSTREAMS, message) => {
    expect(() => readConfig({ ...KEYS, UPSTREAMS })).toThrow(`UPSTREAMS: ${message}`);
  });
});
