import { stage, type Stage } from "@millrace/core";
import type { Part } from "@millrace/parts";
import type { SseEvent } from "@millrace/sse";
import { readAnswer, type DecoderOptions } from "../shared/read-answer.ts";
import type { OpenaiChatChunk } from "./chunk.ts";
import { chatFormat } from "./profile.ts";

const FORMAT = /* @__PURE__ */ chatFormat({
  stage: "decodeOpenaiChat",
  title: "OpenAI chat",
  name: "openai",
});

/** Those of every decoder. */
export type DecodeOpenaiChatOptions = DecoderOptions;

/**
 * The answer of any model behind OpenAI's chat completions format: OpenAI, Azure, DeepSeek, xAI,
 * Groq, Mistral, OpenRouter, Perplexity, vLLM, llama.cpp, Ollama … What they do differently is told
 * by the shape of what they send, not by who they are.
 *
 * - **In:** `SseEvent`s, from `decodeSse({ incomplete: "dispatch", strays: "dispatch" })`, so that
 *   what a gateway says outside of any event is heard; or the chunk objects of an official SDK's
 *   stream.
 * - **Out:** parts, in the grammar that `checkParts` checks. Block ids are those of the wire where
 *   it has any, else `text-0`, `reasoning-0`, `tool-0` …: equal input gives equal parts.
 * - **When:** a delta at once; `tool-input-start` with the first piece of input, when the name is
 *   sure to be whole; the ends of blocks and `tool-call` at the choice's `finish_reason`, `finish`
 *   at `[DONE]`, which ends the stream, or at the end of the input: usage, filter results and
 *   errors may follow the `finish_reason`.
 * - **Limits:** `maxHeld` bounds what is remembered: names and input of tools, ids, addresses of sources.
 * - **Errors:** what the provider sends as an error, and what is no event of this format, is an
 *   `error` part; the answer goes on with whatever follows. If the source fails, blocks are ended,
 *   an `error` and a `finish` are emitted, and the output fails with the source's reason. It throws
 *   nothing but a `LimitError`.
 * - **Fields without a place in the model:** the last value of each on the `finish`, under
 *   `providerMetadata`; increments as `custom` parts.
 * - **Cost:** an event that differs from the last one in its delta and its padding alone is compared,
 *   not parsed; where usage or timings behind them change, these are parsed; any other costs one
 *   `JSON.parse` and a look at each of its fields.
 * - **Source:** OpenAI's API reference, chat completion chunk object; the vendors' own streams.
 *
 * @example
 * ```ts
 * import { fuse, run } from "@millrace/core";
 * import { text } from "@millrace/parts";
 * import { decodeOpenaiChat } from "@millrace/providers/openai-chat";
 * import { decodeSse } from "@millrace/sse";
 *
 * const body = [
 *   'data: {"choices":[{"index":0,"delta":{"content":"Good "}}]}\n\n',
 *   'data: {"choices":[{"index":0,"delta":{"content":"morning"},"finish_reason":"stop"}]}\n\n',
 *   "data: [DONE]\n\n",
 * ];
 * run(fuse(decodeSse(), decodeOpenaiChat(), text()), body); // => ["Good ", "morning"]
 * ```
 */
export function decodeOpenaiChat(
  options: DecodeOpenaiChatOptions = {},
): Stage<SseEvent | OpenaiChatChunk, Part> {
  return stage((emit, end) => readAnswer(FORMAT, options, emit, end));
}
