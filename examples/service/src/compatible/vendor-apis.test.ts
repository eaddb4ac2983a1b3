import { anthropic } from "@millrace/providers/anthropic";
import { openaiChat } from "@millrace/providers/openai-chat";
import { openaiResponses } from "@millrace/providers/openai-responses";
import type { Prompt, Provider } from "@millrace/providers";
import { describe, expect, test } from "vitest";
import { PICTURES, requestOf, ROUND } from "../../../../packages/providers/src/prompts.fixture.ts";
import { anthropicApi } from "./anthropic.ts";
import { openaiChatApi } from "./openai-chat.ts";
import { openaiResponsesApi } from "./openai-responses.ts";
import type { VendorApi } from "./vendor-api.ts";

const inputSchema = { type: "object", properties: { at: { type: "string" } } };

/** Every setting that all prompts have, but `stop`, which not all formats have. */
const SETTINGS: Prompt = {
  messages: [{ role: "user", content: "Well?" }],
  tools: [{ name: "look", description: "Looks", inputSchema, strict: true }],
  toolChoice: { toolName: "look" },
  temperature: 0.5,
  topP: 0.9,
  maxOutputTokens: 99,
};

const APIS: [string, VendorApi, Provider][] = [
  ["openai-chat", openaiChatApi, openaiChat({ model: "m" })],
  ["openai-responses", openaiResponsesApi, openaiResponses({ model: "m" })],
  ["anthropic", anthropicApi, anthropic({ model: "m" })],
];

describe.each(APIS)("a body of %s", (_, api, provider) => {
  const written = async (prompt: Prompt) => (await requestOf(provider, prompt)).text();

  // The oracle: what our own providers write. What is read from it says the same again.
  test.each([
    ["a round of tools", ROUND],
    ["pictures", PICTURES],
    ["settings", SETTINGS],
    ["a demand for some tool", { ...SETTINGS, toolChoice: "required" }],
  ] as [string, Prompt][])("with %s is read as it was meant", async (_, prompt) => {
    const body = await written(prompt);
    const { prompt: read, model, stream } = api.read(body);
    expect([model, stream]).toEqual(["m", true]);
    expect(await written(read)).toBe(body);
  });

  test("that names a setting of its format keeps it for those that speak it", async () => {
    const body = { ...(JSON.parse(await written(SETTINGS)) as object), ...OWN[api.wire] };
    expect(api.read(JSON.stringify(body)).prompt.body).toEqual(OWN[api.wire]);
  });

  test.each(["__proto__", "constructor", "temprature"])("with a key %s is refused", (key) => {
    const body = `{"model":"m","${key}":{},"messages":[{"role":"user","content":"?"}]}`;
    expect(() => api.read(body.replace("messages", QUESTION[api.wire]))).toThrow(
      expect.objectContaining({
        status: 400,
        body: expect.objectContaining({ field: key }) as object,
      }),
    );
  });

  test.each([
    ["is nested a hundred thousand times", "[".repeat(100_000) + "]".repeat(100_000)],
    ["has a prototype of its own", '{"__proto__":{"x":1}}'],
  ])("with a schema that %s is refused", (_, json) => {
    const schema = `{"type":"object","properties":{"x":${json}}}`;
    const tool = TOOL[api.wire].replace("SCHEMA", schema);
    const question = `"${QUESTION[api.wire]}":[{"role":"user","content":"?"}]`;
    expect(() => api.read(`{"model":"m","tools":[${tool}],${question}}`)).toThrow(
      expect.objectContaining({
        status: 400,
        body: expect.objectContaining({
          field: expect.stringMatching(/^tools\[0\]\./) as string,
        }) as object,
      }),
    );
  });
});

const OWN = {
  "openai-chat": { seed: 7, response_format: { type: "json_object" } },
  "openai-responses": { reasoning: { effort: "low" }, text: { format: { type: "text" } } },
  anthropic: { top_k: 7, thinking: { type: "enabled", budget_tokens: 1024 } },
};
const QUESTION = {
  "openai-chat": "messages",
  "openai-responses": "input",
  anthropic: "messages",
};
const TOOL = {
  "openai-chat": '{"type":"function","function":{"name":"f","parameters":SCHEMA}}',
  "openai-responses": '{"type":"function","name":"f","parameters":SCHEMA}',
  anthropic: '{"name":"f","input_schema":SCHEMA}',
};

const FILE = { type: "input_file", filename: "a.pdf" };
const FILE_FIELD = "input[0].content[0].file_data";
const PDF = "https://mill.example/a.pdf";
const said = (role: string, piece: object) => [{ role, content: [piece] }];

describe("what formats have each for itself", () => {
  const read = (api: VendorApi, body: object) => api.read(JSON.stringify(body));
  const user = { role: "user", content: "?" };

  test.each<[string, VendorApi, object, string]>([
    ["another number of choices", openaiChatApi, { messages: [user], n: 2 }, "n"],
    ["no message", openaiChatApi, { messages: [] }, "messages"],
    ["another's role", openaiChatApi, { messages: [{ role: "x" }] }, "messages[0].role"],
    [
      "a sound of an unknown kind",
      openaiChatApi,
      {
        messages: [
          {
            role: "user",
            content: [{ type: "input_audio", input_audio: { data: "", format: "ogg" } }],
          },
        ],
      },
      "messages[0].content[0].input_audio.format",
    ],
    [
      "an address of a file on the server",
      openaiChatApi,
      {
        messages: [
          {
            role: "user",
            content: [{ type: "image_url", image_url: { url: "file:///etc/passwd" } }],
          },
        ],
      },
      "messages[0].content[0].image_url.url",
    ],
    [
      "a tool that the vendor runs",
      openaiResponsesApi,
      { input: "?", tools: [{ type: "web_search" }] },
      "tools[0].type",
    ],
    [
      "a response that nobody keeps",
      openaiResponsesApi,
      { input: "?", previous_response_id: "resp_1" },
      "previous_response_id",
    ],
    [
      "an item that nobody keeps",
      openaiResponsesApi,
      { input: [{ type: "item_reference", id: "a" }] },
      "input[0].type",
    ],
    [
      "a picture as a result",
      anthropicApi,
      {
        messages: [
          {
            role: "user",
            content: [{ type: "tool_result", tool_use_id: "a", content: [{ type: "image" }] }],
          },
        ],
      },
      "messages[0].content[0].content[0].type",
    ],
    ["a file of nowhere", openaiResponsesApi, { input: said("user", FILE) }, FILE_FIELD],
    [
      "a file from two places",
      openaiResponsesApi,
      { input: said("user", { ...FILE, file_url: PDF, file_data: PDF }) },
      FILE_FIELD,
    ],
    [
      "an image that the model has not seen",
      openaiResponsesApi,
      {
        input: said("assistant", { type: "input_image", image_url: "https://mill.example/a.png" }),
      },
      "input[0].content[0].type",
    ],
    ["a limit of none", anthropicApi, { messages: [user], max_tokens: 0 }, "max_tokens"],
  ])("%s is refused by its name", (_, api, body, field) => {
    expect(() => read(api, body)).toThrow(
      expect.objectContaining({ status: 400, body: expect.objectContaining({ field }) as object }),
    );
  });

  test("a result before a question is a message of its own", () => {
    const content = [
      { type: "tool_result", tool_use_id: "a", content: [{ type: "text", text: "21" }] },
      { type: "tool_result", tool_use_id: "b", is_error: true },
      { type: "text", text: "Well?", cache_control: { type: "ephemeral" } },
    ];
    const { prompt } = read(anthropicApi, { messages: [{ role: "user", content }] });
    expect(prompt.messages).toEqual([
      {
        role: "tool",
        content: [
          { type: "tool-result", toolCallId: "a", result: "21" },
          { type: "tool-result", toolCallId: "b", result: "", isError: true },
        ],
      },
      { role: "user", content: [{ type: "text", text: "Well?" }] },
    ]);
  });

  test("instructions stand in front, and an easy message may leave out its type", () => {
    const input = [{ role: "developer", content: "Be brief." }, user];
    const { prompt } = read(openaiResponsesApi, { input, instructions: "Be kind." });
    expect(prompt.messages).toEqual([
      { role: "system", content: "Be kind." },
      { role: "system", content: "Be brief." },
      { role: "user", content: "?" },
    ]);
  });

  test("not to think is no setting, and what changes nothing is taken", () => {
    const ignored = { metadata: { user_id: "u" }, service_tier: "auto" };
    const { prompt } = read(anthropicApi, {
      ...{ messages: [user], thinking: { type: "disabled" } },
      ...ignored,
    });
    expect(prompt.body).toEqual({});
    expect(read(openaiChatApi, { messages: [user], user: "u", store: true }).prompt.body).toEqual(
      {},
    );
  });
});
