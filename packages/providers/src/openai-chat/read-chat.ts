import { LimitError, type Emit, type End, type Machine } from "@millrace/core";
import type { Part, ResponseMetadata, StreamError, Usage } from "@millrace/parts";
import type { SseEvent } from "@millrace/sse";
import { emitCustom, type Answer } from "../shared/answer.ts";
import { blockIds } from "../shared/ids.ts";
import { ANY, leftovers, type UsedFields } from "../shared/leftovers.ts";
import { brokenStream, malformedEvent, providerError } from "../shared/stream-error.ts";
import { count, fields, list, text, type Wire } from "../shared/wire.ts";
import { openChoice, type Choice } from "./choice.ts";
import type { OpenaiChatChunk } from "./chunk.ts";
import type { DecodeOpenaiChatOptions } from "./decode-openai-chat.ts";
import { foreseeDelta } from "./foresee-delta.ts";
import { openSources } from "./sources.ts";
import { chatUsage } from "./usage.ts";

const DONE = "[DONE]";
const LAST_CHOICE = 127;
const LAST_SECOND = 8.64e12; // that a `Date` can hold

const NO_EVENT = "";

const CHUNK_FIELDS: UsedFields = new Map([
  ["id", "string"],
  ["object", ANY],
  ["created", "number"],
  ["model", "string"],
  ["choices", "object"],
  ["usage", "object"],
  ["error", ANY],
  ["obfuscation", ANY],
  ["p", ANY],
  ["citations", ANY],
  ["search_results", "object"],
  ["prompt_filter_results", ANY],
  ["prompt_annotations", ANY],
  ["moderation", ANY],
  ["prompt_progress", "object"],
]);

/** One run of the decoder: the stream's level, above that of its choices. */
export function readChat(
  options: DecodeOpenaiChatOptions,
  emit: Emit<Part>,
  end: End,
): Machine<SseEvent | OpenaiChatChunk> {
  const { name = "openai", raw = false, maxHeld = 16 * 1024 * 1024 } = options;
  const choices = new Map<number, Choice>();
  const ids = blockIds();
  const answer: Answer = { name, emit: put, ids, hold, fail };
  const sources = openSources(answer);
  const rest = leftovers(hold);
  let usage: Usage = { inputTokens: {}, outputTokens: {} };
  let failed = false; // an error part has been emitted
  let offset = 0; // inputs taken
  let held = 0;
  const foreseen = foreseeDelta(emit);
  let emitted = 0; // parts of the event at hand
  let last: Part | undefined; // the latest part
  const unsaid = new Set<keyof ResponseMetadata>(["id", "modelId", "timestamp", "role"]);

  function hold(length: number): void {
    held += length;
    if (held <= maxHeld) return;
    held = -Infinity; // trips once: `fail` must be able to close what is open
    throw new LimitError(`Cannot decode OpenAI chat: what is held grew beyond maxHeld ${maxHeld}`, {
      stage: "decodeOpenaiChat",
      offset,
    });
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
    if (foreseen.take(raw || type === "error" ? NO_EVENT : data)) return;
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
    if (emitted === 1 && last !== undefined) foreseen.learn(data, fields(value), last);
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
    // Some servers send their errors in a list.
    if (Array.isArray(value)) for (const item of value) readItem(type, item);
    else readItem(type, value);
  }

  function readItem(type: string, value: unknown): void {
    if (type === "error") fail(providerError(fields(value)["error"] ?? value, value));
    else if (typeof value === "object" && value !== null) readChunk(value as Wire, type);
    else fail(malformedEvent("An event is not an object", value));
  }

  function readChunk(chunk: Wire, type: string): void {
    const found = list(chunk["choices"]);
    announce(chunk, fields(fields(found[0])["delta"])["role"]);
    let choiceUsage: unknown;
    for (const choice of found) {
      readChoice(fields(choice));
      choiceUsage ??= fields(choice)["usage"];
    }
    sources.list(chunk["search_results"]);
    sources.list(chunk["citations"]);
    readNews(chunk);
    const groq = fields(chunk["x_groq"]);
    const newUsage = chunk["usage"] ?? choiceUsage ?? groq["usage"];
    if (typeof newUsage === "object" && newUsage !== null) {
      usage = chatUsage(newUsage as Wire);
      put({ type: "usage", usage });
    }
    const error =
      chunk["error"] ?? groq["error"] ?? (chunk["object"] === "error" ? chunk : undefined);
    if (error) fail(providerError(error, chunk));
    if ("choices" in chunk || newUsage) rest.take(chunk, CHUNK_FIELDS);
    else if (!error) emitCustom(answer, type === "message" ? "event" : type, chunk);
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
    if (Number.isInteger(index) && index >= 0 && index <= LAST_CHOICE) choiceAt(index).read(choice);
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
    const progress = fields(chunk["prompt_progress"]);
    const total = count(progress["total"]);
    if (!total) return;
    put({
      type: "status",
      status: "prompt",
      progress: (count(progress["processed"]) ?? 0) / total,
    });
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
        foreseen.take(NO_EVENT);
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
}

function isEvent(input: SseEvent | OpenaiChatChunk): input is SseEvent {
  return typeof fields(input)["data"] === "string";
}
