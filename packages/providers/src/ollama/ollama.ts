import { decodeText, fuse } from "@millrace/core";
import { ndjson } from "@millrace/parsers";
import type { Provider, ProviderConfig } from "../provider.ts";
import { bearer, jsonRequest } from "../shared/request/json-request.ts";
import { decodeOllama } from "./decode-ollama.ts";
import { ollamaBody } from "./request-ollama.ts";

export interface OllamaConfig extends ProviderConfig {
  /** The model goes on with a last message of its own. Default `true`. */
  prefill?: boolean;
}

/**
 * A model behind Ollama's own API, for `ask`.
 *
 * - **Request:** `POST {baseURL}/api/chat`. It needs no key on the same machine.
 * - **Files:** images by data. Other files, and a `toolChoice` that demands a call, are a `TypeError`.
 * - **Source:** Ollama's API documentation, generate a chat completion.
 *
 * @example
 * ```ts
 * import { ollama } from "@millrace/providers/ollama";
 *
 * const model = ollama({ model: "llama3.1" });
 * const { signal } = new AbortController();
 * const request = await model.request({ messages: [] }, { attempt: 1, signal });
 * request.url; // => "http://localhost:11434/api/chat"
 * ```
 */
export function ollama(config: OllamaConfig): Provider {
  const { name = "ollama", model, prefill = true, fetch } = config;
  return {
    name,
    prefill,
    fetch,
    request: (prompt, context) =>
      jsonRequest(config, prompt, context, {
        baseURL: "http://localhost:11434",
        path: "/api/chat",
        authorize: bearer,
        body: (asked) => ollamaBody(asked, { name, model }),
      }),
    decode: () => fuse(decodeText(), ndjson({ onInvalidLine: "emit" }), decodeOllama({ name })),
  };
}
