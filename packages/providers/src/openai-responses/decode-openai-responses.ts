import { stage, type Stage } from "@millrace/core";
import type { Part } from "@millrace/parts";
import type { SseEvent } from "@millrace/sse";
import { readAnswer, type DecoderOptions, type Format } from "../shared/read-answer.ts";
import { responsesDeltaPlace } from "./delta-place.ts";
import type { OpenaiResponsesEvent } from "./event.ts";
import { readResponses } from "./read-responses.ts";

const FORMAT: Format = {
  stage: "decodeOpenaiResponses",
  title: "OpenAI responses",
  name: "openai",
  deltaPlace: responsesDeltaPlace,
  open: readResponses,
};

/**
 * The answer of a model behind OpenAI's Responses format: OpenAI, Azure, xAI, OpenRouter, DeepSeek,
 * Bedrock, LM Studio … Items are told apart by their place in the output, as some servers let ids
 * rotate.
 *
 * - **In:** `SseEvent`s, from `decodeSse({ incomplete: "dispatch", strays: "dispatch" })`, so that
 *   what a gateway says outside of any event is heard; their names are not needed. Or the events of
 *   the official SDK's stream.
 * - **Out:** parts, in the grammar that `checkParts` checks. Calls have the ids by which they are
 *   answered, other blocks are `text-0`, `reasoning-0` …: equal input gives equal parts. The ids of
 *   items stand in `providerMetadata` as `itemId`. Each `status` has a cursor, at which the provider
 *   takes up a response that runs in the background; a `finish` that came too early has it too.
 * - **When:** a delta at once; a `tool-call` when its input is whole; the last part of a reasoning
 *   ends with its item; `finish` with the event that ends the response, which ends the stream, or at
 *   the end of the input.
 * - **Limits:** `maxHeld` bounds what is remembered: names and input of tools, ids.
 * - **Errors:** what the provider sends as an error, and what is no event of this format, is an
 *   `error` part; the answer goes on with whatever follows. If the source fails, blocks are ended,
 *   an `error` and a `finish` are emitted, and the output fails with the source's reason. It throws
 *   nothing but a `LimitError`. Another response amid the first, which proxies send when they ask
 *   again, is an error that ends the answer.
 * - **Deltas and wholes:** what is said as a whole after its deltas adds what they left out. Where it
 *   says otherwise, what came stays, and the whole stands in the `providerMetadata` of the end.
 *   Events whose number has been there are passed over, and an answer taken up in the middle does
 *   not tell again of the texts before.
 * - **Fields without a place in the model:** on the part of the thing that has them, under
 *   `providerMetadata`; those of events and of the response on the `finish`; unknown items and
 *   events as `custom` parts.
 * - **Cost:** an event that differs from the last one in its delta, its number and its padding alone
 *   is compared, not parsed; any other costs one `JSON.parse` and a look at each of its fields.
 * - **Source:** OpenAI's API reference, streaming events of responses; the types of its SDK.
 *
 * @example
 * ```ts
 * import { fuse, run } from "@millrace/core";
 * import { text } from "@millrace/parts";
 * import { decodeOpenaiResponses } from "@millrace/providers/openai-responses";
 * import { decodeSse } from "@millrace/sse";
 *
 * const body = [
 *   'data: {"type":"response.output_text.delta","output_index":0,"delta":"Good "}\n\n',
 *   'data: {"type":"response.output_text.delta","output_index":0,"delta":"morning"}\n\n',
 *   'data: {"type":"response.completed","response":{"status":"completed"}}\n\n',
 * ];
 * run(fuse(decodeSse(), decodeOpenaiResponses(), text()), body); // => ["Good ", "morning"]
 * ```
 */
export function decodeOpenaiResponses(
  options: DecoderOptions = {},
): Stage<SseEvent | OpenaiResponsesEvent, Part> {
  return stage((emit, end) => readAnswer(FORMAT, options, emit, end));
}
