import type { Provider, ProviderConfig } from "@millrace/providers";
import { anthropic } from "@millrace/providers/anthropic";
import { cohere } from "@millrace/providers/cohere";
import { gemini } from "@millrace/providers/gemini";
import { mistral } from "@millrace/providers/mistral";
import { ollama } from "@millrace/providers/ollama";
import { chatFamilies, openaiChat } from "@millrace/providers/openai-chat";
import { openaiResponses } from "@millrace/providers/openai-responses";

interface ProviderRow {
  /** The variable that holds the key. */
  key: string;
  /** The variable that may say where to ask instead. */
  base: string;
  /** It answers without a key, too. */
  keyless?: boolean;
  make: (config: ProviderConfig) => Provider;
}

const family = (name: keyof typeof chatFamilies) => (config: ProviderConfig) =>
  openaiChat({ ...chatFamilies[name], ...config });

/** Who can be asked, with the variables that the providers' own tools read. */
export const PROVIDERS = {
  openai: { key: "OPENAI_API_KEY", base: "OPENAI_BASE_URL", make: openaiChat },
  "openai-responses": { key: "OPENAI_API_KEY", base: "OPENAI_BASE_URL", make: openaiResponses },
  anthropic: { key: "ANTHROPIC_API_KEY", base: "ANTHROPIC_BASE_URL", make: anthropic },
  gemini: { key: "GEMINI_API_KEY", base: "GEMINI_BASE_URL", make: gemini },
  mistral: { key: "MISTRAL_API_KEY", base: "MISTRAL_BASE_URL", make: mistral },
  cohere: { key: "CO_API_KEY", base: "CO_API_URL", make: cohere },
  deepseek: { key: "DEEPSEEK_API_KEY", base: "DEEPSEEK_BASE_URL", make: family("deepseek") },
  groq: { key: "GROQ_API_KEY", base: "GROQ_BASE_URL", make: family("groq") },
  openrouter: {
    key: "OPENROUTER_API_KEY",
    base: "OPENROUTER_BASE_URL",
    make: family("openrouter"),
  },
  together: { key: "TOGETHER_API_KEY", base: "TOGETHER_BASE_URL", make: family("together") },
  xai: { key: "XAI_API_KEY", base: "XAI_BASE_URL", make: family("xai") },
  ollama: { key: "OLLAMA_API_KEY", base: "OLLAMA_BASE_URL", keyless: true, make: ollama },
  vllm: { key: "VLLM_API_KEY", base: "VLLM_BASE_URL", keyless: true, make: family("vllm") },
} satisfies Readonly<Record<string, ProviderRow>>;

export type ProviderName = keyof typeof PROVIDERS;
