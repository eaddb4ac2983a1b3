import type { Prompt } from "../prompt.ts";
import type { ProviderConfig, RequestContext } from "../provider.ts";
import { bearer, jsonRequest } from "../shared/request/json-request.ts";

/** What is the same for all ways to ask on Bedrock. */
export interface BedrockConfig extends ProviderConfig {
  /** Such as `us-east-1`: where the model is asked, unless there is a `baseURL`. */
  region?: string;
  /** Signs each request, for those who have credentials and no key: Signature Version 4. */
  sign?: (request: Request) => Request | Promise<Request>;
  /** The model goes on with a last message of its own, as some do. Default `false`. */
  prefill?: boolean;
}

/** A request for one of the operations on a model. */
export async function bedrockRequest(
  config: BedrockConfig,
  prompt: Prompt,
  context: RequestContext,
  { operation, body }: { operation: string; body: (prompt: Prompt) => object },
): Promise<Request> {
  const { model, region = "us-east-1", sign } = config;
  const request = await jsonRequest(config, prompt, context, {
    baseURL: `https://bedrock-runtime.${region}.amazonaws.com`,
    path: `/model/${encodeURIComponent(model)}/${operation}`,
    authorize: bearer,
    body,
  });
  return sign === undefined ? request : sign(request);
}
