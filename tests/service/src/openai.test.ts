import { answers } from "@millrace/testing/replay";
import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { startForTest } from "./service.ts";

const MESSAGES = [{ role: "user" as const, content: "Save the recipe." }];
const parameters = { type: "object", properties: {} };
const [save, level] = answers.tools.toolCalls;
const SLOW = { answer: "prose", speed: 1, gap: 30 } as const;

async function open(...replay: Parameters<typeof startForTest>) {
  const { service, upstream } = await startForTest(...replay);
  const client = new OpenAI({ apiKey: "none", maxRetries: 0, baseURL: `${service.url}/v1` });
  return { client, upstream, service };
}

describe("openai, chat completions", () => {
  test("runs tools, and brings their results", async () => {
    const { client, upstream } = await open({ answer: "tools" });
    const ran: string[] = [];
    const tool = (name: string) => ({
      ...{ type: "function" as const },
      function: {
        ...{ name, parameters, parse: (text: string) => JSON.parse(text) as object },
        ...{ description: name },
        function: (input: object) => {
          ran.push(name);
          return JSON.stringify({ kept: Object.keys(input).length });
        },
      },
    });
    const runner = client.chat.completions.runTools(
      {
        ...{ model: "m", stream: true, messages: MESSAGES },
        tools: [tool(save.name), tool(level.name)],
      },
      { maxChatCompletions: 2 },
    );
    await runner.done().catch(() => undefined); // the model of the tests calls for ever
    expect(ran.slice(0, 2)).toEqual([save.name, level.name]);
    expect(upstream.requests[1]?.json).toMatchObject({
      messages: [
        MESSAGES[0],
        { role: "assistant", tool_calls: [{ id: save.id }, { id: level.id }] },
        { role: "tool", tool_call_id: save.id, content: '{"kept":7}' },
        { role: "tool", tool_call_id: level.id, content: '{"kept":3}' },
      ],
      tools: [{ function: { name: save.name, parameters } }, { function: { name: level.name } }],
    });
  });

  test("reads the same calls in one piece", async () => {
    const { client } = await open({ answer: "tools" });
    const { choices } = await client.chat.completions.create({ model: "m", messages: MESSAGES });
    expect(choices[0]).toMatchObject({ finish_reason: "tool_calls", message: { content: null } });
    expect(choices[0]?.message.tool_calls).toEqual([
      { id: save.id, type: "function", function: { name: save.name, arguments: save.arguments } },
      {
        id: level.id,
        type: "function",
        function: { name: level.name, arguments: level.arguments },
      },
    ]);
  });

  test("reads a refusal and reasoning in one piece", async () => {
    const refusing = await open({ answer: "refusal" });
    const request = { model: "m", messages: MESSAGES };
    const refused = await refusing.client.chat.completions.create(request);
    expect(refused.choices[0]?.message.refusal).toBe(answers.refusal.refusal);
    const thinking = await open({ answer: "reasoning" });
    const thought = await thinking.client.chat.completions.create(request);
    expect(thought.choices[0]?.message).toMatchObject({
      content: answers.reasoning.text,
      reasoning_content: answers.reasoning.reasoning,
    });
  });

  test("gets tokens with the last chunk, if it asks for them", async () => {
    const { client } = await open({ answer: "prose" });
    const stream = client.chat.completions.stream({
      ...{ model: "m", messages: MESSAGES },
      stream_options: { include_usage: true },
    });
    const { usage } = await stream.finalChatCompletion();
    expect(usage?.completion_tokens).toBeGreaterThan(0);
  });

  test.each([
    [400, OpenAI.BadRequestError],
    [429, OpenAI.RateLimitError],
    [503, OpenAI.InternalServerError],
    [401, OpenAI.InternalServerError], // the service's key is not the client's
  ])("throws its own class for a %i upstream", async (status, type) => {
    const { client } = await open({ fail: { kind: "status", status } });
    for (const stream of [true, false]) {
      const asking = client.chat.completions.create({ model: "m", messages: MESSAGES, stream });
      const error: unknown = await asking.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(type);
    }
  });

  test("throws its own class for what is wrong, with the field", async () => {
    const { client } = await open();
    const asking = client.chat.completions.create({ model: "m", messages: MESSAGES, n: 3 });
    const error: unknown = await asking.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(OpenAI.BadRequestError);
    expect(error).toMatchObject({ param: "n", type: "invalid_request_error" });
  });

  test("tries again what may pass, and not what cannot", async () => {
    const { service, upstream } = await startForTest({ fail: { kind: "status", status: 503 } });
    const client = new OpenAI({ apiKey: "none", maxRetries: 1, baseURL: `${service.url}/v1` });
    const ask = () => client.chat.completions.create({ model: "m", messages: MESSAGES });
    await ask().catch(() => undefined);
    expect(upstream.requests).toHaveLength(2);
    const refusing = await startForTest({ fail: { kind: "status", status: 401 } });
    const other = new OpenAI({
      ...{ apiKey: "none", maxRetries: 1, baseURL: `${refusing.service.url}/v1` },
    });
    await other.chat.completions.create({ model: "m", messages: MESSAGES }).catch(() => undefined);
    expect(refusing.upstream.requests).toHaveLength(1);
  });

  test("cancels the upstream when it aborts", async () => {
    const { client, upstream } = await open(SLOW);
    const stream = client.chat.completions.stream({ model: "m", messages: MESSAGES });
    const chunks = stream[Symbol.asyncIterator]();
    await chunks.next();
    await chunks.return?.();
    expect(await (await upstream.request(0)).ended).toBe("aborted");
  });

  test("lists the models", async () => {
    const { client } = await open();
    const ids: string[] = [];
    for await (const { id } of await client.models.list()) ids.push(id);
    expect(ids).toEqual(["openai:replay"]);
  });
});

describe("openai, responses", () => {
  const tool = { type: "function" as const, name: save.name, parameters, strict: false };
  const input = "Save the recipe.";

  test("calls tools, and brings their results with what it said", async () => {
    const { client, upstream } = await open({ answer: "tools" });
    const request = { model: "m", tools: [tool] };
    const { output } = await client.responses.stream({ ...request, input }).finalResponse();
    const calls = output.filter((item) => item.type === "function_call");
    expect(calls.map(({ call_id, name }) => [call_id, name])).toEqual([
      [save.id, save.name],
      [level.id, level.name],
    ]);
    const results = calls.map(({ call_id }) => ({
      ...{ type: "function_call_output" as const, call_id, output: "kept" },
    }));
    const before = { role: "user" as const, content: input };
    await client.responses.create({
      ...request,
      input: [before, ...(output as OpenAI.Responses.ResponseInputItem[]), ...results],
    });
    expect(upstream.requests[1]?.json).toMatchObject({
      messages: [
        { role: "user", content: input },
        { role: "assistant", tool_calls: [{ id: save.id }, { id: level.id }] },
        { role: "tool", tool_call_id: save.id, content: "kept" },
        { role: "tool", tool_call_id: level.id, content: "kept" },
      ],
    });
  });

  test.each([
    [429, OpenAI.RateLimitError],
    [500, OpenAI.InternalServerError],
  ])("throws its own class for a %i upstream", async (status, type) => {
    const { client } = await open({ fail: { kind: "status", status } });
    const asking = client.responses.create({ model: "m", input });
    expect(await asking.catch((reason: unknown) => reason)).toBeInstanceOf(type);
  });

  test("hears of an answer that broke off", async () => {
    const { client } = await open({ answer: "prose", fail: { kind: "disconnect", after: 5 } });
    const reading = client.responses.stream({ model: "m", input }).finalResponse();
    expect(await reading.catch((reason: unknown) => reason)).toBeInstanceOf(OpenAI.APIError);
  });

  test("cancels the upstream when it aborts", async () => {
    const { client, upstream } = await open(SLOW);
    const stream = client.responses.stream({ model: "m", input });
    for await (const { type } of stream) if (type === "response.output_text.delta") break;
    expect(await (await upstream.request(0)).ended).toBe("aborted");
  });
});
