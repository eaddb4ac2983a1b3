import { stage, type Stage } from "@millrace/core";
import type { Part } from "@millrace/parts";
import type { SseEvent } from "@millrace/sse";
import { readAnswer, type DecoderOptions, type Format } from "../shared/read-answer.ts";
import type { CohereChunk } from "./chunk.ts";
import { cohereDeltaPlace, readCohere } from "./read-cohere.ts";

const FORMAT: Format = {
  stage: "decodeCohere",
  title: "Cohere",
  name: "cohere",
  deltaPlace: cohereDeltaPlace,
  open: readCohere,
};

/**
 * The answer of Cohere's `/v2/chat`.
 *
 * - **In:** `SseEvent`s, from `decodeSse({ incomplete: "dispatch", strays: "dispatch" })`; or the
 *   event objects of the `cohere-ai` package.
 * - **Out:** parts, in the grammar that `checkParts` checks. Thinking is reasoning, and so is the
 *   plan for the tools, of the kind `plan`. Citations are sources with the place that they support;
 *   its offsets are Cohere's.
 * - **When:** a delta at once; the ends of blocks, and `tool-call`, at their own ends; `finish` at
 *   `message-end`, which ends the stream.
 * - **Limits:** `maxHeld` bounds what is remembered: input of tools, ids of calls and blocks.
 * - **Errors:** what the provider sends as an error, and what is no event of this format, is an
 *   `error` part; the answer goes on with whatever follows. If the source fails, blocks are ended,
 *   an `error` and a `finish` are emitted, and the output fails with the source's reason. It throws
 *   nothing but a `LimitError`.
 * - **What the model has no place for:** stands in `providerMetadata`; unknown events and contents
 *   are `custom` parts.
 * - **Cost:** an event that differs from the last one in its delta alone is compared, not parsed;
 *   any other costs one `JSON.parse` and a look at each of its fields.
 * - **Source:** Cohere's API reference, Chat with Streaming (v2).
 *
 * @example
 * ```ts
 * import { fuse, run } from "@millrace/core";
 * import { text } from "@millrace/parts";
 * import { decodeCohere } from "@millrace/providers/cohere";
 * import { decodeSse } from "@millrace/sse";
 *
 * const body = [
 *   'data: {"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"Good "}}}}\n\n',
 *   'data: {"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"day"}}}}\n\n',
 *   'data: {"type":"message-end","delta":{"finish_reason":"COMPLETE"}}\n\n',
 * ];
 * run(fuse(decodeSse(), decodeCohere(), text()), body); // => ["Good ", "day"]
 * ```
 */
export function decodeCohere(options: DecoderOptions = {}): Stage<SseEvent | CohereChunk, Part> {
  return stage((emit, end) => readAnswer(FORMAT, options, emit, end));
}
