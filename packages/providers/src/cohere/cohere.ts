import type { Provider, ProviderConfig } from "../provider.ts";
import { decodeEvents } from "../shared/decode-events.ts";
import { bearer, jsonRequest } from "../shared/request/json-request.ts";
import { decodeCohere } from "./decode-cohere.ts";
import { cohereBody } from "./request-cohere.ts";

/** That of every provider. */
export type CohereConfig = ProviderConfig;

/**
 * A model of Cohere's, for `ask`.
 *
 * - **Request:** `POST {baseURL}/v2/chat`, with the key as a bearer token.
 * - **Files:** images. Other files, and a `toolChoice` of one tool, have no place in the format: a
 *   `TypeError`.
 * - **Source:** Cohere's API reference, chat, version 2.
 *
 * @example
 * ```ts
 * import { cohere } from "@millrace/providers/cohere";
 *
 * const model = cohere({ apiKey: "secret", model: "command-a-03-2025" });
 * const { signal } = new AbortController();
 * const request = await model.request({ messages: [], topP: 0.9 }, { attempt: 1, signal });
 * request.url; // => "https://api.cohere.com/v2/chat"
 * (await request.json()).p; // => 0.9
 * ```
 */
export function cohere(config: CohereConfig): Provider {
  const { name = "cohere", model, fetch } = config;
  return {
    name,
    fetch,
    request: (prompt, context) =>
      jsonRequest(config, prompt, context, {
        baseURL: "https://api.cohere.com",
        path: "/v2/chat",
        authorize: bearer,
        body: (asked) => cohereBody(asked, { name, model }),
      }),
    decode: () => decodeEvents(decodeCohere({ name })),
  };
}
