import { stage, type Stage } from "@millrace/core";
import type { Part } from "@millrace/parts";
import type { SseEvent } from "@millrace/sse";
import { readChunk } from "./ai-sdk-ui/read-chunk.ts";
import { readAnswer, type DecoderOptions } from "./shared/read-answer.ts";

/** A chunk of the AI SDK, such as its `UIMessageChunk`. */
export interface AiSdkUiChunk {
  type: string;
}

/**
 * Parts out of an AI SDK UI message stream, as `toUIMessageStreamResponse` sends it.
 *
 * - **In / Out:** server-sent events, their data, or `UIMessageChunk` objects; parts in the grammar.
 *   What `encodeAiSdkUi` put under `millrace` comes back in its place. Data parts are custom parts of
 *   the kind `data.weather`; a chunk that is unknown is one of the kind `ai-sdk.…`, whole.
 * - **When:** a part at once; it ends at `finish` or `[DONE]`.
 * - **Truncation:** without either the finish is `interrupted`, or `error` after an error.
 * - **Limits:** `maxHeld`, for ids and for the input of tools, by a `LimitError`.
 * - **Errors:** an `error` part for what is no chunk; nothing else but the limit is thrown.
 * - **Cost:** one `JSON.parse` a chunk, and one more a tool call.
 * - **Source:** AI SDK, UI message stream protocol v1: `uiMessageChunkSchema` of `ai` 5, 6 and 7.
 *
 * @example
 * ```ts
 * import { run } from "@millrace/core";
 * import { text } from "@millrace/parts";
 * import { decodeAiSdkUi } from "@millrace/ui";
 *
 * const chunks = [
 *   { type: "text-start", id: "0" },
 *   { type: "text-delta", id: "0", delta: "Good morning" },
 * ];
 * const parts = run(decodeAiSdkUi(), chunks);
 * run(text(), parts); // => ["Good morning"]
 * parts.at(-1)?.type; // => "finish"
 * ```
 */
export function decodeAiSdkUi(
  options: DecoderOptions = {},
): Stage<string | SseEvent | AiSdkUiChunk, Part> {
  const format = { stage: "decodeAiSdkUi", title: "an AI SDK UI stream", read: readChunk };
  return stage((emit, end) => readAnswer(format, options, emit, end));
}
