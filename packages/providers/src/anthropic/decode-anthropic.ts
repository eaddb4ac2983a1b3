import { stage, type Stage } from "@millrace/core";
import type { Part } from "@millrace/parts";
import type { SseEvent } from "@millrace/sse";
import { readAnswer, type DecoderOptions, type Format } from "../shared/read-answer.ts";
import { anthropicDeltaPlace } from "./delta-place.ts";
import type { AnthropicEvent } from "./event.ts";
import { readAnthropic } from "./read-anthropic.ts";

const FORMAT: Format = {
  stage: "decodeAnthropic",
  title: "Anthropic messages",
  name: "anthropic",
  deltaPlace: anthropicDeltaPlace,
  open: readAnthropic,
};

/**
 * The answer of a model behind Anthropic's Messages format: Anthropic's own API, Vertex AI, and the
 * proxies that speak it.
 *
 * - **In:** `SseEvent`s, from `decodeSse({ incomplete: "dispatch", strays: "dispatch" })`, so that
 *   what a gateway says outside of any event is heard; their names are not needed. Or the events of
 *   the official SDK's stream.
 * - **Out:** parts, in the grammar that `checkParts` checks. Calls have their ids of the wire, other
 *   blocks are `text-0`, `reasoning-0` …: equal input gives equal parts.
 * - **When:** a delta at once; a `tool-call` when its block stops, but one without any input when
 *   what follows has told that it was not cut; `finish` at `message_stop`, which ends the stream, or
 *   at the end of the input.
 * - **Limits:** `maxHeld` bounds what is remembered: names and input of tools, ids, addresses of
 *   sources.
 * - **Errors:** what the provider sends as an error, and what is no event of this format, is an
 *   `error` part; the answer goes on with whatever follows. If the source fails, blocks are ended,
 *   an `error` and a `finish` are emitted, and the output fails with the source's reason. It throws
 *   nothing but a `LimitError`. A second message amid the first, which proxies send when they ask
 *   again, resets the blocks of the first.
 * - **Fields without a place in the model:** on the part of the thing that has them, under
 *   `providerMetadata`; those of events and of the message on the `finish`; unknown blocks, deltas
 *   and events as `custom` parts.
 * - **Cost:** an event that differs from the last one in its delta alone is compared, not parsed;
 *   any other costs one `JSON.parse` and a look at each of its fields.
 * - **Source:** Anthropic's API reference, streaming messages; the types of its SDK.
 *
 * @example
 * ```ts
 * import { fuse, run } from "@millrace/core";
 * import { text } from "@millrace/parts";
 * import { decodeAnthropic } from "@millrace/providers/anthropic";
 * import { decodeSse } from "@millrace/sse";
 *
 * const delta = (text: string) =>
 *   `data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"${text}"}}\n\n`;
 * const body = [delta("Good "), delta("morning"), 'data: {"type":"message_stop"}\n\n'];
 * run(fuse(decodeSse(), decodeAnthropic(), text()), body); // => ["Good ", "morning"]
 * ```
 */
export function decodeAnthropic(
  options: DecoderOptions = {},
): Stage<SseEvent | AnthropicEvent, Part> {
  return stage((emit, end) => readAnswer(FORMAT, options, emit, end));
}
