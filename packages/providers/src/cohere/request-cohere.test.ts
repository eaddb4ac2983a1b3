import { describe, expect, test } from "vitest";
import {
  bodyOf,
  FILES,
  FUNCTIONS,
  PICTURES,
  requestOf,
  ROUND,
  SETTINGS,
} from "../prompts.fixture.ts";
import { cohere } from "./index.ts";

const model = cohere({ name: "p", model: "m", apiKey: "secret" });

describe("cohere", () => {
  test("asks with the key, in the messages of OpenAI's chat", async () => {
    const request = await requestOf(model, ROUND);
    expect([request.url, request.headers.get("authorization")]).toEqual([
      "https://api.cohere.com/v2/chat",
      "Bearer secret",
    ]);
    const { messages } = (await request.json()) as { messages: unknown[] };
    expect(messages.slice(2)).toEqual([
      {
        role: "assistant",
        content: "I look.",
        tool_calls: [
          { id: "c1", type: "function", function: { name: "look", arguments: '{"at":"wheel"}' } },
          { id: "call00001", type: "function", function: { name: "weigh", arguments: '{"n":2}' } },
        ],
      },
      { role: "tool", tool_call_id: "c1", content: "It turns." },
      { role: "tool", tool_call_id: "call00001", content: '{"broken":true}' },
    ]);
    expect(await bodyOf(model, PICTURES)).toMatchObject({
      messages: [{ content: [{ type: "text" }, { type: "image_url" }, { type: "image_url" }] }],
    });
  });

  test("sends no content beside calls where there is none", async () => {
    const content = [{ type: "tool-call", toolCallId: "a", toolName: "f", input: {} }] as const;
    const messages = [{ role: "assistant", content } as const];
    const tool_calls = [{ id: "a", type: "function", function: { name: "f", arguments: "{}" } }];
    expect(await bodyOf(model, { messages })).toHaveProperty("messages", [
      { role: "assistant", tool_calls },
    ]);
  });

  test("refuses files that are no images", async () => {
    await expect(bodyOf(model, FILES)).rejects.toThrow("no place for a file of audio/mpeg");
  });

  test("has names of its own for the settings, and none for one tool", async () => {
    await expect(bodyOf(model, SETTINGS)).rejects.toThrow("a `toolChoice` of one tool");
    expect(await bodyOf(model, { ...SETTINGS, toolChoice: "required" })).toEqual({
      model: "m",
      stream: true,
      messages: [{ role: "user", content: "Well?" }],
      tools: FUNCTIONS,
      strict_tools: true,
      tool_choice: "REQUIRED",
      temperature: 0.5,
      p: 0.9,
      max_tokens: 99,
      stop_sequences: ["END"],
      own: { x: 1 },
    });
  });
});
