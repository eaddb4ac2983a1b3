import { stage, type Stage } from "@millrace/core";
import type { Part } from "@millrace/parts";
import type { SseEvent } from "@millrace/sse";
import { readAnswer, type DecoderOptions, type Format } from "../shared/read-answer.ts";
import type { GeminiInteractionsChunk } from "./chunk.ts";
import { interactionDeltaPlace, readInteraction } from "./read-interaction.ts";

const FORMAT: Format = {
  stage: "decodeGeminiInteractions",
  title: "Gemini Interactions",
  name: "gemini",
  deltaPlace: interactionDeltaPlace,
  open: readInteraction,
};

/**
 * An interaction with Gemini's models or agents, as it streams from the Interactions API.
 *
 * - **In:** `SseEvent`s, from `decodeSse({ incomplete: "dispatch", strays: "dispatch" })`; or the
 *   event objects of `@google/genai`, also those of several requests that continue each other.
 * - **Out:** parts, in the grammar that `checkParts` checks: a block for each step. Tools that the
 *   provider runs are calls that say so, with their results. Statuses come as `status` parts with
 *   the id of the event, behind which the stream can be taken up again.
 * - **When:** a delta at once; the end of a block, and `tool-call`, at its `step.stop`; `finish` at
 *   `interaction.completed`, which ends the stream, or at `[DONE]`, or at the end of the input. A
 *   status of `requires_continuation` ends nothing, since more may follow.
 * - **Limits:** `maxHeld` bounds what is remembered: input and ids of tools, signatures.
 * - **Errors:** what the provider sends as an error, and what is no event of this format, is an
 *   `error` part; the answer goes on with whatever follows. If the source fails, blocks are ended,
 *   an `error` and a `finish` are emitted, and the output fails with the source's reason. It throws
 *   nothing but a `LimitError`.
 * - **Events said again:** are passed over, by the ids of the latest 4,096.
 * - **Fields without a place in the model:** the last value of each on the `finish`, under
 *   `providerMetadata`; unknown events, steps and deltas as `custom` parts.
 * - **Cost:** an event without an id that differs from the last one in its text alone is compared, not
 *   parsed; any other costs one `JSON.parse` and a look at each of its fields.
 * - **Source:** Google's API reference, Interactions, streaming events.
 *
 * @example
 * ```ts
 * import { fuse, run } from "@millrace/core";
 * import { text } from "@millrace/parts";
 * import { decodeGeminiInteractions } from "@millrace/providers/gemini-interactions";
 *
 * const events = [
 *   { event_type: "step.start", index: 0, step: { type: "model_output" } },
 *   { event_type: "step.delta", index: 0, delta: { type: "text", text: "Good morning" } },
 *   { event_type: "interaction.completed", interaction: { status: "completed" } },
 * ];
 * run(fuse(decodeGeminiInteractions(), text()), events); // => ["Good morning"]
 * ```
 */
export function decodeGeminiInteractions(
  options: DecoderOptions = {},
): Stage<SseEvent | GeminiInteractionsChunk, Part> {
  return stage((emit, end) => readAnswer(FORMAT, options, emit, end));
}
