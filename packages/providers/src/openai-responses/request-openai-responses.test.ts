import type OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { bodyOf, DRAWN, PICTURES, requestOf, ROUND, SETTINGS } from "../prompts.fixture.ts";
import { openaiResponses } from "./index.ts";

type Body = OpenAI.Responses.ResponseCreateParamsStreaming;

const base = { model: "m", stream: true } as const;
const openai = openaiResponses({ name: "p", model: "m", apiKey: "secret" });

describe("openaiResponses", () => {
  test("asks with the key", async () => {
    const { url, headers } = await requestOf(openai, ROUND);
    expect([url, headers.get("authorization")]).toEqual([
      "https://api.openai.com/v1/responses",
      "Bearer secret",
    ]);
  });

  test("sends a round of tools, with ids that are accepted", async () => {
    expect(await bodyOf(openai, ROUND)).toEqual({
      ...base,
      input: [
        { role: "system", content: "Be brief." },
        { role: "user", content: [{ type: "input_text", text: "How is the mill?" }] },
        { role: "assistant", content: "I look." },
        { type: "function_call", call_id: "c1", name: "look", arguments: '{"at":"wheel"}' },
        { type: "function_call", call_id: "call00001", name: "weigh", arguments: '{"n":2}' },
        { type: "function_call_output", call_id: "c1", output: "It turns." },
        { type: "function_call_output", call_id: "call00001", output: '{"broken":true}' },
      ],
    } satisfies Body);
  });

  test("sends reasoning that is encrypted, its summaries in one item", async () => {
    const providerMetadata = { p: { itemId: "rs_1" } };
    const content = [
      { type: "reasoning", text: "a", providerMetadata },
      { type: "reasoning", text: "b", encrypted: "x", providerMetadata },
      { type: "reasoning", text: "lost", providerMetadata: { p: { itemId: "rs_2" } } },
      { type: "text", text: "So." },
    ] as const;
    expect(await bodyOf(openai, { messages: [{ role: "assistant", content }] })).toEqual({
      ...base,
      input: [
        {
          type: "reasoning",
          id: "rs_1",
          summary: [
            { type: "summary_text", text: "a" },
            { type: "summary_text", text: "b" },
          ],
          encrypted_content: "x",
        },
        { role: "assistant", content: "So." },
      ],
    } satisfies Body);
  });

  test("keeps thoughts ahead of what came of them", async () => {
    const content = [
      { type: "reasoning", text: "", encrypted: "x" },
      { type: "tool-call", toolCallId: "a", toolName: "look", input: "{}" },
      { type: "reasoning", text: "", encrypted: "y" },
      { type: "text", text: "So " },
      { type: "text", text: "it is." },
      { type: "tool-call", toolCallId: "b", toolName: "weigh", input: "{}" },
    ] as const;
    expect(await bodyOf(openai, { messages: [{ role: "assistant", content }] })).toEqual({
      ...base,
      input: [
        { type: "reasoning", summary: [], encrypted_content: "x" },
        { type: "function_call", call_id: "a", name: "look", arguments: "{}" },
        { type: "reasoning", summary: [], encrypted_content: "y" },
        { role: "assistant", content: "So it is." },
        { type: "function_call", call_id: "b", name: "weigh", arguments: "{}" },
      ],
    });
  });

  test("sends images and documents", async () => {
    await expect(bodyOf(openai, DRAWN)).rejects.toThrow("no place for a file in an answer");
    expect(await bodyOf(openai, PICTURES)).toEqual({
      ...base,
      input: [
        {
          role: "user",
          content: [
            { type: "input_text", text: "Same?" },
            { type: "input_image", image_url: "data:image/png;base64,AAAA", detail: "auto" },
            { type: "input_image", image_url: "https://a.example/b", detail: "auto" },
          ],
        },
      ],
    } satisfies Body);
    const mediaType = "application/pdf";
    const content = [
      { type: "file", mediaType, data: { type: "data", data: "AAAA" }, filename: "a.pdf" },
      { type: "file", mediaType, data: { type: "url", url: "https://a.example/b" } },
    ] as const;
    expect(await bodyOf(openai, { messages: [{ role: "user", content }] })).toMatchObject({
      input: [
        {
          content: [
            {
              type: "input_file",
              filename: "a.pdf",
              file_data: "data:application/pdf;base64,AAAA",
            },
            { type: "input_file", file_url: "https://a.example/b" },
          ],
        },
      ],
    });
  });

  test("sends every setting but `stop`, which has no place", async () => {
    await expect(bodyOf(openai, SETTINGS)).rejects.toThrow("the format has no place for `stop`");
    expect(await bodyOf(openai, { ...SETTINGS, stop: [] })).toEqual({
      ...base,
      input: [{ role: "user", content: [{ type: "input_text", text: "Well?" }] }],
      tools: [
        {
          type: "function",
          name: "look",
          description: "Looks",
          parameters: {
            type: "object",
            properties: { at: { type: "string" } },
            required: ["at"],
          },
          strict: true,
        },
        {
          type: "function",
          name: "weigh",
          parameters: { type: "object", properties: {} },
          strict: false,
        },
      ],
      tool_choice: { type: "function", name: "look" },
      temperature: 0.5,
      top_p: 0.9,
      max_output_tokens: 99,
      own: { x: 1 },
    } satisfies Body & { own: object });
  });
});
