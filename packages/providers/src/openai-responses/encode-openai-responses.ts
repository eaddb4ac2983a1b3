import { LimitError, stage, type Stage } from "@millrace/core";
import type { Part, ReasoningStart, SourcePart, TextDelta, TextStart } from "@millrace/parts";
import { encodeAnswer, type AnswerWriter } from "@millrace/parts/encode";
import type { SseEventMessage, SseFormat } from "@millrace/sse";
import { learn, openAbout, type EncoderOptions } from "../shared/about.ts";
import { finishWord } from "../shared/finish-reason.ts";
import { writtenLogprobs } from "../shared/logprobs.ts";
import { errorCode, sentError } from "../shared/sent-error.ts";
import { ITEM_KINDS, type ItemKind } from "./item-kinds.ts";
import { INCOMPLETE_REASONS } from "./status.ts";
import { writtenResponsesUsage } from "./usage.ts";
import { writeItems } from "./write-items.ts";

export interface EncodeOpenaiResponsesOptions extends EncoderOptions {
  /** UTF-16 units of the answer that may be held for its last event. Default 16 Mi. */
  maxHeld?: number;
}

/** For `sseResponse`: what goes with `encodeOpenaiResponses`. */
export const openaiResponsesFormat: SseFormat = { keepAlive: { comment: "keep-alive" } };

/**
 * With this id a message is the last one of an event stream, and `sseResponse` adds no block that has
 * nothing but the id: there are clients that parse the data of such a block, though it has none.
 */
const LAST_ID = "done";

/**
 * Parts as the events of OpenAI's Responses.
 *
 * - **In / Out:** parts; a message for each event, named as its type, which `sseResponse` sends.
 *   Choice 0 alone. Each block is an item of the output: text, with log probabilities, or a refusal in
 *   a message; reasoning or its summary, with what is encrypted; calls of functions, and custom calls
 *   where the input is free text. Addresses are annotations of the text that they are found in. What
 *   the format has no place for is not sent: calls that the provider runs itself and their results,
 *   signatures, files, other sources, statuses, `custom` and `raw` parts, metadata.
 * - **When:** events for each part as it comes, `response.created` ahead of the first.
 * - **End:** open items are ended. `response.completed` or `response.incomplete` with the `finish` of an
 *   answer that is whole; `error` and `response.failed` if it failed, broke off, or its source fails,
 *   and then the output ends well. An error in an answer that is whole is not told.
 * - **Limits:** `maxHeld`: the last event repeats all of the answer. Beyond, the answer has failed.
 * - **Errors:** none. The client gets `errorText` and the kind, in the format's words. What is taken
 *   back (`reset`) is an error.
 * - **Cost:** one `JSON.stringify` an event; all of the answer is written three times.
 * - **Source:** OpenAI's API reference, streaming events of responses; the types of its SDK.
 *
 * @example
 * ```ts
 * import { run } from "@millrace/core";
 * import type { Part } from "@millrace/parts";
 * import { encodeOpenaiResponses } from "@millrace/providers/openai-responses";
 *
 * const parts: Part[] = [
 *   { type: "text-start", id: "text-0" },
 *   { type: "text-delta", id: "text-0", delta: "Good morning" },
 * ];
 * const events = run(encodeOpenaiResponses(), parts);
 * events[4]?.type; // => "response.output_text.delta"
 * JSON.parse(events[4]!.data).delta; // => "Good morning"
 * events.at(-1)?.type; // => "response.failed"
 * ```
 */
export function encodeOpenaiResponses(
  options: EncodeOpenaiResponsesOptions = {},
): Stage<Part, SseEventMessage> {
  const { maxHeld = 16 * 1024 * 1024, errorText } = options;
  return stage((emit, end) => {
    const about = openAbout(options);
    const items = writeItems(tell, hold);
    const refusals = new Set<string>(); // ids of blocks
    const said = new Set<"text" | "refusal">();
    let id = ""; // as the first event has it: clients refuse a response that changes its own
    let sequence = 0;
    let offset = 0; // parts taken
    let held = 0;

    function hold(length: number): void {
      held += length;
      if (held <= maxHeld) return;
      held = -Infinity; // trips once: what is open must be ended
      const what = `what is held grew beyond maxHeld ${maxHeld}`;
      throw new LimitError(`Cannot encode OpenAI responses: ${what}`, {
        stage: "encodeOpenaiResponses",
        offset,
      });
    }

    function put(type: string, event: object, id?: string): void {
      const data = JSON.stringify({ type, sequence_number: sequence++, ...event });
      emit({ type, data, ...(id !== undefined && { id }) });
    }

    function tell(name: string, event: object): void {
      begin();
      put(`response.${name}`, event);
    }

    function begin(): void {
      if (sequence > 0) return;
      ({ id } = about);
      const response = responseOf("in_progress");
      put("response.created", { response });
      put("response.in_progress", { response });
    }

    function responseOf(status: string, rest?: object): object {
      const { created: created_at, model } = about;
      const nothing = { error: null, incomplete_details: null, output: [], usage: null };
      return { id, object: "response", created_at, status, model, ...nothing, ...rest };
    }

    function conclude(status: string, rest?: object): void {
      const usage = writtenResponsesUsage(about.usage);
      const response = responseOf(status, { output: items.output, usage, ...rest });
      put(`response.${status}`, { response }, LAST_ID);
    }

    function startText({ id, kind }: TextStart): void {
      const isRefusal = kind === "refusal";
      if (isRefusal) refusals.add(id);
      const phase = kind === "commentary" ? { phase: kind } : {};
      items.start(id, isRefusal ? ITEM_KINDS.refusal : ITEM_KINDS.text, phase);
    }

    function writeText({ id, delta, logprobs }: TextDelta): void {
      const isRefusal = refusals.has(id);
      if (delta === "" && (isRefusal || logprobs === undefined)) return;
      if (delta !== "") said.add(isRefusal ? "refusal" : "text");
      items.delta(id, delta, isRefusal ? {} : { logprobs: writtenLogprobs(logprobs ?? []) });
    }

    function cite({ source: { url, title }, anchor }: SourcePart): void {
      if (url === undefined || anchor === undefined) return;
      const { blockId, start: start_index = 0, end: end_index = 0 } = anchor;
      const citation = { type: "url_citation", url, title: title ?? url };
      items.annotate(blockId, { ...citation, start_index, end_index });
    }

    const writer: AnswerWriter = {
      write(part, owed) {
        offset++;
        learn(about, part);
        switch (part.type) {
          case "text-start":
            startText(part);
            break;
          case "text-delta":
            writeText(part);
            break;
          case "text-end":
            items.end(part.id, owed ? "incomplete" : "completed");
            break;
          case "reasoning-start":
            items.start(part.id, reasoningKind(part), {});
            break;
          case "reasoning-delta":
            if (part.delta !== "") items.delta(part.id, part.delta);
            break;
          case "reasoning-end":
            items.end(part.id, owed ? "incomplete" : "completed", {
              encrypted_content: part.encrypted,
            });
            break;
          case "tool-input-start": {
            const { id: call_id, toolName: name } = part;
            if (part.providerExecuted === true) break;
            const isText = part.inputEncoding === "text";
            const kind = isText ? ITEM_KINDS.textCall : ITEM_KINDS.call;
            items.start(call_id, kind, { call_id, name });
            break;
          }
          case "tool-input-delta":
            if (part.delta !== "") items.delta(part.id, part.delta);
            break;
          case "tool-call": {
            const { toolCallId, input, inputState } = part;
            // Clients parse what they get.
            if (input === "" && inputState === "valid") items.delta(toolCallId, "{}");
            items.end(toolCallId, inputState === "truncated" ? "incomplete" : "completed");
            break;
          }
          case "source":
            cite(part);
        }
      },
      finish(part, failure) {
        learn(about, part);
        const { unified } = part.finishReason;
        begin();
        if (failure !== undefined) {
          const code = errorCode(failure);
          const { message, retry_after } = sentError(failure, errorText);
          put("error", { code, message, param: null, retry_after });
          conclude("failed", { error: { code, message } });
          return;
        }
        const isRefusal = said.has("refusal") && !said.has("text");
        const isMeant = unified === "content-filter" && isRefusal; // which says it by itself
        const reason = isMeant ? undefined : finishWord(INCOMPLETE_REASONS, unified);
        if (reason === undefined) conclude("completed");
        else conclude("incomplete", { incomplete_details: { reason } });
      },
    };
    return encodeAnswer(writer, end);
  });
}

function reasoningKind({ kind }: ReasoningStart): ItemKind {
  if (kind === "redacted") return ITEM_KINDS.redacted;
  return kind === "summary" ? ITEM_KINDS.summary : ITEM_KINDS.reasoning;
}
