import { stage, type Stage } from "@millrace/core";
import type { Part } from "@millrace/parts";
import type { SseEvent } from "@millrace/sse";
import { openRun } from "./ag-ui/read-event.ts";
import { readAnswer, type DecoderOptions } from "./shared/read-answer.ts";

/** An event of AG-UI, such as those of `@ag-ui/core`. */
export interface AgUiEvent {
  type: string;
}

/**
 * Parts out of an AG-UI run: of an agent, of CopilotKit's runtime, of a TanStack AI server.
 *
 * - **In / Out:** server-sent events, their data, or event objects; parts in the grammar. What
 *   `encodeAgUi` put under `millrace` comes back in its place. State, steps, activities, subagents and
 *   whatever is unknown are custom parts, `ag-ui.state-delta`, whole; so is what others than the
 *   assistant say.
 * - **When:** a part at once; it ends at `RUN_FINISHED` or `RUN_ERROR`.
 * - **Truncation:** without either the finish is `interrupted`, or `error` after an error.
 * - **Limits:** `maxHeld`, for ids, encrypted reasoning and the input of tools, by a `LimitError`.
 * - **Errors:** an `error` part for what is no event; nothing else but the limit is thrown.
 * - **Cost:** one `JSON.parse` an event, and one more a tool call.
 * - **Source:** AG-UI 1.0 and 0.0.59: the event schemas of `@ag-ui/core`.
 *
 * @example
 * ```ts
 * import { run } from "@millrace/core";
 * import { text } from "@millrace/parts";
 * import { decodeAgUi } from "@millrace/ui";
 *
 * const events = [
 *   { type: "RUN_STARTED", threadId: "t", runId: "r" },
 *   { type: "TEXT_MESSAGE_CHUNK", messageId: "m", delta: "Good morning" },
 *   { type: "RUN_FINISHED", threadId: "t", runId: "r" },
 * ];
 * run(text(), run(decodeAgUi(), events)); // => ["Good morning"]
 * ```
 */
export function decodeAgUi(
  options: DecoderOptions = {},
): Stage<string | SseEvent | AgUiEvent, Part> {
  return stage((emit, end) => {
    const format = { stage: "decodeAgUi", title: "AG-UI", read: openRun() };
    return readAnswer(format, options, emit, end);
  });
}
