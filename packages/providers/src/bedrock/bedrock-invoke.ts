import { fuse } from "@millrace/core";
import type { Provider } from "../provider.ts";
import { bedrockRequest, type BedrockConfig } from "./bedrock-request.ts";
import { decodeEventStream } from "./decode-event-stream.ts";
import type { InvokeFamily } from "./invoke-families.ts";
import { invokeModelEvents } from "./invoke-model-events.ts";

export interface BedrockInvokeConfig extends BedrockConfig {
  /** How the models of its maker are asked: `claudeFamily`, `novaFamily`, or one of your own. */
  family: InvokeFamily;
}

/**
 * A model on Amazon Bedrock, for `ask`: by InvokeModel, in the model's own format. It has what Converse
 * has no word for; for all else there is `bedrock`.
 *
 * - **Request:** `POST {baseURL}/model/{model}/invoke-with-response-stream`, with the key as a bearer
 *   token, or signed by `sign`.
 * - **Files, reasoning:** as the family has them.
 * - **Source:** Amazon Bedrock's API reference, `InvokeModelWithResponseStream`.
 *
 * @example
 * ```ts
 * import { bedrockInvoke, claudeFamily } from "@millrace/providers/bedrock";
 *
 * const model = "anthropic.claude-sonnet-4-5-20250929-v1:0";
 * const claude = bedrockInvoke({ apiKey: "secret", model, family: claudeFamily });
 * const { signal } = new AbortController();
 * const messages = [{ role: "user" as const, content: "Well?" }];
 * const request = await claude.request({ messages }, { attempt: 1, signal });
 * (await request.json()).anthropic_version; // => "bedrock-2023-05-31"
 * ```
 */
export function bedrockInvoke(config: BedrockInvokeConfig): Provider {
  const { name = "bedrock", model, family, prefill = false, fetch } = config;
  return {
    name,
    prefill,
    fetch,
    request: (prompt, context) =>
      bedrockRequest(config, prompt, context, {
        operation: "invoke-with-response-stream",
        body: (asked) => family.body(asked, { name, model }),
      }),
    decode: () => fuse(decodeEventStream(), invokeModelEvents(), family.decode({ name })),
  };
}
