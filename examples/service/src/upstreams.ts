import { openNamed, type Environment } from "@millrace/providers/named";

/** A model that the service asks. */
export interface UpstreamConfig {
  /** Default `openai`: OpenAI, or with a `baseUrl` any server of its chat completions. */
  provider?: string | undefined;
  baseUrl?: string | undefined;
  apiKey?: string | undefined;
  /** Default: the service's own. */
  model?: string | undefined;
  /** Where its provider looks for whatever else it needs. */
  env?: Environment;
}

/**
 * Reads a list such as `openai:gpt-4o-mini,anthropic:claude-sonnet-4-5`, with the keys and addresses
 * in the environment. Throws an `Error` that says what is wrong or missing.
 */
export function readUpstreams(list: string, env: Environment): UpstreamConfig[] {
  return list.split(",").map((entry) => {
    const named = entry.trim();
    openNamed(named, env); // says now what would be missing then
    const [provider = "", ...model] = named.split(":"); // models have colons, too
    return { provider, model: model.join(":"), env };
  });
}
