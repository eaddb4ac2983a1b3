import { run } from "@millrace/core";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { assistantMessage } from "../assistant-message.ts";
import type { FileContent, Message, Prompt, StandardJsonSchemaV1 } from "../prompt.ts";
import { BLANKS, bodyOf, DRAWN, PICTURES, requestOf, ROUND, SETTINGS } from "../prompts.fixture.ts";
import { azureOpenai, chatFamilies, decodeOpenaiChat, openaiChat } from "./index.ts";

const openai = openaiChat({ model: "m", apiKey: "secret" });
const base = { model: "m", stream: true, stream_options: { include_usage: true } };
const call = (id: string, name: string, args: string) => ({
  id,
  type: "function",
  function: { name, arguments: args },
});

describe("openaiChat", () => {
  test("asks with a key that may have to be waited for, and headers of one's own", async () => {
    const { url, method, headers } = await requestOf(openai, ROUND);
    expect([method, url]).toEqual(["POST", "https://api.openai.com/v1/chat/completions"]);
    expect(headers.get("authorization")).toBe("Bearer secret");
    const own = openaiChat({
      model: "m",
      apiKey: () => Promise.resolve("late"),
      baseURL: "https://g.example/v1/",
      headers: { "X-Own": "1", Authorization: "Own" },
    });
    const request = await requestOf(own, ROUND);
    expect(request.url).toBe("https://g.example/v1/chat/completions");
    expect([request.headers.get("x-own"), request.headers.get("authorization")]).toEqual([
      "1",
      "Own",
    ]);
    const keyless = await requestOf(openaiChat({ model: "m", baseURL: "http://a" }), ROUND);
    expect(keyless.headers.has("authorization")).toBe(false);
  });

  test("sends a round of tools, with ids that are accepted", async () => {
    expect(await bodyOf(openai, ROUND)).toEqual({
      ...base,
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "How is the mill?" },
        {
          role: "assistant",
          content: "I look.",
          tool_calls: [call("c1", "look", '{"at":"wheel"}'), call("call00001", "weigh", '{"n":2}')],
        },
        { role: "tool", tool_call_id: "c1", content: "It turns." },
        { role: "tool", tool_call_id: "call00001", content: '{"broken":true}' },
      ],
    });
  });

  test("sends no answer that says nothing, and goes on with none", async () => {
    const thought = { type: "reasoning", text: "hm" } as const;
    const messages: Message[] = [
      ...BLANKS.messages.slice(3, 5),
      { role: "assistant", content: "" },
      { role: "assistant", content: [{ type: "text", text: "" }] },
      { role: "assistant", content: [thought] },
    ];
    for (const family of [chatFamilies.vllm, chatFamilies.deepseek, {}]) {
      const body = await bodyOf(openaiChat({ ...family, model: "m" }), { messages });
      expect(body).toHaveProperty("messages", [
        { role: "assistant", content: "\n\n", tool_calls: [call("a", "turn", "{}")] },
        { role: "tool", tool_call_id: "a", content: "" },
      ]);
      expect(body).not.toHaveProperty("continue_final_message");
    }
  });

  test("sends every setting, and the body of one's own last", async () => {
    const { parameters } = { parameters: SETTINGS.tools![0]!.inputSchema };
    expect(await bodyOf(openai, SETTINGS)).toEqual({
      ...base,
      messages: [{ role: "user", content: "Well?" }],
      tools: [
        {
          type: "function",
          function: { name: "look", description: "Looks", parameters, strict: true },
        },
        {
          type: "function",
          function: { name: "weigh", parameters: { type: "object", properties: {} } },
        },
      ],
      tool_choice: { type: "function", function: { name: "look" } },
      temperature: 0.5,
      top_p: 0.9,
      max_completion_tokens: 99,
      stop: ["END"],
      own: { x: 1 },
    });
  });

  test.each([
    ["https://api.openai.com/v1/", "max_completion_tokens"],
    ["https://eu.api.openai.com/v1", "max_completion_tokens"],
    ["https://api.openai.com.a.example/v1", "max_tokens"],
    ["https://a.example/v1", "max_tokens"],
  ])("knows OpenAI by its address: %s", async (baseURL, field) => {
    expect(await bodyOf(openaiChat({ model: "m", baseURL }), SETTINGS)).toHaveProperty(field, 99);
  });

  test("sends images, sounds and documents, and refuses what has no place", async () => {
    const content = async (prompt: Prompt) =>
      ((await bodyOf(openai, prompt)) as { messages: { content: unknown[] }[] }).messages[0]!
        .content;
    expect(await content(PICTURES)).toEqual([
      { type: "text", text: "Same?" },
      { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
      { type: "image_url", image_url: { url: "https://a.example/b" } },
    ]);
    const file = (mediaType: string, data: FileContent["data"]): Prompt => ({
      messages: [{ role: "user", content: [{ type: "file", mediaType, data, filename: "f" }] }],
    });
    const bytes = { type: "data", data: "AAAA" } as const;
    expect(await content(file("audio/mpeg", bytes))).toEqual([
      { type: "input_audio", input_audio: { data: "AAAA", format: "mp3" } },
    ]);
    expect(await content(file("application/pdf", bytes))).toEqual([
      { type: "file", file: { filename: "f", file_data: "data:application/pdf;base64,AAAA" } },
    ]);
    const remote = file("application/pdf", { type: "url", url: "https://a.example" });
    await expect(bodyOf(openai, DRAWN)).rejects.toThrow("no place for a file in an answer");
    await expect(content(remote)).rejects.toThrow(
      "Cannot ask openai: the format has no place for a file of application/pdf behind a URL",
    );
  });

  test("takes schemas that tell their JSON Schema, and says so of others", async () => {
    const schema = z.object({ at: z.string() });
    const tools = (inputSchema: unknown): Prompt => ({
      messages: [],
      tools: [{ name: "look", inputSchema: inputSchema as StandardJsonSchemaV1 }],
    });
    expect(await bodyOf(openai, tools(schema))).toMatchObject({
      tools: [
        {
          function: {
            parameters: {
              type: "object",
              properties: { at: { type: "string" } },
              required: ["at"],
            },
          },
        },
      ],
    });
    const input = () => Object.freeze({ $schema: "s", type: "object" }); // the library's own
    const frozen = { "~standard": { version: 1, vendor: "v", jsonSchema: { input } } };
    expect(await bodyOf(openai, tools(frozen))).toMatchObject({
      tools: [{ function: { parameters: { type: "object" } } }],
    });
    const mute = { "~standard": { version: 1, vendor: "v", validate: () => ({ value: 1 }) } };
    await expect(bodyOf(openai, tools(mute))).rejects.toThrow(
      'Cannot describe the tool "look": its schema does not tell its JSON Schema',
    );
  });

  test("sends back what came with a call, such as Google's signatures, to nobody else", async () => {
    const extra_content = { google: { thought_signature: "s" } };
    const call = { id: "a", function: { name: "f", arguments: "{}" }, extra_content };
    const chunk = { choices: [{ delta: { tool_calls: [call] }, finish_reason: "stop" }] };
    const answer = assistantMessage(run(decodeOpenaiChat({ name: "p" }), [chunk]));
    const sent = async (name: string) =>
      JSON.stringify(await bodyOf(openaiChat({ name, model: "m" }), { messages: [answer] }));
    expect(await sent("p")).toContain(JSON.stringify({ extra_content }).slice(1, -1));
    expect(await sent("other")).not.toContain("extra_content");
  });

  test("follows what a family expects", async () => {
    const deepseek = openaiChat({ ...chatFamilies.deepseek, name: "p", model: "m" });
    const { messages } = (await bodyOf(deepseek, ROUND)) as { messages: unknown[] };
    expect(messages[2]).toMatchObject({ reasoning_content: "hm" });
    const other = openaiChat({ ...chatFamilies.deepseek, model: "m" });
    const { messages: sent } = (await bodyOf(other, ROUND)) as { messages: object[] };
    expect(sent[2]).not.toHaveProperty("reasoning_content");
    expect(await bodyOf(other, SETTINGS)).toMatchObject({ max_tokens: 99 });
    const vllm = openaiChat({ ...chatFamilies.vllm, model: "m" });
    expect(vllm.prefill).toBe(true);
    expect(await bodyOf(vllm, { messages: [{ role: "assistant", content: "It " }] })).toMatchObject(
      {
        continue_final_message: true,
      },
    );
    expect(await bodyOf(vllm, ROUND)).not.toHaveProperty("continue_final_message");
  });
});

describe("azureOpenai", () => {
  const config = { endpoint: "https://r.example/", deployment: "d 1", apiKey: "k" };

  test("has two ways to ask", async () => {
    const { url, headers } = await requestOf(azureOpenai(config), ROUND);
    expect([url, headers.get("api-key"), headers.get("authorization")]).toEqual([
      "https://r.example/openai/v1/chat/completions",
      "k",
      null,
    ]);
    const dated = azureOpenai({ ...config, apiVersion: "2024-10-21" });
    const request = await requestOf(dated, SETTINGS);
    expect(request.url).toBe(
      "https://r.example/openai/deployments/d%201/chat/completions?api-version=2024-10-21",
    );
    expect(await request.json()).toMatchObject({ model: "d 1", max_completion_tokens: 99 });
    expect(dated.name).toBe("azure");
  });
});
