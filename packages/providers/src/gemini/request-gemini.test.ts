import { describe, expect, test } from "vitest";
import type { Prompt } from "../prompt.ts";
import {
  bodyOf,
  NAMELESS,
  PICTURES,
  requestOf,
  ROUND,
  SETTINGS,
  SHUFFLED,
} from "../prompts.fixture.ts";
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
    for (const round of [ROUND, NAMELESS, SHUFFLED]) {
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

  test("excuses calls of others to models that want signatures", async () => {
    const calls = async (model: string, prompt: Prompt) => {
      const body = await bodyOf(gemini({ name: "p", model }), prompt);
      const { contents } = body as { contents: { parts: Record<string, unknown>[] }[] };
      const parts = contents.flatMap((content) => content.parts);
      return parts.filter((part) => "functionCall" in part).map((part) => part["thoughtSignature"]);
    };
    const word = "skip_thought_signature_validator";
    expect(await calls("gemini-3-flash", ROUND)).toEqual([word, undefined]);
    expect(await calls("gemini-2.5-flash", ROUND)).toEqual([undefined, undefined]);
    const providerMetadata = { p: { thoughtSignature: "q" } };
    const call = { type: "tool-call", toolCallId: "a", toolName: "f", input: {} } as const;
    const content = [{ ...call, providerMetadata }];
    expect(await calls("gemini-3-pro", { messages: [{ role: "assistant", content }] })).toEqual([
      "q",
    ]);
  });

  test("sends a result that is nothing as null", async () => {
    const content = [{ type: "tool-result", toolCallId: "a", result: undefined }] as const;
    expect(await bodyOf(model, { messages: [{ role: "tool", content }] })).toEqual({
      contents: [
        {
          role: "user",
          parts: [{ functionResponse: { name: "a", response: { output: null } } }],
        },
      ],
    });
  });

  test("sends signatures back in their places, to nobody else", async () => {
    const providerMetadata = { p: { thoughtSignature: "q" } };
    const content = [
      { type: "text", text: "", providerMetadata },
      { type: "tool-call", toolCallId: "a", toolName: "f", input: {}, providerMetadata },
      { type: "file", mediaType: "a/b", data: { type: "data", data: "AA==" }, providerMetadata },
    ] as const;
    const prompt = { messages: [{ role: "assistant", content }] } as const;
    const inlineData = { mimeType: "a/b", data: "AA==" };
    expect(await bodyOf(model, prompt)).toMatchObject({
      contents: [
        {
          parts: [
            { text: "", thoughtSignature: "q" },
            { functionCall: { name: "f", args: {} }, thoughtSignature: "q" },
            { inlineData, thoughtSignature: "q" },
          ],
        },
      ],
    });
    const other = gemini({ model: "m" });
    const parts = [{ functionCall: { name: "f", args: {} } }, { inlineData }];
    expect(await bodyOf(other, prompt)).toEqual({ contents: [{ role: "model", parts }] });
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
