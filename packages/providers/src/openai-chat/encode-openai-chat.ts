import { stage, type Stage } from "@millrace/core";
import type { Part, ReasoningEnd, SourcePart, TextDelta, ToolInputStart } from "@millrace/parts";
import type { SseFormat } from "@millrace/sse";
import { encodeAnswer, type EncoderOptions } from "../shared/encode-answer.ts";
import { finishWord } from "../shared/finish-reason.ts";
import { writtenLogprobs } from "../shared/logprobs.ts";
import { FINISH_REASONS } from "./finish-reason.ts";
import { writtenChatUsage } from "./usage.ts";

export interface EncodeOpenaiChatOptions extends EncoderOptions {
  /** Whether usage is told, as for a request with `stream_options.include_usage`. Default `true`. */
  includeUsage?: boolean;
}

/** For `sseResponse`: what goes with `encodeOpenaiChat`. A chunk is safe where ids are sent, too. */
export const openaiChatFormat: SseFormat = {
  keepAlive: '{"object":"chat.completion.chunk","choices":[]}',
};

const OBJECT = "chat.completion.chunk";

/**
 * Parts as the chunks of OpenAI's chat completions, which most clients of any model read.
 *
 * - **In / Out:** parts; the JSON of each chunk, which `sseResponse` sends, and `[DONE]` at last.
 *   Choices keep their index. Text, with logprobs, is `content`, or `refusal`; reasoning is
 *   `reasoning_content`, and what seals it `reasoning_details`; free text for a tool is a `custom`
 *   call; addresses are `annotations`. The borders of blocks are not sent, nor what the format has no
 *   place for: calls that the provider runs itself and their results, files, documents, statuses,
 *   `custom` and `raw` parts, metadata.
 * - **When:** a chunk a part, from the first that has something to say. `finish_reason` with each
 *   choice's `finish`; usage, an error and `[DONE]` at the end of the input, as choices may follow.
 * - **End:** also an answer that failed or broke off ends with `[DONE]`, behind its error; if the
 *   source fails, the output ends well. An error in an answer that is whole is not told.
 * - **Limits:** none: it holds the ids of blocks.
 * - **Errors:** none. The client gets `errorText` and the kind, in the format's words. What is taken
 *   back (`reset`) is an error.
 * - **Cost:** one `JSON.stringify` a chunk.
 * - **Source:** OpenAI's API reference, chat completion chunk object.
 *
 * @example
 * ```ts
 * import { run } from "@millrace/core";
 * import type { Part } from "@millrace/parts";
 * import { encodeOpenaiChat } from "@millrace/providers/openai-chat";
 *
 * const parts: Part[] = [
 *   { type: "text-start", id: "text-0" },
 *   { type: "text-delta", id: "text-0", delta: "Good morning" },
 * ];
 * const chunks = run(encodeOpenaiChat({ id: "c" }), parts);
 * JSON.parse(chunks[1]!).choices[0].delta; // => { content: "Good morning" }
 * chunks.at(-1); // => "[DONE]"
 * ```
 */
export function encodeOpenaiChat(options: EncodeOpenaiChatOptions = {}): Stage<Part, string> {
  const { includeUsage = true } = options;
  return stage((emit, end) =>
    encodeAnswer(options, end, "all", (about) => {
      const calls = new Map<number, number>(); // how many, by the choices that have begun
      const tools = new Map<string, Tool>(); // by id
      const refusals = new Set<string>(); // ids of blocks

      function put(choices: object[], usage?: object): void {
        const { id, created, model } = about;
        emit(JSON.stringify({ id, object: OBJECT, created, model, choices, usage }));
      }

      function choose(
        index: number,
        delta: object,
        finish_reason?: string,
        logprobs?: object,
      ): void {
        begin(index);
        put([{ index, delta, logprobs, finish_reason: finish_reason ?? null }]);
      }

      function begin(index: number): void {
        if (calls.has(index)) return;
        calls.set(index, 0);
        choose(index, { role: "assistant", content: "" });
      }

      function writeText({ id, delta, logprobs, choice = 0 }: TextDelta): void {
        if (delta === "" && logprobs === undefined) return;
        const key = refusals.has(id) ? "refusal" : "content";
        const told = logprobs && { [key]: writtenLogprobs(logprobs) };
        choose(choice, { [key]: delta }, undefined, told);
      }

      function seal({ signature, encrypted, choice = 0 }: ReasoningEnd): void {
        const details = [
          ...(signature === undefined ? [] : [{ type: "reasoning.text", signature, index: 0 }]),
          ...(encrypted === undefined
            ? []
            : [{ type: "reasoning.encrypted", data: encrypted, index: 0 }]),
        ];
        if (details.length > 0) choose(choice, { reasoning_details: details });
      }

      function startTool({ id, toolName: name, inputEncoding, choice = 0 }: ToolInputStart): void {
        begin(choice);
        const index = calls.get(choice)!;
        calls.set(choice, index + 1);
        const isText = inputEncoding === "text";
        const tool: Tool = isText
          ? { index, choice, key: "custom", field: "input" }
          : { index, choice, key: "function", field: "arguments" };
        tools.set(id, tool);
        const { key, field } = tool;
        choose(choice, { tool_calls: [{ index, id, type: key, [key]: { name, [field]: "" } }] });
      }

      function writeInput(id: string, input: string): void {
        const tool = tools.get(id);
        if (tool === undefined || input === "") return;
        const { index, choice, key, field } = tool;
        choose(choice, { tool_calls: [{ index, [key]: { [field]: input } }] });
      }

      return {
        write(part) {
          switch (part.type) {
            case "text-start":
              if (part.kind === "refusal") refusals.add(part.id);
              break;
            case "text-delta":
              writeText(part);
              break;
            case "reasoning-delta":
              if (part.delta === "") break;
              choose(part.choice ?? 0, { reasoning_content: part.delta });
              break;
            case "reasoning-end":
              seal(part);
              break;
            case "tool-input-start":
              if (part.providerExecuted !== true) startTool(part);
              break;
            case "tool-input-delta":
              writeInput(part.id, part.delta);
              break;
            case "tool-call":
              // Clients parse what they get.
              if (part.input === "" && part.inputState === "valid") {
                writeInput(part.toolCallId, "{}");
              }
              break;
            case "source":
              if (part.source.url === undefined) break;
              choose(part.choice ?? 0, { annotations: [annotation(part, part.source.url)] });
          }
        },
        finish({ choice = 0, finishReason: { unified } }) {
          choose(choice, {}, finishWord(FINISH_REASONS, unified) ?? "stop");
        },
        close(error) {
          if (calls.size === 0) begin(0);
          const usage = writtenChatUsage(about.usage);
          if (includeUsage && usage !== undefined) put([], usage);
          if (error !== undefined) emit(JSON.stringify({ error: { ...error, param: null } }));
          emit("[DONE]");
        },
      };
    }),
  );
}

interface Tool {
  index: number;
  choice: number;
  key: "function" | "custom";
  field: "arguments" | "input";
}

/** Clients want all of these fields. */
function annotation({ source: { title }, anchor }: SourcePart, url: string): object {
  const { start: start_index = 0, end: end_index = 0 } = anchor ?? {};
  return {
    type: "url_citation",
    url_citation: { url, title: title ?? url, start_index, end_index },
  };
}
