import type { Provider, ProviderConfig } from "@millrace/providers";
import { anthropic } from "@millrace/providers/anthropic";
import { bedrock } from "@millrace/providers/bedrock";
import { cohere } from "@millrace/providers/cohere";
import { gemini } from "@millrace/providers/gemini";
import { mistral } from "@millrace/providers/mistral";
import { ollama } from "@millrace/providers/ollama";
import { azureOpenai, chatFamilies, openaiChat } from "@millrace/providers/openai-chat";
import { openaiResponses } from "@millrace/providers/openai-responses";

/** A provider as the command line knows it. */
export interface ProviderRow {
  /** Variables that may hold the key: the first that is set is taken. */
  readonly keys: readonly string[];
  /** It answers without a key, too. */
  readonly keyless?: boolean;
  /** The variable in which its own tools look for where to ask, and what they put behind that. */
  readonly base?: readonly [variable: string, path: string];
  readonly make: (config: ProviderConfig, env: Environment) => Provider;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const family = (name: keyof typeof chatFamilies) => (config: ProviderConfig) =>
  openaiChat({ ...chatFamilies[name], ...config });

/** Every provider that can be asked. Variables are those that the providers' own tools read. */
export const PROVIDERS: Readonly<Record<string, ProviderRow>> = {
  openai: { keys: ["OPENAI_API_KEY"], base: ["OPENAI_BASE_URL", ""], make: openaiChat },
  "openai-responses": {
    keys: ["OPENAI_API_KEY"],
    base: ["OPENAI_BASE_URL", ""],
    make: openaiResponses,
  },
  anthropic: { keys: ["ANTHROPIC_API_KEY"], base: ["ANTHROPIC_BASE_URL", "/v1"], make: anthropic },
  gemini: { keys: ["GOOGLE_API_KEY", "GEMINI_API_KEY"], make: gemini },
  bedrock: {
    keys: ["AWS_BEARER_TOKEN_BEDROCK"],
    make: (config, env) => {
      const region = env["AWS_REGION"] ?? env["AWS_DEFAULT_REGION"];
      return bedrock({ ...config, ...(region !== undefined && { region }) });
    },
  },
  azure: {
    keys: ["AZURE_OPENAI_API_KEY"],
    base: ["AZURE_OPENAI_ENDPOINT", ""],
    make: ({ model, baseURL = "", ...config }, env) => {
      const apiVersion = env["OPENAI_API_VERSION"];
      const version = apiVersion !== undefined && { apiVersion };
      return azureOpenai({ ...config, endpoint: baseURL, deployment: model, ...version });
    },
  },
  cohere: { keys: ["CO_API_KEY", "COHERE_API_KEY"], base: ["CO_API_URL", ""], make: cohere },
  mistral: { keys: ["MISTRAL_API_KEY"], make: mistral },
  ollama: { keys: ["OLLAMA_API_KEY"], keyless: true, base: ["OLLAMA_HOST", ""], make: ollama },
  deepseek: { keys: ["DEEPSEEK_API_KEY"], make: family("deepseek") },
  groq: { keys: ["GROQ_API_KEY"], make: family("groq") },
  moonshot: { keys: ["MOONSHOT_API_KEY"], make: family("moonshot") },
  openrouter: { keys: ["OPENROUTER_API_KEY"], make: family("openrouter") },
  perplexity: { keys: ["PERPLEXITY_API_KEY"], make: family("perplexity") },
  together: { keys: ["TOGETHER_API_KEY"], make: family("together") },
  xai: { keys: ["XAI_API_KEY"], make: family("xai") },
  "llama.cpp": { keys: ["LLAMA_API_KEY"], keyless: true, make: family("llamaCpp") },
  lmstudio: { keys: [], keyless: true, make: family("lmStudio") },
  vllm: { keys: ["VLLM_API_KEY"], keyless: true, make: family("vllm") },
};
