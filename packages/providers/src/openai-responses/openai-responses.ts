import type { Provider, ProviderConfig } from "../provider.ts";
import { decodeEvents } from "../shared/decode-events.ts";
import { bearer, jsonRequest } from "../shared/request/json-request.ts";
import { decodeOpenaiResponses } from "./decode-openai-responses.ts";
import { responsesBody } from "./request-openai-responses.ts";

/** That of every provider. */
export type OpenaiResponsesConfig = ProviderConfig;

/**
 * A model behind OpenAI's responses API, for `ask`.
 *
 * - **Request:** `POST {baseURL}/responses`, with the key as a bearer token. The whole prompt is sent
 *   each time.
 * - **Files:** images and documents, by URL or data. `stop` has no place in the format: a `TypeError`.
 * - **Reasoning** is sent back where it is `encrypted`. It comes so if the body asks for it:
 *   `{ store: false, include: ["reasoning.encrypted_content"] }`.
 * - **Source:** OpenAI's API reference, create a model response.
 *
 * @example
 * ```ts
 * import { openaiResponses } from "@millrace/providers/openai-responses";
 *
 * const model = openaiResponses({ apiKey: "secret", model: "gpt-5" });
 * const { signal } = new AbortController();
 * const messages = [{ role: "assistant" as const, content: "Good morning." }];
 * const request = await model.request({ messages }, { attempt: 1, signal });
 * request.url; // => "https://api.openai.com/v1/responses"
 * (await request.json()).input; // => [{ role: "assistant", content: "Good morning." }]
 * ```
 */
export function openaiResponses(config: OpenaiResponsesConfig): Provider {
  const { name = "openai", model, fetch } = config;
  return {
    name,
    fetch,
    request: (prompt, context) =>
      jsonRequest(config, prompt, context, {
        baseURL: "https://api.openai.com/v1",
        path: "/responses",
        authorize: bearer,
        body: (asked) => responsesBody(asked, { name, model }),
      }),
    decode: () => decodeEvents(decodeOpenaiResponses({ name })),
  };
}
