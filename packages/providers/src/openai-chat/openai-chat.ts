import type { Provider, ProviderConfig } from "../provider.ts";
import { decodeEvents } from "../shared/decode-events.ts";
import { bearer, jsonRequest } from "../shared/request/json-request.ts";
import { decodeOpenaiChat } from "./decode-openai-chat.ts";
import { chatBody, type ChatDialect } from "./request-openai-chat.ts";

export interface OpenaiChatConfig extends ProviderConfig {
  /** What this speaker of the format expects differently. Default: what all but OpenAI know. */
  dialect?: ChatDialect;
}

const OPENAI = "https://api.openai.com/v1";
const IS_OPENAI = /^https:\/\/(?:\w+\.)?api\.openai\.com(?:\/|$)/; // also where it stands in a region

/**
 * Any model behind OpenAI's chat completions format, for `ask`: OpenAI's own, or, with a `baseURL`,
 * those of Groq, xAI, OpenRouter, vLLM, llama.cpp … (`chatFamilies` has some of them).
 *
 * - **Request:** `POST {baseURL}/chat/completions`, with the key as a bearer token.
 * - **Files:** images by URL or data, sounds and other files by data. What the format has no place for is
 *   a `TypeError`.
 * - **Reasoning** is sent back where the dialect names a field for it.
 * - **Source:** OpenAI's API reference, create chat completion.
 *
 * @example
 * ```ts
 * import { openaiChat } from "@millrace/providers/openai-chat";
 *
 * const local = openaiChat({ baseURL: "http://localhost:8080/v1", model: "any" });
 * const { signal } = new AbortController();
 * const prompt = { messages: [{ role: "user" as const, content: "Well?" }], temperature: 0 };
 * const request = await local.request(prompt, { attempt: 1, signal });
 * request.url; // => "http://localhost:8080/v1/chat/completions"
 * (await request.json()).messages; // => [{ role: "user", content: "Well?" }]
 * ```
 */
export function openaiChat(config: OpenaiChatConfig): Provider {
  const { name = "openai", model, baseURL = OPENAI, fetch } = config;
  const dialect: ChatDialect = {
    ...(IS_OPENAI.test(baseURL) && { maxTokens: "max_completion_tokens" }),
    ...config.dialect,
  };
  return {
    name,
    prefill: dialect.prefill !== undefined,
    fetch,
    request: (prompt, context) =>
      jsonRequest(config, prompt, context, {
        baseURL,
        path: "/chat/completions",
        authorize: bearer,
        body: (asked) => chatBody(asked, { name, model, dialect }),
      }),
    decode: () => decodeEvents(decodeOpenaiChat({ name })),
  };
}
