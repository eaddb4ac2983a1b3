import { gaps } from "./gaps.ts";
import { between, letters, random } from "./random.ts";
import type { Frame, Recording } from "./recording.ts";
import { tokens } from "./tokens.ts";

/** What a model said in one choice, in the order in which it is streamed. */
export interface Choice {
  /** Streamed as `reasoning_content`. */
  reasoning?: string;
  text?: string;
  refusal?: string;
  toolCalls?: ToolCall[];
  /** Default `tool_calls` if there are any, else `stop`. */
  finishReason?: string;
}

export interface ToolCall {
  id: string;
  name: string;
  /** JSON, streamed in pieces. */
  arguments: string;
}

/** A model's answer, as its author would write it down. */
export interface Answer extends Choice {
  /** Further choices, as a request with `n` above 1 gets them: streamed interleaved. */
  alternatives?: Choice[];
  /** Fields of a chunk without id and choices that comes before all others, as Azure sends it. */
  opening?: Record<string, unknown>;
  /** Fields beside each `delta`, such as Azure's `content_filter_results`. */
  annotations?: Record<string, unknown>;
  /** Whole words, in lower case, that ask for this answer when the last user message has one. */
  asked?: string[];
}

export interface ChatRecordingOptions {
  /** Default `replay`. */
  model?: string;
  /** Decides ids, gaps and where long words are cut. Default 1. */
  seed?: number;
  /** `stream_options.include_usage`: the chunk with the usage comes. Default `false`. */
  usage?: boolean;
  /** `stream_options.include_obfuscation`: random padding in each chunk. Default `false`. */
  obfuscation?: boolean;
  /** Default 24. */
  promptTokens?: number;
}

const CREATED = 1_750_000_000; // always the same, so that the same request gets the same bytes
const ID_LENGTH = 29;
const LONGEST_PADDING = 16;

/**
 * An answer as OpenAI's chat API streams it: one frame a chunk, in pieces like tokens, at the pace
 * of a hosted model. The only place that knows this format; the server plays any recording.
 *
 * - **In / Out:** an answer, or its text alone; a recording, the same for the same options.
 * - **Errors:** none.
 * - **Cost:** linear in the answer.
 * - **Source:** OpenAI API reference, the chat completion chunk object.
 *
 * @example
 * ```ts
 * import { chatRecording } from "@millrace/testing/replay";
 *
 * const { frames } = chatRecording("The mill turns.");
 * frames.length; // => 7
 * frames.at(-1)?.text; // => "data: [DONE]\n\n"
 * ```
 */
export function chatRecording(
  answer: Answer | string,
  options: ChatRecordingOptions = {},
): Recording {
  const { opening, annotations, alternatives = [], ...first } = whole(answer);
  const { model = "replay", seed = 1, usage = false, promptTokens = 24 } = options;
  const draw = random(seed);
  const nextGap = gaps(seed);
  const frames: Frame[] = [];
  const envelope = {
    id: `chatcmpl-${letters(draw, ID_LENGTH)}`,
    object: "chat.completion.chunk",
    created: CREATED,
    model,
    service_tier: "default",
    system_fingerprint: `fp_${letters(draw, 10).toLowerCase()}`,
  };

  function send(fields: object, ending = false): void {
    const padding = options.obfuscation === true ? { obfuscation: pad() } : {};
    const chunk = { ...envelope, ...fields, ...padding };
    frames.push({ delay: ending ? 0 : nextGap(), text: event(JSON.stringify(chunk)), ending });
  }

  function sendChoice(index: number, delta: object, finishReason?: string): void {
    const finish_reason = finishReason ?? null;
    const choice = { index, delta, logprobs: null, finish_reason, ...annotations };
    const noUsageYet = usage ? { usage: null } : {};
    send({ choices: [choice], ...noUsageYet }, finishReason !== undefined);
  }

  function pad(): string {
    return letters(draw, between(draw, 1, LONGEST_PADDING));
  }

  const choices = [first, ...alternatives];
  const spoken = choices.map((choice, index) => deltas(choice, seed + index));
  const longest = Math.max(...spoken.map((pieces) => pieces.length));

  if (opening !== undefined) send({ id: "", object: "", created: 0, model: "", ...opening });
  for (let round = 0; round < longest; round++) {
    spoken.forEach((pieces, index) => {
      const delta = pieces[round];
      if (delta !== undefined) sendChoice(index, delta);
    });
  }
  choices.forEach((choice, index) => {
    sendChoice(index, {}, finishReason(choice));
  });
  if (usage) send({ choices: [], usage: count(spoken, promptTokens) }, true);
  frames.push({ delay: 0, text: event("[DONE]"), ending: true });

  const headers = {
    "cache-control": "no-cache",
    "x-request-id": `req_${letters(draw, ID_LENGTH).toLowerCase()}`,
    "openai-processing-ms": String(frames[0]?.delay ?? 0),
    "x-ratelimit-limit-requests": "10000",
    "x-ratelimit-remaining-requests": "9999",
    "x-ratelimit-reset-requests": "6ms",
  };
  return { contentType: "text/event-stream; charset=utf-8", headers, frames };
}

function whole(answer: Answer | string): Answer {
  return typeof answer === "string" ? { text: answer } : answer;
}

function event(data: string): string {
  return `data: ${data}\n\n`;
}

function finishReason({ finishReason, toolCalls = [] }: Choice): string {
  return finishReason ?? (toolCalls.length > 0 ? "tool_calls" : "stop");
}

/** The `delta` of each chunk of a choice; the first carries the role. */
function deltas(choice: Choice, seed: number): object[] {
  const { reasoning, text, refusal, toolCalls = [] } = choice;
  const out: object[] = [opener(choice)];
  for (const piece of split(reasoning, seed)) out.push({ content: null, reasoning_content: piece });
  for (const content of split(text, seed)) out.push({ content });
  for (const piece of split(refusal, seed)) out.push({ refusal: piece });
  toolCalls.forEach(({ id, name, arguments: json }, index) => {
    const call = { index, id, type: "function", function: { name, arguments: "" } };
    out.push({ tool_calls: [call] });
    for (const piece of split(json, seed)) {
      out.push({ tool_calls: [{ index, function: { arguments: piece } }] });
    }
  });
  return out;
}

function opener({ reasoning, text, refusal }: Choice): object {
  const content = text === undefined && reasoning === undefined ? null : "";
  if (reasoning !== undefined) return { role: "assistant", content: null, reasoning_content: "" };
  return { role: "assistant", content, refusal: refusal === undefined ? null : "" };
}

function split(text: string | undefined, seed: number): string[] {
  return text === undefined ? [] : tokens(text, seed);
}

/** A piece counts as a token, an opening chunk as none. */
function count(spoken: object[][], promptTokens: number): object {
  const pieces = spoken.flatMap((deltas) => deltas.slice(1));
  const reasoning = pieces.filter((delta) => "reasoning_content" in delta).length;
  return {
    prompt_tokens: promptTokens,
    completion_tokens: pieces.length,
    total_tokens: promptTokens + pieces.length,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}
