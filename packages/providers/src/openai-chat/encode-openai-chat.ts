import { stage, type Machine, type Stage } from "@millrace/core";
import {
  failureOf,
  isFailurePart,
  type ErrorPart,
  type Part,
  type PartFields,
  type ResetPart,
  type StreamError,
} from "@millrace/parts";
import { encodeAnswer } from "@millrace/parts/encode";
import type { SseFormat } from "@millrace/sse";
import { learn, openAbout, type EncoderOptions } from "../shared/about.ts";
import { errorCode, errorType, sentError } from "../shared/sent-error.ts";
import { writtenChatUsage } from "./usage.ts";
import { writeChoice } from "./write-choice.ts";

export interface EncodeOpenaiChatOptions extends EncoderOptions {
  /** Whether usage is told, as for a request with `stream_options.include_usage`. Default `true`. */
  includeUsage?: boolean;
}

/** For `sseResponse`: what goes with `encodeOpenaiChat`. A chunk is safe where ids are sent, too. */
export const openaiChatFormat: SseFormat = {
  keepAlive: '{"object":"chat.completion.chunk","choices":[]}',
};

/** What speaks of the response as a whole begins no choice, and none would write it. */
const OF_RESPONSE = new Set<Part["type"]>([
  "response-metadata",
  "status",
  "usage",
  "custom",
  "raw",
]);

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
  const { includeUsage = true, errorText } = options;
  return stage((emit, end) => {
    const about = openAbout(options);
    const choices = new Map<number, Machine<Part>>();
    let failure: StreamError | undefined; // why some choice is not whole
    let early: ErrorPart | undefined; // came before there was any choice

    function put(told: object[], usage?: object): void {
      const { id, created, model } = about;
      emit(JSON.stringify({ id, object: OBJECT, created, model, choices: told, usage }));
    }

    function open(index: number): Machine<Part> {
      const writer = writeChoice(
        (choice) => {
          put([{ index, ...choice }]);
        },
        (reason) => {
          failure ??= reason;
        },
      );
      const machine = encodeAnswer(writer, breakOff, { choice: index });
      choices.set(index, machine);
      if (early !== undefined) machine.push({ ...early, choice: index });
      return machine;
    }

    function breakOff(reason: unknown): void {
      close();
      end(reason);
    }

    function close(): void {
      if (choices.size === 0) open(0); // also of an answer that says nothing
      for (const machine of choices.values()) machine.flush?.();
      const usage = includeUsage ? writtenChatUsage(about.usage) : undefined;
      if (usage !== undefined) put([], usage);
      if (failure !== undefined) {
        const words = { type: errorType(failure), code: errorCode(failure), param: null };
        emit(JSON.stringify({ error: { ...sentError(failure, errorText), ...words } }));
      }
      emit("[DONE]");
    }

    /** An error is one of all choices, and what is taken back is told by its ids. */
    function hear(part: ErrorPart | ResetPart): void {
      const isKnown = early !== undefined && isFailurePart(early);
      if (part.type === "error" && choices.size === 0 && !isKnown) early = part;
      for (const [choice, machine] of choices) machine.push({ ...part, choice });
    }

    return {
      push(part) {
        learn(about, part);
        if (part.type === "error" || part.type === "reset") hear(part);
        else if ((part as PartFields).choice !== undefined || !OF_RESPONSE.has(part.type)) {
          const index = (part as PartFields).choice ?? 0;
          (choices.get(index) ?? open(index)).push(part);
        }
      },
      flush: close,
      fail(reason) {
        hear({ type: "error", error: failureOf(reason) });
        breakOff(reason);
      },
    };
  });
}
