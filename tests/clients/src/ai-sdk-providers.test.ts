import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { pipe, type Stage } from "@millrace/core";
import type { Part } from "@millrace/parts";
import { anthropicFormat, encodeAnthropic } from "@millrace/providers/anthropic";
import { encodeOpenaiChat, openaiChatFormat } from "@millrace/providers/openai-chat";
import { encodeOpenaiResponses, openaiResponsesFormat } from "@millrace/providers/openai-responses";
import type { SseFormat, SseMessage } from "@millrace/sse";
import { jsonSchema, streamText, type LanguageModel, type ToolSet } from "ai";
import { afterEach, describe, expect, test } from "vitest";
import { BEGUN, CALLING, failing, finish, SORRY } from "./answers.ts";
import { serveFormat } from "./serve-format.ts";

// The AI SDK's own clients of providers, over real HTTP, with our encoders as the providers.

interface Client {
  encode: () => Stage<Part, string | SseMessage>;
  format: SseFormat;
  open: (baseURL: string) => LanguageModel;
  /** It reads what the model thinks. */
  reasons: boolean;
}

const chat = { encode: () => encodeOpenaiChat(), format: openaiChatFormat };
const responses = { encode: () => encodeOpenaiResponses(), format: openaiResponsesFormat };
const messages = { encode: () => encodeAnthropic(), format: anthropicFormat };
const apiKey = "none";

const CLIENTS: Record<string, Client> = {
  "@ai-sdk/openai-compatible": {
    ...chat,
    open: (baseURL) =>
      createOpenAICompatible({ name: "mill", apiKey, baseURL, includeUsage: true })("m"),
    reasons: true,
  },
  "@ai-sdk/openai, chat": {
    ...chat,
    open: (baseURL) => createOpenAI({ apiKey, baseURL }).chat("m"),
    reasons: false,
  },
  "@ai-sdk/openai, responses": {
    ...responses,
    open: (baseURL) => createOpenAI({ apiKey, baseURL }).responses("m"),
    reasons: true,
  },
  "@ai-sdk/anthropic": {
    ...messages,
    open: (baseURL) => createAnthropic({ apiKey, baseURL })("m"),
    reasons: true,
  },
};

const tools: ToolSet = {
  weather: {
    inputSchema: jsonSchema({ type: "object", properties: { city: { type: "string" } } }),
  },
};

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** An answer as `streamText` gives it, and the errors that it tells of. */
async function ask(
  { encode, format, open }: Client,
  parts: readonly Part[] | AsyncIterable<Part>,
): Promise<{
  result: ReturnType<typeof streamText>;
  text: string;
  errors: unknown[];
}> {
  const { url, close } = await serveFormat(format, () => pipe(parts, encode()));
  closing.push(close);
  const errors: unknown[] = [];
  const result = streamText({
    model: open(url.slice(0, -1)),
    prompt: "Hello",
    tools,
    maxOutputTokens: 99,
    maxRetries: 0,
    onError: ({ error }) => void errors.push(error),
  });
  let text = "";
  for await (const delta of result.textStream) text += delta;
  return { result, text, errors };
}

describe.each(Object.entries(CLIENTS))("%s", (_, client) => {
  test("reads a whole answer", async () => {
    const { result, text, errors } = await ask(client, CALLING);
    expect(errors).toEqual([]);
    expect(text).toBe("Good morning 🌊\n\n");
    expect(await result.toolCalls).toMatchObject([
      { toolCallId: "call_1", toolName: "weather", input: { city: "Ghent" } },
    ]);
    expect(await result.finishReason).toBe("tool-calls");
    expect(await result.usage).toMatchObject({ inputTokens: 8, outputTokens: 5 });
    const { reasoningText, response } = await result.finalStep;
    expect(response).toMatchObject({ id: "resp_1", modelId: "mill-1" });
    expect(reasoningText).toBe(client.reasons ? "The weather, then." : undefined);
  });

  test.each(["stop", "length", "content-filter"] as const)(
    "reads why it ended: %s",
    async (unified) => {
      const text: Part[] = [
        { type: "text-start", id: "text-0" },
        { type: "text-delta", id: "text-0", delta: "Good" },
        { type: "text-end", id: "text-0" },
      ];
      const { result, errors } = await ask(client, [...text, finish(unified)]);
      expect(errors).toEqual([]);
      expect(await result.finishReason).toBe(unified);
    },
  );

  test.each([
    ["failed", [...BEGUN, SORRY, finish("error")]],
    ["was cut off", BEGUN],
    ["failed on the way here", failing(BEGUN, new Error("secret-host-7 has gone"))],
  ] as const)("hears that an answer %s, and no more than that", async (_why, parts) => {
    const { text, errors } = await ask(client, parts);
    expect(text).toBe("Good morn");
    expect(errors).toHaveLength(1);
    expect(JSON.stringify(errors)).toContain("The answer failed");
    expect(JSON.stringify(errors)).not.toContain("secret");
  });
});
