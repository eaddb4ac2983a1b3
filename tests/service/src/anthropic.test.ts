import Anthropic from "@anthropic-ai/sdk";
import { answers } from "@millrace/testing/replay";
import { describe, expect, test } from "vitest";
import { startForTest } from "./service.ts";

const MESSAGES = [{ role: "user" as const, content: "Save the recipe." }];
const REQUEST = { model: "m", max_tokens: 999, messages: MESSAGES };
const [save, level] = answers.tools.toolCalls;

const inputOf = (call: { arguments: string }) => JSON.parse(call.arguments) as object;

async function open(...replay: Parameters<typeof startForTest>) {
  const { service, upstream } = await startForTest(...replay);
  const client = new Anthropic({ apiKey: "none", maxRetries: 0, baseURL: service.url });
  return { client, upstream };
}

describe("@anthropic-ai/sdk", () => {
  test.each(["stream", "whole"])("calls tools, and brings their results: %s", async (way) => {
    const { client, upstream } = await open({ answer: "tools" });
    const input_schema = { type: "object" as const };
    const request = { ...REQUEST, system: "Be brief.", tools: [{ name: save.name, input_schema }] };
    const { content, stop_reason } =
      way === "stream"
        ? await client.messages.stream(request).finalMessage()
        : await client.messages.create(request);
    expect(stop_reason).toBe("tool_use");
    expect(content).toEqual([
      { type: "tool_use", id: save.id, name: save.name, input: inputOf(save) },
      { type: "tool_use", id: level.id, name: level.name, input: inputOf(level) },
    ]);
    const results = [save, level].map(({ id }) => ({
      ...{ type: "tool_result" as const, tool_use_id: id, content: "kept" },
    }));
    const messages = [
      ...MESSAGES,
      { role: "assistant" as const, content },
      { role: "user" as const, content: [...results, { type: "text" as const, text: "And?" }] },
    ];
    await client.messages.create({ ...request, messages });
    expect(upstream.requests[1]?.json).toMatchObject({
      messages: [
        { role: "system", content: "Be brief." },
        MESSAGES[0],
        { role: "assistant", tool_calls: [{ id: save.id }, { id: level.id }] },
        { role: "tool", tool_call_id: save.id, content: "kept" },
        { role: "tool", tool_call_id: level.id, content: "kept" },
        { role: "user", content: "And?" },
      ],
      tools: [{ function: { name: save.name, parameters: input_schema } }],
    });
  });

  test("reads thoughts, in a stream and in one piece", async () => {
    const { client } = await open({ answer: "reasoning" });
    const { reasoning, text } = answers.reasoning;
    const told = [
      { type: "thinking", thinking: reasoning },
      { type: "text", text },
    ];
    const streamed = await client.messages.stream(REQUEST).finalMessage();
    expect(streamed.content).toMatchObject(told);
    const whole = await client.messages.create(REQUEST);
    expect(whole.content).toMatchObject(told);
    expect(whole.usage.output_tokens).toBeGreaterThan(0);
  });

  test.each([
    [400, Anthropic.BadRequestError, "invalid_request_error"],
    [429, Anthropic.RateLimitError, "rate_limit_error"],
    [503, Anthropic.InternalServerError, "overloaded_error"],
    [401, Anthropic.InternalServerError, "api_error"], // the service's key is not the client's
  ])("throws its own class for a %i upstream", async (status, type, word) => {
    const { client } = await open({ fail: { kind: "status", status } });
    for (const stream of [true, false]) {
      const asking = client.messages.create({ ...REQUEST, stream });
      const error: unknown = await asking.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(type);
      expect(error).toMatchObject({ type: word });
    }
  });

  test("hears of an answer that broke off", async () => {
    const { client } = await open({ answer: "prose", fail: { kind: "disconnect", after: 5 } });
    const reading = client.messages.stream(REQUEST).finalMessage();
    expect(await reading.catch((reason: unknown) => reason)).toBeInstanceOf(Anthropic.APIError);
  });

  test("cancels the upstream when it aborts", async () => {
    const { client, upstream } = await open({ answer: "prose", speed: 1, gap: 30 });
    for await (const { type } of client.messages.stream(REQUEST)) {
      if (type === "content_block_delta") break;
    }
    expect(await (await upstream.request(0)).ended).toBe("aborted");
  });

  test("lists the models", async () => {
    const { client } = await open();
    const ids: string[] = [];
    for await (const { id } of client.models.list()) ids.push(id);
    expect(ids).toEqual(["openai:replay"]);
  });
});
