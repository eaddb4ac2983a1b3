import { describe, expect, test } from "vitest";
import { bodyOf, PICTURES, requestOf, ROUND, SETTINGS } from "../prompts.fixture.ts";
import { geminiInteractions } from "./index.ts";

const model = geminiInteractions({ name: "p", model: "m", apiKey: "secret" });

describe("geminiInteractions", () => {
  test("asks with the key, for a stream", async () => {
    const { url, headers, method } = await requestOf(model, ROUND);
    expect([method, url]).toEqual([
      "POST",
      "https://generativelanguage.googleapis.com/v1beta/interactions",
    ]);
    expect(headers.get("x-goog-api-key")).toBe("secret");
    expect(await bodyOf(model, ROUND)).toMatchObject({ model: "m", stream: true });
  });

  test("sends a round of tools as the steps that made it, thoughts with their proof", async () => {
    expect(await bodyOf(model, ROUND)).toEqual({
      model: "m",
      stream: true,
      system_instruction: "Be brief.",
      input: [
        { type: "user_input", content: [{ type: "text", text: "How is the mill?" }] },
        { type: "thought", summary: [{ type: "text", text: "hm" }], signature: "s" },
        { type: "model_output", content: [{ type: "text", text: "I look." }] },
        { type: "function_call", id: "c1", name: "look", arguments: { at: "wheel" } },
        { type: "function_call", id: "h2:c1", name: "weigh", arguments: { n: 2 } },
        { type: "function_result", call_id: "c1", name: "look", result: "It turns." },
        {
          type: "function_result",
          call_id: "h2:c1",
          name: "weigh",
          result: { broken: true },
          is_error: true,
        },
      ],
    });
  });

  test("sends no thoughts of others, nor without proof, and the signatures of calls", async () => {
    const call = { type: "tool-call", toolCallId: "c", toolName: "f", input: "{}" } as const;
    const { input } = (await bodyOf(model, {
      messages: [
        {
          role: "assistant",
          content: [
            { type: "reasoning", text: "mine" },
            { type: "reasoning", text: "theirs", signature: "s", provider: "q" },
            { type: "reasoning", text: "", signature: "s" },
            { ...call, providerMetadata: { p: { signature: "t" }, q: { signature: "u" } } },
          ],
        },
        { role: "tool", content: [{ type: "tool-result", toolCallId: "c", result: [1] }] },
      ],
    })) as { input: unknown };
    expect(input).toEqual([
      { type: "thought", signature: "s" },
      { type: "function_call", id: "c", name: "f", arguments: {}, signature: "t" },
      { type: "function_result", call_id: "c", result: "[1]" },
    ]);
  });

  test("sends files of every kind, by data and by URL", async () => {
    const sound = { type: "data", data: "BBBB" } as const;
    const { input } = (await bodyOf(model, {
      messages: [
        ...PICTURES.messages,
        {
          role: "user",
          content: [
            { type: "text", text: "" },
            { type: "file", mediaType: "audio/wav", data: sound },
            { type: "file", mediaType: "application/pdf", data: sound },
          ],
        },
      ],
    })) as { input: unknown };
    expect(input).toEqual([
      {
        type: "user_input",
        content: [
          { type: "text", text: "Same?" },
          { type: "image", data: "AAAA", mime_type: "image/png" },
          { type: "image", uri: "https://a.example/b" },
        ],
      },
      {
        type: "user_input",
        content: [
          { type: "audio", data: "BBBB", mime_type: "audio/wav" },
          { type: "document", data: "BBBB", mime_type: "application/pdf" },
        ],
      },
    ]);
  });

  test("sends every setting, and the body of one's own last", async () => {
    expect(await bodyOf(model, SETTINGS)).toMatchObject({
      tools: [
        {
          type: "function",
          name: "look",
          description: "Looks",
          parameters: SETTINGS.tools![0]!.inputSchema,
        },
        { type: "function", name: "weigh", parameters: { type: "object" } },
      ],
      generation_config: {
        temperature: 0.5,
        top_p: 0.9,
        max_output_tokens: 99,
        stop_sequences: ["END"],
        tool_choice: { allowed_tools: { mode: "any", tools: ["look"] } },
      },
      own: { x: 1 },
    });
    const chosen = async (toolChoice: "auto" | "none" | "required") =>
      bodyOf(model, { messages: [], toolChoice });
    for (const [asked, sent] of [
      ["auto", "auto"],
      ["none", "none"],
      ["required", "any"],
    ] as const) {
      expect(await chosen(asked)).toMatchObject({ generation_config: { tool_choice: sent } });
    }
  });
});
