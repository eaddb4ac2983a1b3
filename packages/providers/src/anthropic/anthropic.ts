import type { Provider, ProviderConfig } from "../provider.ts";
import { decodeEvents } from "../shared/decode-events.ts";
import { jsonRequest } from "../shared/request/json-request.ts";
import { decodeAnthropic } from "./decode-anthropic.ts";
import { anthropicBody } from "./request-anthropic.ts";

export interface AnthropicConfig extends ProviderConfig {
  /** The model goes on with a last message of its own, as Claude did before 4.6. Default `false`. */
  prefill?: boolean;
}

/**
 * A model behind Anthropic's messages API, for `ask`.
 *
 * - **Request:** `POST {baseURL}/messages`, with the key as `x-api-key`, and 4,096 tokens where the
 *   prompt has no limit, since the format demands one.
 * - **Files:** images and PDFs, by URL or data. What the format has no place for is a `TypeError`.
 * - **Settings** are sent as they are: newer models refuse `temperature` and `topP`.
 * - **Reasoning** is sent back where it has its `signature`, or is `encrypted`.
 * - **Source:** Anthropic's API reference, create a message.
 *
 * @example
 * ```ts
 * import { anthropic } from "@millrace/providers/anthropic";
 *
 * const claude = anthropic({ apiKey: "secret", model: "claude-sonnet-4-5" });
 * const { signal } = new AbortController();
 * const messages = [{ role: "user" as const, content: "Well?" }];
 * const request = await claude.request({ messages }, { attempt: 1, signal });
 * request.url; // => "https://api.anthropic.com/v1/messages"
 * (await request.json()).max_tokens; // => 4096
 * ```
 */
export function anthropic(config: AnthropicConfig): Provider {
  const { name = "anthropic", model, prefill = false, fetch } = config;
  return {
    name,
    prefill,
    fetch,
    request: (prompt, context) =>
      jsonRequest(config, prompt, context, {
        baseURL: "https://api.anthropic.com/v1",
        path: "/messages",
        headers: { "anthropic-version": "2023-06-01" },
        authorize: (key) => ({ "x-api-key": key }),
        body: (asked) => anthropicBody(asked, { name, model }),
      }),
    decode: () => decodeEvents(decodeAnthropic({ name })),
  };
}
