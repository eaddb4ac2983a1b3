import type { Provider, ProviderConfig } from "../provider.ts";
import { decodeEvents } from "../shared/decode-events.ts";
import { jsonRequest } from "../shared/request/json-request.ts";
import { decodeGemini } from "./decode-gemini.ts";
import { geminiBody } from "./request-gemini.ts";

/** That of every provider. */
export type GeminiConfig = ProviderConfig;

/**
 * A model behind Gemini's `generateContent`, for `ask`: Google's own API, or, with the `baseURL` of a
 * publisher and an `authorization` among the headers, Vertex.
 *
 * - **Request:** `POST {baseURL}/models/{model}:streamGenerateContent?alt=sse`, with the key as
 *   `x-goog-api-key`.
 * - **Files:** of any kind, by data, or by the URL of a file that Google can read.
 * - **Reasoning** is sent back where it has its `signature`; the signatures of texts, calls and files, in their
 *   `providerMetadata`, always are. Calls of other models go to Gemini 3 and later with Google's word for a
 *   signature that is none. Results are told by the names of their tools.
 * - **Source:** Google's API reference, `models.streamGenerateContent`.
 *
 * @example
 * ```ts
 * import { gemini } from "@millrace/providers/gemini";
 *
 * const model = gemini({ apiKey: "secret", model: "gemini-2.5-flash" });
 * const { signal } = new AbortController();
 * const messages = [{ role: "user" as const, content: "Well?" }];
 * const request = await model.request({ messages }, { attempt: 1, signal });
 * (await request.json()).contents; // => [{ role: "user", parts: [{ text: "Well?" }] }]
 * ```
 */
export function gemini(config: GeminiConfig): Provider {
  const { name = "gemini", model, fetch } = config;
  return {
    name,
    fetch,
    request: (prompt, context) =>
      jsonRequest(config, prompt, context, {
        baseURL: "https://generativelanguage.googleapis.com/v1beta",
        path: `/models/${encodeURIComponent(model)}:streamGenerateContent?alt=sse`,
        authorize: (key) => ({ "x-goog-api-key": key }),
        body: (asked) => geminiBody(asked, { name, model }),
      }),
    decode: () => decodeEvents(decodeGemini({ name })),
  };
}
