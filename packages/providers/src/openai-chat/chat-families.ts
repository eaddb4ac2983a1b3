import type { OpenaiChatConfig } from "./openai-chat.ts";

/** What is particular to a speaker of the format. */
export type ChatFamily = Pick<OpenaiChatConfig, "name" | "baseURL" | "dialect">;

type FamilyName =
  | "deepseek"
  | "groq"
  | "llamaCpp"
  | "lmStudio"
  | "moonshot"
  | "openrouter"
  | "perplexity"
  | "together"
  | "vllm"
  | "xai";

/**
 * Where speakers of OpenAI's chat format listen, and what they expect differently: to be spread into
 * the config of `openaiChat`. One that is missing needs no more than its `baseURL`.
 *
 * @example
 * ```ts
 * import { chatFamilies, openaiChat } from "@millrace/providers/openai-chat";
 *
 * const model = openaiChat({ ...chatFamilies.groq, apiKey: "secret", model: "llama-3.3-70b" });
 * model.name; // => "groq"
 * ```
 */
export const chatFamilies: Readonly<Record<FamilyName, ChatFamily>> = {
  deepseek: {
    name: "deepseek",
    baseURL: "https://api.deepseek.com/v1",
    dialect: { reasoning: "reasoning_content" },
  },
  groq: { name: "groq", baseURL: "https://api.groq.com/openai/v1" },
  llamaCpp: {
    name: "llama.cpp",
    baseURL: "http://localhost:8080/v1",
    dialect: { reasoning: "reasoning_content", prefill: {} },
  },
  lmStudio: { name: "lmstudio", baseURL: "http://localhost:1234/v1" },
  moonshot: {
    name: "moonshot",
    baseURL: "https://api.moonshot.ai/v1",
    dialect: { reasoning: "reasoning_content" },
  },
  openrouter: {
    name: "openrouter",
    baseURL: "https://openrouter.ai/api/v1",
    dialect: { reasoning: "reasoning" },
  },
  perplexity: { name: "perplexity", baseURL: "https://api.perplexity.ai" },
  together: { name: "together", baseURL: "https://api.together.xyz/v1" },
  vllm: {
    name: "vllm",
    baseURL: "http://localhost:8000/v1",
    dialect: { prefill: { body: { add_generation_prompt: false, continue_final_message: true } } },
  },
  xai: { name: "xai", baseURL: "https://api.x.ai/v1" },
};
