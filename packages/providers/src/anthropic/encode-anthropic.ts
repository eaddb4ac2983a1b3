import { stage, type Stage } from "@millrace/core";
import type { FinishPart, Part, ReasoningEnd, SourcePart, ToolInputStart } from "@millrace/parts";
import { encodeAnswer, type AnswerWriter } from "@millrace/parts/encode";
import type { SseEventMessage, SseFormat } from "@millrace/sse";
import { learn, openAbout, type EncoderOptions } from "../shared/about.ts";
import { finishWord } from "../shared/finish-reason.ts";
import { errorType, sentError } from "../shared/sent-error.ts";
import { STOP_REASONS } from "./stop-reason.ts";
import { writtenAnthropicUsage } from "./usage.ts";

/** Those of every encoder. The format has no place for a time. */
export type EncodeAnthropicOptions = Omit<EncoderOptions, "timestamp">;

/** For `sseResponse`: what goes with `encodeAnthropic`. */
export const anthropicFormat: SseFormat = { keepAlive: { type: "ping", data: '{"type":"ping"}' } };

/**
 * Parts as the events of Anthropic's Messages.
 *
 * - **In / Out:** parts; a message for each event, named as its type, which `sseResponse` sends.
 *   Choice 0 alone. Each block is a block of content with an index of its own: text, also that of a
 *   refusal; `thinking` with its signature, or `redacted_thinking`; `tool_use`, whose free text is a
 *   JSON string; `server_tool_use` and its result, for what the provider runs. Addresses are citations
 *   of the text that they are found in. What the format has no place for is not sent: log
 *   probabilities, files, other sources, statuses, `custom` and `raw` parts, metadata.
 * - **When:** an event or two a part, `message_start` ahead of the first; redacted thinking at its end.
 * - **End:** open blocks are stopped. `message_delta` and `message_stop` with the `finish` of an answer
 *   that is whole; an `error`, behind which nothing comes, if it failed, broke off, or its source
 *   fails, and then the output ends well. An error in an answer that is whole is not told.
 * - **Limits:** none: it holds the ids of blocks.
 * - **Errors:** none. The client gets `errorText` and the kind, in the format's words. What is taken
 *   back (`reset`) is an error.
 * - **Cost:** one `JSON.stringify` an event.
 * - **Source:** Anthropic's API reference, streaming messages; the types of its SDK.
 *
 * @example
 * ```ts
 * import { run } from "@millrace/core";
 * import type { Part } from "@millrace/parts";
 * import { encodeAnthropic } from "@millrace/providers/anthropic";
 *
 * const parts: Part[] = [
 *   { type: "text-start", id: "text-0" },
 *   { type: "text-delta", id: "text-0", delta: "Good morning" },
 * ];
 * const events = run(encodeAnthropic(), parts);
 * events.map(({ type }) => type).slice(0, 3); // => ["message_start", "content_block_start", "content_block_delta"]
 * JSON.parse(events[2]!.data).delta; // => { type: "text_delta", text: "Good morning" }
 * events.at(-1)?.type; // => "error"
 * ```
 */
export function encodeAnthropic(
  options: EncodeAnthropicOptions = {},
): Stage<Part, SseEventMessage> {
  return stage((emit, end) => {
    const about = openAbout(options);
    const open = new Map<string, number>(); // the index of each block that is open, by id
    const strings = new Set<string>(); // tools whose input is written as a JSON string
    const runs = new Map<string, string>(); // the names of tools that the provider runs, by id
    let begun = false;
    let blocks = 0;

    function put(type: string, event: object): void {
      emit({ type, data: JSON.stringify({ type, ...event }) });
    }

    function begin(): void {
      if (begun) return;
      begun = true;
      const { id, model, usage } = about;
      const nothing = { content: [], stop_reason: null, stop_sequence: null };
      const message = { id, type: "message", role: "assistant", model, ...nothing };
      // Clients want both counts.
      const counts = { input_tokens: 0, output_tokens: 0, ...writtenAnthropicUsage(usage) };
      put("message_start", { message: { ...message, usage: counts } });
    }

    function start(id: string, content_block: object): void {
      begin();
      put("content_block_start", { index: blocks, content_block });
      open.set(id, blocks++);
    }

    /** Says something of a block, unless it is nothing, or the block is not open. */
    function add(id: string, type: string, field: string, value: unknown = ""): void {
      const index = open.get(id);
      if (index === undefined || value === "") return;
      put("content_block_delta", { index, delta: { type, [field]: value } });
    }

    function addInput(id: string, json: string): void {
      add(id, "input_json_delta", "partial_json", json);
    }

    function stop(id: string): void {
      if (strings.delete(id)) addInput(id, '"');
      const index = open.get(id);
      if (index === undefined) return;
      open.delete(id);
      put("content_block_stop", { index });
    }

    function startTool({ id, toolName: name, inputEncoding, ...tool }: ToolInputStart): void {
      const isOwn = tool.providerExecuted === true;
      if (isOwn) runs.set(id, name);
      start(id, { type: isOwn ? "server_tool_use" : "tool_use", id, name, input: {} });
      if (inputEncoding !== "text") return;
      strings.add(id);
      addInput(id, '"');
    }

    function endReasoning({ id, signature, encrypted: data }: ReasoningEnd): void {
      if (open.has(id)) add(id, "signature_delta", "signature", signature);
      else if (data !== undefined) start(id, { type: "redacted_thinking", data });
      stop(id);
    }

    function cite({ source: { url, title }, anchor }: SourcePart): void {
      if (url === undefined || anchor === undefined) return;
      add(anchor.blockId, "citations_delta", "citation", {
        type: "web_search_result_location",
        url,
        title: title ?? null,
        cited_text: anchor.citedText ?? "",
        encrypted_index: "",
      });
    }

    /** Without a reason: it is not whole, but what has been used may be told. */
    function endMessage(reason: string | null = null, stop_sequence: string | null = null): void {
      begin();
      const usage = { output_tokens: 0, ...writtenAnthropicUsage(about.usage) };
      put("message_delta", { delta: { stop_reason: reason, stop_sequence }, usage });
    }

    const writer: AnswerWriter = {
      write(part) {
        learn(about, part);
        switch (part.type) {
          case "text-start":
            start(part.id, { type: "text", text: "" });
            break;
          case "text-delta":
            add(part.id, "text_delta", "text", part.delta);
            break;
          case "reasoning-start":
            if (part.kind === "redacted") break; // what is in it comes with its end
            start(part.id, { type: "thinking", thinking: "", signature: "" });
            break;
          case "reasoning-delta":
            add(part.id, "thinking_delta", "thinking", part.delta);
            break;
          case "reasoning-end":
            endReasoning(part);
            break;
          case "tool-input-start":
            startTool(part);
            break;
          case "tool-input-delta": {
            const { id, delta } = part;
            addInput(id, strings.has(id) ? JSON.stringify(delta).slice(1, -1) : delta);
            break;
          }
          case "text-end":
          case "tool-input-end":
            stop(part.id);
            break;
          case "tool-call":
            stop(part.toolCallId); // unless its input has ended
            break;
          case "tool-result": {
            const { toolCallId: tool_use_id, result: content, isError: is_error } = part;
            const name = runs.get(tool_use_id);
            if (name === undefined || part.preliminary === true) break;
            const id = `${tool_use_id} result`;
            start(id, { type: `${name}_tool_result`, tool_use_id, content, is_error });
            stop(id);
            break;
          }
          case "source":
            cite(part);
        }
      },
      finish(part, failure) {
        learn(about, part);
        if (failure === undefined) {
          endMessage(stopReason(part), part.stopSequence);
          put("message_stop", {});
        } else {
          endMessage();
          const error = { type: errorType(failure), ...sentError(failure, options.errorText) };
          put("error", { error });
        }
      },
    };
    return encodeAnswer(writer, end);
  });
}

function stopReason({ finishReason, continuable, stopSequence }: FinishPart): string {
  if (stopSequence !== undefined) return "stop_sequence";
  if (continuable?.kind === "pause-turn") return "pause_turn";
  return finishWord(STOP_REASONS, finishReason.unified) ?? "end_turn";
}
