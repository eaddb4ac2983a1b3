import type { Provider, ProviderConfig } from "../provider.ts";
import { decodeEvents } from "../shared/decode-events.ts";
import { jsonRequest } from "../shared/request/json-request.ts";
import { decodeGeminiInteractions } from "./decode-gemini-interactions.ts";
import { interactionBody } from "./request-interaction.ts";

/** That of every provider. */
export type GeminiInteractionsConfig = ProviderConfig;

/**
 * A model behind Gemini's Interactions API, for `ask`.
 *
 * - **Request:** `POST {baseURL}/interactions`, with the key as `x-goog-api-key`. The whole prompt is
 *   sent each time, as the steps that made it; that Google keeps none of it says the body:
 *   `{ store: false }`.
 * - **Files:** of any kind, by data, or by the URL of a file that Google can read.
 * - **Reasoning** is sent back where it has its `signature`; those of calls, in their
 *   `providerMetadata`, always are.
 * - **Source:** Google's API reference, Interactions; the types of its SDK.
 *
 * @example
 * ```ts
 * import { geminiInteractions } from "@millrace/providers/gemini-interactions";
 *
 * const model = geminiInteractions({ apiKey: "secret", model: "gemini-3-flash" });
 * const { signal } = new AbortController();
 * const messages = [{ role: "user" as const, content: "Well?" }];
 * const request = await model.request({ messages }, { attempt: 1, signal });
 * request.url; // => "https://generativelanguage.googleapis.com/v1beta/interactions"
 * (await request.json()).input[0].type; // => "user_input"
 * ```
 */
export function geminiInteractions(config: GeminiInteractionsConfig): Provider {
  const { name = "gemini", model, fetch } = config;
  return {
    name,
    fetch,
    request: (prompt, context) =>
      jsonRequest(config, prompt, context, {
        baseURL: "https://generativelanguage.googleapis.com/v1beta",
        path: "/interactions",
        headers: { accept: "text/event-stream" },
        authorize: (key) => ({ "x-goog-api-key": key }),
        body: (asked) => interactionBody(asked, { name, model }),
      }),
    decode: () => decodeEvents(decodeGeminiInteractions({ name })),
  };
}
