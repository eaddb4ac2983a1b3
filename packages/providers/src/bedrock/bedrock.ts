import { fuse } from "@millrace/core";
import type { Provider, ProviderConfig } from "../provider.ts";
import { bearer, jsonRequest } from "../shared/request/json-request.ts";
import { decodeConverse } from "./decode-converse.ts";
import { decodeEventStream } from "./decode-event-stream.ts";
import { converseBody } from "./request-converse.ts";

export interface BedrockConfig extends ProviderConfig {
  /** Such as `us-east-1`: where the model is asked, unless there is a `baseURL`. */
  region?: string;
  /** Signs each request, for those who have credentials and no key: Signature Version 4. */
  sign?: (request: Request) => Request | Promise<Request>;
  /** The model goes on with a last message of its own, as some do. Default `false`. */
  prefill?: boolean;
}

/**
 * A model on Amazon Bedrock, for `ask`: by Converse, which is the same for all of them.
 *
 * - **Request:** `POST {baseURL}/model/{model}/converse-stream`, with the key as a bearer token, or
 *   signed by `sign`.
 * - **Files:** images and documents by data. What the format has no place for is a `TypeError`.
 * - **Reasoning** is sent back with its `signature`, or as what is `encrypted`.
 * - **Source:** Amazon Bedrock's API reference, `ConverseStream`.
 *
 * @example
 * ```ts
 * import { bedrock } from "@millrace/providers/bedrock";
 *
 * const model = bedrock({ region: "us-east-1", apiKey: "secret", model: "amazon.nova-lite-v1:0" });
 * const { signal } = new AbortController();
 * const messages = [{ role: "user" as const, content: "Well?" }];
 * const request = await model.request({ messages }, { attempt: 1, signal });
 * (await request.json()).messages; // => [{ role: "user", content: [{ text: "Well?" }] }]
 * ```
 */
export function bedrock(config: BedrockConfig): Provider {
  const { name = "bedrock", model, region = "us-east-1", prefill = false, fetch, sign } = config;
  return {
    name,
    prefill,
    fetch,
    async request(prompt, context) {
      const request = await jsonRequest(config, context, {
        baseURL: `https://bedrock-runtime.${region}.amazonaws.com`,
        path: `/model/${encodeURIComponent(model)}/converse-stream`,
        authorize: bearer,
        body: converseBody(prompt, name),
      });
      return sign === undefined ? request : sign(request);
    },
    decode: () => fuse(decodeEventStream(), decodeConverse({ name })),
  };
}
