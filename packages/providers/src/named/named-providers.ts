import { anthropic } from "../anthropic/index.ts";
import { bedrock } from "../bedrock/index.ts";
import { cohere } from "../cohere/index.ts";
import { gemini } from "../gemini/index.ts";
import { mistral } from "../mistral/index.ts";
import { ollama } from "../ollama/index.ts";
import { azureOpenai, chatFamilies, openaiChat } from "../openai-chat/index.ts";
import { openaiResponses } from "../openai-responses/index.ts";
import type { Provider, ProviderConfig } from "../provider.ts";

/** Variables by their names, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A provider as those know it who choose one by its name. */
export interface NamedProvider {
  /** What it speaks: the subpath of its wire format. */
  readonly format: string;
  /** Variables that may hold the key: the first that is set is taken. */
  readonly keys: readonly string[];
  /** It answers without a key, too. */
  readonly keyless?: boolean;
  /** The variable that may say where to ask, and what is put behind what it says. */
  readonly base: readonly [variable: string, path: string];
  /** The port of an address that has neither a scheme nor a port. Default: that of HTTP. */
  readonly port?: number;
  readonly make: (config: ProviderConfig, env: Environment) => Provider;
}

type Name =
  | "openai"
  | "openai-responses"
  | "anthropic"
  | "gemini"
  | "bedrock"
  | "azure"
  | "cohere"
  | "mistral"
  | "ollama"
  | "deepseek"
  | "groq"
  | "moonshot"
  | "openrouter"
  | "perplexity"
  | "together"
  | "xai"
  | "llama.cpp"
  | "lmstudio"
  | "vllm";

/**
 * Every provider that can be asked, by its name. Variables are those that the providers' own tools
 * read, and else named like them.
 */
export const namedProviders: Readonly<Record<Name, NamedProvider>> = {
  openai: {
    format: "openai-chat",
    keys: ["OPENAI_API_KEY"],
    base: ["OPENAI_BASE_URL", ""],
    make: openaiChat,
  },
  "openai-responses": {
    format: "openai-responses",
    keys: ["OPENAI_API_KEY"],
    base: ["OPENAI_BASE_URL", ""],
    make: openaiResponses,
  },
  anthropic: {
    format: "anthropic",
    keys: ["ANTHROPIC_API_KEY"],
    base: ["ANTHROPIC_BASE_URL", "/v1"],
    make: anthropic,
  },
  gemini: {
    format: "gemini",
    keys: ["GOOGLE_API_KEY", "GEMINI_API_KEY"],
    base: ["GOOGLE_GEMINI_BASE_URL", "/v1beta"],
    make: gemini,
  },
  bedrock: {
    format: "bedrock",
    keys: ["AWS_BEARER_TOKEN_BEDROCK"],
    base: ["BEDROCK_BASE_URL", ""],
    make: (config, env) => {
      const region = env["AWS_REGION"] ?? env["AWS_DEFAULT_REGION"];
      return bedrock({ ...config, ...(region !== undefined && { region }) });
    },
  },
  azure: {
    format: "openai-chat",
    keys: ["AZURE_OPENAI_API_KEY"],
    base: ["AZURE_OPENAI_ENDPOINT", ""],
    make: ({ model, baseURL, ...config }, env) => {
      if (baseURL === undefined) {
        throw new Error("azure needs to know where: set AZURE_OPENAI_ENDPOINT.");
      }
      const apiVersion = env["OPENAI_API_VERSION"];
      const version = apiVersion !== undefined && { apiVersion };
      return azureOpenai({ ...config, endpoint: baseURL, deployment: model, ...version });
    },
  },
  cohere: {
    format: "cohere",
    keys: ["CO_API_KEY", "COHERE_API_KEY"],
    base: ["CO_API_URL", ""],
    make: cohere,
  },
  mistral: {
    format: "mistral",
    keys: ["MISTRAL_API_KEY"],
    base: ["MISTRAL_BASE_URL", ""],
    make: mistral,
  },
  ollama: {
    format: "ollama",
    keys: ["OLLAMA_API_KEY"],
    keyless: true,
    base: ["OLLAMA_HOST", ""],
    port: 11_434,
    make: ollama,
  },
  deepseek: /* @__PURE__ */ family("deepseek", "DEEPSEEK"),
  groq: /* @__PURE__ */ family("groq", "GROQ", { path: "/openai/v1" }),
  moonshot: /* @__PURE__ */ family("moonshot", "MOONSHOT"),
  openrouter: /* @__PURE__ */ family("openrouter", "OPENROUTER"),
  perplexity: /* @__PURE__ */ family("perplexity", "PERPLEXITY"),
  together: /* @__PURE__ */ family("together", "TOGETHER"),
  xai: /* @__PURE__ */ family("xai", "XAI"),
  "llama.cpp": /* @__PURE__ */ family("llamaCpp", "LLAMA", { keyless: true }),
  lmstudio: /* @__PURE__ */ family("lmStudio", "LMSTUDIO", { keyless: true }),
  vllm: /* @__PURE__ */ family("vllm", "VLLM", { keyless: true }),
};

function family(
  name: keyof typeof chatFamilies,
  prefix: string,
  { path = "", keyless = false } = {},
): NamedProvider {
  return {
    format: "openai-chat",
    keys: [`${prefix}_API_KEY`],
    keyless,
    base: [`${prefix}_BASE_URL`, path],
    make: (config) => openaiChat({ ...chatFamilies[name], ...config }),
  };
}
