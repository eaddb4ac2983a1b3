import { stage, type Stage } from "@millrace/core";
import type { FinishPart, Part, ReasoningStart, SourcePart, ToolInputStart } from "@millrace/parts";
import { encodeAnswer } from "@millrace/parts/encode";
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
    const open = new Map<string, Block>(); // by id
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

    function start(content_block: object): number {
      begin();
      put("content_block_start", { index: blocks, content_block });
      return blocks++;
    }

    function delta(index: number, value: object): void {
      put("content_block_delta", { index, delta: value });
    }

    function stop(id: string): void {
      const block = open.get(id);
      open.delete(id);
      if (block === undefined) return;
      if (block.isString) delta(block.index, { type: "input_json_delta", partial_json: '"' });
      put("content_block_stop", { index: block.index });
    }

    function startThinking({ id, kind }: ReasoningStart): void {
      if (kind === "redacted") return; // what is in it comes with its end
      open.set(id, { index: start({ type: "thinking", thinking: "", signature: "" }) });
    }

    function startTool({ id, toolName: name, inputEncoding, ...tool }: ToolInputStart): void {
      const isOwn = tool.providerExecuted === true;
      if (isOwn) runs.set(id, name);
      const type = isOwn ? "server_tool_use" : "tool_use";
      const index = start({ type, id, name, input: {} });
      const isString = inputEncoding === "text";
      open.set(id, { index, isString });
      if (isString) delta(index, { type: "input_json_delta", partial_json: '"' });
    }

    function writeInput(id: string, input: string): void {
      const block = open.get(id);
      if (block === undefined || input === "") return;
      const partial_json = block.isString === true ? JSON.stringify(input).slice(1, -1) : input;
      delta(block.index, { type: "input_json_delta", partial_json });
    }

    function cite({ source: { url, title }, anchor }: SourcePart): void {
      const block = open.get(anchor?.blockId ?? "");
      if (block === undefined || url === undefined) return;
      const citation = {
        type: "web_search_result_location",
        url,
        title: title ?? null,
        cited_text: anchor?.citedText ?? "",
        encrypted_index: "",
      };
      delta(block.index, { type: "citations_delta", citation });
    }

    /** Without a reason: it is not whole, but what has been used may be told. */
    function endMessage(reason: string | null = null, stop_sequence: string | null = null): void {
      begin();
      const usage = { output_tokens: 0, ...writtenAnthropicUsage(about.usage) };
      put("message_delta", { delta: { stop_reason: reason, stop_sequence }, usage });
    }

    function wholeBlock(content_block: object): void {
      put("content_block_stop", { index: start(content_block) });
    }

    return encodeAnswer(
      {
        write(part) {
          learn(about, part);
          switch (part.type) {
            case "text-start":
              open.set(part.id, { index: start({ type: "text", text: "" }) });
              break;
            case "text-delta": {
              const block = open.get(part.id);
              if (block === undefined || part.delta === "") break;
              delta(block.index, { type: "text_delta", text: part.delta });
              break;
            }
            case "reasoning-start":
              startThinking(part);
              break;
            case "reasoning-delta": {
              const block = open.get(part.id);
              if (block === undefined || part.delta === "") break;
              delta(block.index, { type: "thinking_delta", thinking: part.delta });
              break;
            }
            case "reasoning-end": {
              const { id, signature, encrypted } = part;
              const block = open.get(id);
              if (block === undefined) {
                if (encrypted !== undefined)
                  wholeBlock({ type: "redacted_thinking", data: encrypted });
              } else if (signature !== undefined) {
                delta(block.index, { type: "signature_delta", signature });
              }
              stop(id);
              break;
            }
            case "tool-input-start":
              startTool(part);
              break;
            case "tool-input-delta":
              writeInput(part.id, part.delta);
              break;
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
              wholeBlock({ type: `${name}_tool_result`, tool_use_id, content, is_error });
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
      },
      end,
    );
  });
}

interface Block {
  index: number;
  /** A tool's input that is written as a JSON string. */
  isString?: boolean;
}

function stopReason({ finishReason, continuable, stopSequence }: FinishPart): string {
  if (stopSequence !== undefined) return "stop_sequence";
  if (continuable?.kind === "pause-turn") return "pause_turn";
  return finishWord(STOP_REASONS, finishReason.unified) ?? "end_turn";
}
