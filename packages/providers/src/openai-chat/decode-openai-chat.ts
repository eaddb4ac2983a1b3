import { LimitError, stage, type Stage } from "@millrace/core";
import type { Part, ResponseMetadata, StreamError, Usage } from "@millrace/parts";
import type { SseEvent } from "@millrace/sse";
import { emitCustom, type Answer } from "../shared/answer.ts";
import { foresight } from "../shared/foresight.ts";
import { blockIds } from "../shared/ids.ts";
import { leftovers } from "../shared/leftovers.ts";
import { brokenStream, malformedEvent, providerError } from "../shared/stream-error.ts";
import { count, fields, list, text, type Wire } from "../shared/wire.ts";
import { openChoice, type Choice } from "./choice.ts";
import type { OpenaiChatChunk } from "./chunk.ts";
import { openSources } from "./sources.ts";
import { chatUsage } from "./usage.ts";

export interface DecodeOpenaiChatOptions {
  /** The provider's name in `providerMetadata` and in `custom` parts. Default `openai`. */
  name?: string;
  /** Each event, too, as it came, before its parts. Default `false`. */
  raw?: boolean;
  /** UTF-16 units of tool input, ids and addresses that may be remembered. Default 16 Mi. */
  maxHeld?: number;
}

const DONE = "[DONE]";
const LAST_CHOICE = 127;
const LAST_SECOND = 8.64e12; // that a `Date` can hold

const OTHER = ""; // like no event
const DELTA_KEYS = ["content", "reasoning", "reasoning_content"];
const PADDING_KEYS = ["obfuscation", "p"]; // random strings that hide a delta's length

const CHUNK_FIELDS: ReadonlySet<string> = new Set([
  "id",
  "object",
  "created",
  "model",
  "choices",
  "usage",
  "error",
  "obfuscation",
  "p",
  "citations",
  "search_results",
  "prompt_filter_results",
  "prompt_annotations",
  "moderation",
  "prompt_progress",
]);

/**
 * The answer of any model behind OpenAI's chat completions format: OpenAI, Azure, DeepSeek, xAI,
 * Groq, Mistral, OpenRouter, Perplexity, vLLM, llama.cpp, Ollama … What they do differently is told
 * by the shape of what they send, not by who they are.
 *
 * - **In:** `SseEvent`s, from `decodeSse({ incomplete: "dispatch" })`, or the chunk objects of an
 *   official SDK's stream.
 * - **Out:** parts, in the grammar that `checkParts` checks. Block ids are those of the wire where
 *   it has any, else `text-0`, `reasoning-0`, `tool-0` …: equal input gives equal parts.
 * - **When:** a delta at once; `tool-input-start` with the first piece of input, when the name is
 *   sure to be whole; the ends of blocks and `tool-call` at the choice's `finish_reason`, `finish`
 *   at `[DONE]`, which ends the stream, or at the end of the input: usage, filter results and
 *   errors may follow the `finish_reason`.
 * - **Limits:** `maxHeld` bounds what is remembered: tool input, ids, addresses of sources.
 * - **Errors:** what the provider sends as an error, and what is no event of this format, is an
 *   `error` part; the answer goes on with whatever follows. If the source fails, blocks are ended,
 *   an `error` and a `finish` are emitted, and the output fails with the source's reason. It throws
 *   nothing but a `LimitError`.
 * - **Fields without a place in the model:** the last value of each on the `finish`, under
 *   `providerMetadata`; increments as `custom` parts.
 * - **Cost:** an event that differs from the last one in its delta alone is compared, not parsed;
 *   any other costs one `JSON.parse` and a look at each of its fields.
 * - **Source:** OpenAI's API reference, chat completion chunk object; the vendors' own streams.
 *
 * @example
 * ```ts
 * import { fuse, run } from "@millrace/core";
 * import { text } from "@millrace/parts";
 * import { decodeOpenaiChat } from "@millrace/providers/openai-chat";
 * import { decodeSse } from "@millrace/sse";
 *
 * const body = [
 *   'data: {"choices":[{"index":0,"delta":{"content":"Good "}}]}\n\n',
 *   'data: {"choices":[{"index":0,"delta":{"content":"morning"},"finish_reason":"stop"}]}\n\n',
 *   "data: [DONE]\n\n",
 * ];
 * run(fuse(decodeSse(), decodeOpenaiChat(), text()), body); // => ["Good ", "morning"]
 * ```
 */
export function decodeOpenaiChat(
  options: DecodeOpenaiChatOptions = {},
): Stage<SseEvent | OpenaiChatChunk, Part> {
  const { name = "openai", raw = false, maxHeld = 16 * 1024 * 1024 } = options;
  return stage((emit, end) => {
    const choices = new Map<number, Choice>();
    const ids = blockIds(hold);
    const answer: Answer = { name, emit: put, ids, hold, fail };
    const sources = openSources(answer);
    const rest = leftovers(hold);
    let usage: Usage = { inputTokens: {}, outputTokens: {} };
    let failed = false; // an error part has been emitted
    let offset = 0; // inputs taken
    let held = 0;
    const frame = foresight();
    let emitted = 0; // parts of the event at hand
    let last: Part | undefined; // the latest part
    const unsaid = new Set<keyof ResponseMetadata>(["id", "modelId", "timestamp", "role"]);

    function hold(length: number): void {
      held += length;
      if (held <= maxHeld) return;
      held = -Infinity; // trips once: `fail` must be able to close what is open
      throw new LimitError(
        `Cannot decode OpenAI chat: what is held grew beyond maxHeld ${maxHeld}`,
        { stage: "decodeOpenaiChat", offset },
      );
    }

    function put(part: Part): void {
      emitted++;
      last = part;
      emit(part);
    }

    function fail(error: StreamError): void {
      failed = true;
      put({ type: "error", error });
    }

    function readEvent({ type, data }: SseEvent): void {
      const delta = frame.foresee(raw || type === "error" ? OTHER : data);
      if (delta !== undefined) {
        goOn(delta);
        return;
      }
      let value: unknown;
      try {
        value = JSON.parse(data);
      } catch {
        readText(type, data);
        return;
      }
      if (raw) emit({ type: "raw", rawValue: value, event: type });
      emitted = 0;
      readValue(type, value);
      if (emitted === 1) learnFrom(data, fields(value));
    }

    /** The event is the last one again, but for the delta. */
    function goOn(delta: string): void {
      if (delta === "") return;
      if (last?.type === "text-delta") emit({ type: "text-delta", id: last.id, delta });
      else if (last?.type === "reasoning-delta")
        emit({ type: "reasoning-delta", id: last.id, delta });
    }

    /** An event that was one plain delta and nothing else is a frame for those that follow. */
    function learnFrom(data: string, chunk: Wire): void {
      if (last?.type !== "text-delta" && last?.type !== "reasoning-delta") return;
      if (last.choice !== undefined || "logprobs" in last || last.providerMetadata) return;
      const delta = fields(fields(list(chunk["choices"])[0])["delta"]);
      if (list(delta["reasoning_details"]).length > 0) return;
      const [key, another] = DELTA_KEYS.filter((field) => text(delta[field]) !== "");
      if (key === undefined || another !== undefined || delta[key] !== last.delta) return;
      frame.learn(
        data,
        key,
        PADDING_KEYS.find((field) => typeof chunk[field] === "string"),
      );
    }

    function readText(type: string, data: string): void {
      if (raw) emit({ type: "raw", rawValue: data, event: type });
      const word = data.trim();
      if (word === DONE) {
        finish(true);
        end();
      } else if (type === "error") fail(providerError(data));
      else if (word !== "") fail(malformedEvent("An event is not JSON", data));
    }

    function readValue(type: string, value: unknown): void {
      if (Array.isArray(value)) for (const item of value) readValue(type, item);
      else if (type === "error") fail(providerError(fields(value)["error"] ?? value, value));
      else if (typeof value === "object" && value !== null) readChunk(value as Wire, type);
      else fail(malformedEvent("An event is not an object", value));
    }

    function readChunk(chunk: Wire, type: string): void {
      const found = list(chunk["choices"]);
      announce(chunk, fields(fields(found[0])["delta"])["role"]);
      for (const choice of found) readChoice(fields(choice));
      sources.list(chunk["search_results"]);
      sources.list(chunk["citations"]);
      readNews(chunk);
      const groq = fields(chunk["x_groq"]);
      const newUsage = chunk["usage"] ?? fields(found[0])["usage"] ?? groq["usage"];
      if (typeof newUsage === "object" && newUsage !== null) {
        usage = chatUsage(newUsage as Wire);
        put({ type: "usage", usage });
      }
      const error =
        chunk["error"] ?? groq["error"] ?? (chunk["object"] === "error" ? chunk : undefined);
      if (error) fail(providerError(error, chunk));
      else if (!("choices" in chunk) && !newUsage) {
        emitCustom(answer, type === "message" ? "event" : type, chunk);
        return;
      }
      rest.take(chunk, CHUNK_FIELDS);
    }

    /** Tells of what is said for the first time; Azure's first chunk says all of it in blanks. */
    function announce(chunk: Wire, role: unknown): void {
      if (unsaid.size === 0) return;
      const seconds = count(chunk["created"]) ?? 0;
      const said: ResponseMetadata = {
        type: "response-metadata",
        ...first("id", text(chunk["id"])),
        ...first("modelId", text(chunk["model"])),
        ...first("timestamp", seconds > 0 && seconds <= LAST_SECOND && new Date(seconds * 1000)),
        ...first("role", text(role)),
      };
      if (Object.keys(said).length > 1) put(said);
    }

    function first(key: keyof ResponseMetadata, value: string | Date | false): object | undefined {
      return value && unsaid.delete(key) ? { [key]: value } : undefined;
    }

    function readChoice(choice: Wire): void {
      const index = count(choice["index"]) ?? 0;
      if (Number.isInteger(index) && index >= 0 && index <= LAST_CHOICE)
        choiceAt(index).read(choice);
      else fail(malformedEvent("A choice has no usable index", choice));
    }

    function choiceAt(index: number): Choice {
      const known = choices.get(index);
      if (known !== undefined) return known;
      const choice = openChoice(
        index === 0
          ? answer
          : {
              ...answer,
              emit: (part) => {
                put({ ...part, choice: index } as Part);
              },
            },
      );
      choices.set(index, choice);
      return choice;
    }

    /** What is told beside the answer. */
    function readNews(chunk: Wire): void {
      const filter = chunk["prompt_filter_results"] ?? chunk["prompt_annotations"];
      if (filter) {
        const value = { prompt_filter_results: filter };
        put({ type: "custom", kind: "azure.content-filter", value });
      }
      const { moderation } = chunk;
      if (moderation) put({ type: "custom", kind: "openai.moderation", value: moderation });
      const { processed, total } = fields(chunk["prompt_progress"]);
      if (total)
        put({ type: "status", status: "prompt", progress: Number(processed) / Number(total) });
    }

    /** All that closing tells of comes before the first finish. */
    function finish(done: boolean, broken?: StreamError): void {
      if (choices.size === 0) choiceAt(0);
      for (const choice of choices.values()) choice.close(done, failed || broken !== undefined);
      if (broken !== undefined) fail(broken);
      for (const choice of choices.values()) {
        choice.finish({ done, failed, usage, leftovers: rest.values });
      }
    }

    return {
      push(input) {
        if (isEvent(input)) readEvent(input);
        else {
          frame.foresee(OTHER);
          if (raw) emit({ type: "raw", rawValue: input });
          readValue("message", input);
        }
        offset++;
      },
      flush() {
        finish(false);
      },
      fail(reason) {
        finish(false, brokenStream(reason));
      },
    };
  });
}

function isEvent(input: SseEvent | OpenaiChatChunk): input is SseEvent {
  return "data" in input && typeof input.data === "string";
}
