import { PROVIDERS, type ProviderName } from "./providers.ts";

/** A model that the service asks. */
export interface UpstreamConfig {
  /** Default `openai`: OpenAI, or with a `baseUrl` any server of its chat completions. */
  provider?: ProviderName | undefined;
  baseUrl?: string | undefined;
  apiKey?: string | undefined;
  /** Default: the service's own. */
  model?: string | undefined;
}

type Variables = Readonly<Record<string, unknown>>;

/**
 * Reads a list such as `openai:gpt-4o-mini,anthropic:claude-sonnet-4-5`, with the keys and addresses
 * in the environment. Throws an `Error` that says what is wrong or missing.
 */
export function readUpstreams(list: string, variables: Variables): UpstreamConfig[] {
  return list.split(",").map((entry) => {
    const [name = "", ...rest] = entry.trim().split(":"); // models have colons, too
    const model = rest.join(":");
    if (!isProviderName(name)) {
      throw new Error(`"${name}" is none of ${Object.keys(PROVIDERS).join(", ")}`);
    }
    if (model === "") throw new Error(`${name} needs a model, as in ${name}:a-model`);
    const row = PROVIDERS[name];
    const apiKey = textOf(variables[row.key]);
    const baseUrl = textOf(variables[row.base])?.replace(/\/+$/, "");
    if (apiKey === undefined && baseUrl === undefined && !("keyless" in row)) {
      throw new Error(`${name} needs ${row.key}`);
    }
    if (baseUrl !== undefined && !/^https?:\/\//.test(baseUrl)) {
      throw new Error(`${row.base} is no URL of HTTP`);
    }
    return { provider: name, model, baseUrl, apiKey };
  });
}

function isProviderName(name: string): name is ProviderName {
  return Object.hasOwn(PROVIDERS, name);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}
