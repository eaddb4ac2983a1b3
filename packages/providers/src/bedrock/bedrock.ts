import { fuse } from "@millrace/core";
import type { Provider } from "../provider.ts";
import { bedrockRequest, type BedrockConfig } from "./bedrock-request.ts";
import { decodeConverse } from "./decode-converse.ts";
import { decodeEventStream } from "./decode-event-stream.ts";
import { converseBody } from "./request-converse.ts";

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
  const { name = "bedrock", prefill = false, fetch } = config;
  return {
    name,
    prefill,
    fetch,
    request: (prompt, context) =>
      bedrockRequest(config, prompt, context, {
        operation: "converse-stream",
        body: (asked) => converseBody(asked, name),
      }),
    decode: () => fuse(decodeEventStream(), decodeConverse({ name })),
  };
}
