import { describe, expect, test } from "vitest";
import { bodyOf, PICTURES, requestOf, ROUND, SETTINGS } from "../prompts.fixture.ts";
import { gemini } from "./index.ts";

const model = gemini({ name: "p", model: "m", apiKey: "secret" });

describe("gemini", () => {
  test("asks at the model's own address, with the key, or at Vertex", async () => {
    const { url, headers } = await requestOf(model, ROUND);
    expect([url, headers.get("x-goog-api-key")]).toEqual([
      "https://generativelanguage.googleapis.com/v1beta/models/m:streamGenerateContent?alt=sse",
      "secret",
    ]);
    const baseURL = "https://v.example/v1/projects/p/locations/l/publishers/google";
    const vertex = gemini({ model: "m", baseURL, headers: { authorization: "Bearer t" } });
    const request = await requestOf(vertex, ROUND);
    expect(request.url).toBe(`${baseURL}/models/m:streamGenerateContent?alt=sse`);
    expect(request.headers.get("authorization")).toBe("Bearer t");
  });

  test("sends a round of tools, results by the names of their tools", async () => {
    const prompt = {
      messages: ROUND.messages.map((message) =>
        message.role === "tool"
          ? {
              ...message,
              content: message.content.map((result) => ({ ...result, toolName: undefined })),
            }
          : message,
      ),
    };
    for (const round of [ROUND, prompt]) {
      expect(await bodyOf(model, round)).toEqual({
        systemInstruction: { parts: [{ text: "Be brief." }] },
        contents: [
          { role: "user", parts: [{ text: "How is the mill?" }] },
          {
            role: "model",
            parts: [
              { text: "hm", thought: true, thoughtSignature: "s" },
              { text: "I look." },
              { functionCall: { name: "look", args: { at: "wheel" } } },
              { functionCall: { name: "weigh", args: { n: 2 } } },
            ],
          },
          {
            role: "user",
            parts: [
              { functionResponse: { name: "look", response: { output: "It turns." } } },
              { functionResponse: { name: "weigh", response: { error: { broken: true } } } },
            ],
          },
        ],
      });
    }
  });

  test("sends signatures back in their places, to nobody else", async () => {
    const providerMetadata = { p: { thoughtSignature: "q" } };
    const content = [
      { type: "text", text: "", providerMetadata },
      { type: "tool-call", toolCallId: "a", toolName: "f", input: {}, providerMetadata },
    ] as const;
    const prompt = { messages: [{ role: "assistant", content }] } as const;
    expect(await bodyOf(model, prompt)).toMatchObject({
      contents: [
        {
          parts: [
            { text: "", thoughtSignature: "q" },
            { functionCall: { name: "f", args: {} }, thoughtSignature: "q" },
          ],
        },
      ],
    });
    const other = gemini({ model: "m" });
    expect(await bodyOf(other, prompt)).toEqual({
      contents: [{ role: "model", parts: [{ functionCall: { name: "f", args: {} } }] }],
    });
  });

  test("sends files and every setting", async () => {
    expect(await bodyOf(model, PICTURES)).toMatchObject({
      contents: [
        {
          parts: [
            { text: "Same?" },
            { inlineData: { mimeType: "image/png", data: "AAAA" } },
            { fileData: { mimeType: "image/*", fileUri: "https://a.example/b" } },
          ],
        },
      ],
    });
    const body = { generationConfig: { thinkingConfig: { includeThoughts: true } } };
    expect(await bodyOf(model, { ...SETTINGS, body })).toEqual({
      contents: [{ role: "user", parts: [{ text: "Well?" }] }],
      tools: [
        {
          functionDeclarations: [
            {
              name: "look",
              description: "Looks",
              parametersJsonSchema: SETTINGS.tools![0]!.inputSchema,
            },
            { name: "weigh", parametersJsonSchema: { type: "object", properties: {} } },
          ],
        },
      ],
      toolConfig: { functionCallingConfig: { mode: "ANY", allowedFunctionNames: ["look"] } },
      generationConfig: {
        temperature: 0.5,
        topP: 0.9,
        maxOutputTokens: 99,
        stopSequences: ["END"],
        thinkingConfig: { includeThoughts: true },
      },
    });
  });
});
