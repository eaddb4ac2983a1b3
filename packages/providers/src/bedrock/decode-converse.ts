import { stage, type Stage } from "@millrace/core";
import type { Part } from "@millrace/parts";
import type { SseEvent } from "@millrace/sse";
import { readAnswer, type DecoderOptions, type Format } from "../shared/read-answer.ts";
import type { ConverseChunk } from "./chunk.ts";
import { frameEvent, isFrame } from "./frame-event.ts";
import type { EventStreamFrame } from "./frame.ts";
import { converseDeltaPlace, readConverse } from "./read-converse.ts";

const FORMAT: Format = {
  stage: "decodeConverse",
  title: "Converse",
  name: "bedrock",
  deltaPlace: converseDeltaPlace,
  open: readConverse,
};

/**
 * The answer of Bedrock's `ConverseStream`, whatever the model.
 *
 * - **In:** frames, from `decodeEventStream()`; or the objects of AWS' SDK; or the events of a model
 *   that is asked by InvokeModel and answers like this, as Nova does: from `invokeModelEvents()`.
 * - **Out:** parts, in the grammar that `checkParts` checks. Reasoning that is redacted comes whole, in
 *   one Base64, at the end of its block.
 * - **When:** a delta at once; the end of a block, and `tool-call`, at its `contentBlockStop`; `finish`
 *   at the `metadata` behind `messageStop`, which ends the stream, or at the end of the input.
 * - **Limits:** `maxHeld` bounds what is remembered: input and ids of tools, redacted reasoning.
 * - **Errors:** exceptions and errors of the stream, and what is no event of this format, are `error`
 *   parts; the answer goes on with whatever follows. If the source fails, blocks are ended, an `error`
 *   and a `finish` are emitted, and the output fails with the source's reason: also where
 *   `decodeEventStream` finds a frame broken. It throws nothing but a `LimitError`.
 * - **Fields without a place in the model:** the last value of each on the `finish`, under
 *   `providerMetadata`: metrics, traces of guardrails; unknown events and contents as `custom` parts.
 *   The padding `p` is dropped.
 * - **Cost:** an event that differs from the last one in its delta and its padding alone is compared,
 *   not parsed; any other costs one `JSON.parse` and a look at each of its fields.
 * - **Source:** AWS, ConverseStream, ConverseStreamOutput.
 *
 * @example
 * ```ts
 * import { fuse, run } from "@millrace/core";
 * import { text } from "@millrace/parts";
 * import { decodeConverse } from "@millrace/providers/bedrock";
 *
 * const events = [
 *   { contentBlockDelta: { contentBlockIndex: 0, delta: { text: "Good morning" } } },
 *   { messageStop: { stopReason: "end_turn" } },
 * ];
 * run(fuse(decodeConverse(), text()), events); // => ["Good morning"]
 * ```
 */
export function decodeConverse(
  options: DecoderOptions = {},
): Stage<EventStreamFrame | SseEvent | ConverseChunk, Part> {
  return stage((emit, end) => {
    const machine = readAnswer<unknown>(FORMAT, options, emit, end);
    return {
      ...machine,
      push(input) {
        machine.push(isFrame(input) ? frameEvent(input) : input);
      },
    };
  });
}
