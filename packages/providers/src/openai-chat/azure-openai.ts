import type { Provider, ProviderConfig } from "../provider.ts";
import { jsonRequest } from "../shared/request/json-request.ts";
import { openaiChat } from "./openai-chat.ts";
import { chatBody } from "./request-openai-chat.ts";

export interface AzureOpenaiConfig extends Omit<ProviderConfig, "baseURL" | "model"> {
  /** Such as `https://my-resource.openai.azure.com`. */
  endpoint: string;
  /** The name under which the model was deployed. */
  deployment: string;
  /** A date, for the older API whose URLs have one. Default: the API that has no versions. */
  apiVersion?: string;
}

/**
 * A model deployed at Azure OpenAI, for `ask`. An access token goes into `headers`, as `authorization`.
 *
 * - **Request:** `POST {endpoint}/openai/v1/chat/completions`, or the path of the deployment with an
 *   `apiVersion`.
 * - **Source:** Azure OpenAI's REST API reference, chat completions.
 *
 * @example
 * ```ts
 * import { azureOpenai } from "@millrace/providers/openai-chat";
 *
 * const azure = azureOpenai({ endpoint: "https://r.example", deployment: "d", apiKey: "secret" });
 * const { signal } = new AbortController();
 * const request = await azure.request({ messages: [] }, { attempt: 1, signal });
 * request.url; // => "https://r.example/openai/v1/chat/completions"
 * ```
 */
export function azureOpenai(config: AzureOpenaiConfig): Provider {
  const { name = "azure", endpoint, deployment, apiVersion } = config;
  const dialect = { maxTokens: "max_completion_tokens" } as const;
  const path =
    apiVersion === undefined
      ? "/openai/v1/chat/completions"
      : `/openai/deployments/${encodeURIComponent(deployment)}/chat/completions` +
        `?api-version=${encodeURIComponent(apiVersion)}`;
  return {
    ...openaiChat({ ...config, name, model: deployment, dialect }),
    request: (prompt, context) =>
      jsonRequest({ ...config, model: deployment }, prompt, context, {
        baseURL: endpoint,
        path,
        authorize: (key) => ({ "api-key": key }),
        body: (asked) => chatBody(asked, { name, model: deployment, dialect }),
      }),
  };
}
