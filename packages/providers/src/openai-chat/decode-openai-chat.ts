import { LimitError, stage, type Stage } from "@millrace/core";
import type { Part, ResponseMetadata, StreamError, Usage } from "@millrace/parts";
import { emitCustom, type Answer } from "../shared/answer.ts";
import { blockIds } from "../shared/ids.ts";
import { leftovers } from "../shared/leftovers.ts";
import type { SseEvent } from "../shared/sse-event.ts";
import { brokenStream, malformedEvent, providerError } from "../shared/stream-error.ts";
import { count, fields, known, list, text, type Wire } from "../shared/wire.ts";
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
const LAST_TIME = 8.64e15; // of a `Date`

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

/** docs */
export function decodeOpenaiChat(
  options: DecodeOpenaiChatOptions = {},
): Stage<SseEvent | OpenaiChatChunk, Part> {
  const { name = "openai", raw = false, maxHeld = 16 * 1024 * 1024 } = options;
  return stage((emit, end) => {
    const choices = new Map<number, Choice>();
    const ids = blockIds(hold);
    const answer: Answer = { name, emit, ids, hold, fail };
    const sources = openSources(answer);
    const rest = leftovers(hold);
    let usage: Usage = { inputTokens: {}, outputTokens: {} };
    let failed = false; // an error part has been emitted
    let offset = 0; // inputs taken
    let held = 0;
    const unknown = new Set<string>(["id", "modelId", "timestamp", "role"]); // not yet said

    function hold(length: number): void {
      held += length;
      if (held <= maxHeld) return;
      held = -Infinity; // trips once: `fail` must be able to close what is open
      throw new LimitError(
        `Cannot decode OpenAI chat: what is held grew beyond maxHeld ${maxHeld}`,
        { stage: "decodeOpenaiChat", offset },
      );
    }

    function fail(error: StreamError): void {
      failed = true;
      emit({ type: "error", error });
    }

    function readEvent({ type, data }: SseEvent): void {
      let value: unknown;
      try {
        value = JSON.parse(data);
      } catch {
        readText(type, data);
        return;
      }
      if (raw) emit({ type: "raw", rawValue: value, event: type });
      readValue(type, value);
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
        emit({ type: "usage", usage });
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
      if (unknown.size === 0) return;
      const time = (count(chunk["created"]) ?? 0) * 1000;
      const said: Omit<ResponseMetadata, "type"> = known({
        id: text(chunk["id"]),
        modelId: text(chunk["model"]),
        timestamp: time > 0 && time <= LAST_TIME ? new Date(time) : undefined,
        role: text(role),
      });
      for (const key of Object.keys(said) as (keyof typeof said)[]) {
        if (!unknown.delete(key)) delete said[key];
      }
      if (Object.keys(said).length > 0) emit({ type: "response-metadata", ...said });
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
          : { ...answer, emit: (part) => emit({ ...part, choice: index } as Part) },
      );
      choices.set(index, choice);
      return choice;
    }

    /** What is told beside the answer. */
    function readNews(chunk: Wire): void {
      const filter = chunk["prompt_filter_results"] ?? chunk["prompt_annotations"];
      if (filter) {
        const value = { prompt_filter_results: filter };
        emit({ type: "custom", kind: "azure.content-filter", value });
      }
      const { moderation } = chunk;
      if (moderation) emit({ type: "custom", kind: "openai.moderation", value: moderation });
      const { processed, total } = fields(chunk["prompt_progress"]);
      if (total)
        emit({ type: "status", status: "prompt", progress: Number(processed) / Number(total) });
    }

    function finish(done: boolean): void {
      if (choices.size === 0) choiceAt(0);
      // All that closing may tell of comes before the first finish.
      for (const choice of choices.values()) choice.close(done, failed);
      for (const choice of choices.values()) {
        choice.finish({ done, failed, usage, leftovers: rest.values });
      }
    }

    return {
      push(input) {
        if (isEvent(input)) readEvent(input);
        else {
          if (raw) emit({ type: "raw", rawValue: input });
          readValue("message", input);
        }
        offset++;
      },
      flush() {
        finish(false);
      },
      fail(reason) {
        fail(brokenStream(reason));
        finish(false);
      },
    };
  });
}

function isEvent(input: SseEvent | OpenaiChatChunk): input is SseEvent {
  return "data" in input && typeof input.data === "string";
}
