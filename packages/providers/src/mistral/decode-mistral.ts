import { stage, type Stage } from "@millrace/core";
import type { Part } from "@millrace/parts";
import type { SseEvent } from "@millrace/sse";
import { chatFormat } from "../openai-chat/profile.ts";
import { readAnswer, type DecoderOptions } from "../shared/read-answer.ts";
import { fields } from "../shared/wire.ts";
import type { MistralChunk } from "./chunk.ts";
import { renameFields } from "./rename-fields.ts";

const FORMAT = /* @__PURE__ */ chatFormat({
  stage: "decodeMistral",
  title: "Mistral",
  name: "mistral",
});

// The SDK's objects hold a chunk under this name, with other names than those of the wire.
const ENVELOPE = "data";
const WIRE_NAMES: Readonly<Record<string, string>> = {
  finishReason: "finish_reason",
  toolCalls: "tool_calls",
  toolCallId: "tool_call_id",
  referenceIds: "reference_ids",
  imageUrl: "image_url",
  documentUrl: "document_url",
  fileId: "file_id",
  promptTokens: "prompt_tokens",
  completionTokens: "completion_tokens",
  totalTokens: "total_tokens",
  promptAudioSeconds: "prompt_audio_seconds",
  serviceTier: "service_tier",
};

/**
 * The answer of Mistral's chat completions: a profile of `decodeOpenaiChat`, which says what comes
 * when, what is limited, and what errors are.
 *
 * - **In:** `SseEvent`s, from `decodeSse({ incomplete: "dispatch", strays: "dispatch" })`; or the
 *   event objects of `@mistralai/mistralai`, which hold the chunk as `data`, with names of its own.
 * - **Out:** parts, in the grammar that `checkParts` checks. Thinking is reasoning; references are
 *   sources that name a file.
 * - **When:** as `decodeOpenaiChat`.
 * - **Limits:** `maxHeld`.
 * - **Errors:** as `decodeOpenaiChat`; what does not validate comes with its `detail`.
 * - **Cost:** as `decodeOpenaiChat`; an object of the SDK is copied with other names.
 * - **Source:** Mistral's API reference, chat completion chunk.
 *
 * @example
 * ```ts
 * import { fuse, run } from "@millrace/core";
 * import { text } from "@millrace/parts";
 * import { decodeMistral } from "@millrace/providers/mistral";
 *
 * const content = [{ type: "text", text: "Good " }];
 * const events = [
 *   { data: { choices: [{ index: 0, delta: { content } }] } },
 *   { data: { choices: [{ index: 0, delta: { content: "morning" }, finishReason: "stop" }] } },
 * ];
 * run(fuse(decodeMistral(), text()), events); // => ["Good ", "morning"]
 * ```
 */
export function decodeMistral(options: DecoderOptions = {}): Stage<SseEvent | MistralChunk, Part> {
  return stage((emit, end) => {
    const machine = readAnswer<unknown>(FORMAT, options, emit, end);
    return {
      ...machine,
      push(input) {
        const chunk = fields(input)[ENVELOPE];
        const isWrapped = typeof chunk === "object" && chunk !== null;
        machine.push(isWrapped ? renameFields(chunk, WIRE_NAMES) : input);
      },
    };
  });
}
