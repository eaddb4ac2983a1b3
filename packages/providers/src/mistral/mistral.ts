import { chatBody, type ChatDialect } from "../openai-chat/request-openai-chat.ts";
import type { FileContent } from "../prompt.ts";
import type { Provider, ProviderConfig } from "../provider.ts";
import { decodeEvents } from "../shared/decode-events.ts";
import { fileUrl } from "../shared/request/content.ts";
import { bearer, jsonRequest } from "../shared/request/json-request.ts";
import { known } from "../shared/wire.ts";
import { decodeMistral } from "./decode-mistral.ts";

/** That of every provider. */
export type MistralConfig = ProviderConfig;

const DIALECT: ChatDialect = {
  askForUsage: false,
  required: "any",
  toolIds: /^[a-zA-Z0-9]{9}$/,
  file: wireFile,
  prefill: { message: { prefix: true } },
};

/**
 * A model of Mistral's, for `ask`: the requests of `openaiChat` in Mistral's dialect.
 *
 * - **Request:** `POST {baseURL}/chat/completions`, with the key as a bearer token. Ids of calls get the
 *   nine letters and digits that it demands.
 * - **Files:** images, sounds and documents, by URL or data.
 * - **Source:** Mistral's API reference, chat completion.
 *
 * @example
 * ```ts
 * import { mistral } from "@millrace/providers/mistral";
 *
 * const model = mistral({ apiKey: "secret", model: "mistral-small-latest" });
 * const { signal } = new AbortController();
 * const prompt = { messages: [], tools: [{ name: "look" }], toolChoice: "required" as const };
 * const request = await model.request(prompt, { attempt: 1, signal });
 * (await request.json()).tool_choice; // => "any"
 * ```
 */
export function mistral(config: MistralConfig): Provider {
  const { name = "mistral", model, fetch } = config;
  return {
    name,
    prefill: true,
    fetch,
    request: (prompt, context) =>
      jsonRequest(config, prompt, context, {
        baseURL: "https://api.mistral.ai/v1",
        path: "/chat/completions",
        authorize: bearer,
        body: (asked) => chatBody(asked, { name, model, dialect: DIALECT }),
      }),
    decode: () => decodeEvents(decodeMistral({ name })),
  };
}

function wireFile(file: FileContent): object {
  const { mediaType, data, filename } = file;
  if (mediaType.startsWith("audio/")) {
    return { type: "input_audio", input_audio: data.type === "url" ? data.url : data.data };
  }
  const name = known({ document_name: filename });
  return { type: "document_url", document_url: fileUrl(file), ...name };
}
