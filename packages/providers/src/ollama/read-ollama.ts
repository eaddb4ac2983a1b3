import { emitCustom, metadata, type Answer } from "../shared/answer.ts";
import { openAnnouncer } from "../shared/announce.ts";
import { openBlocks } from "../shared/blocks.ts";
import {
  endWithoutReason,
  unifyFinishReason,
  type FinishReasons,
} from "../shared/finish-reason.ts";
import type { DeltaPlace } from "../shared/foresee-delta.ts";
import { ANY, leftovers, type UsedFields } from "../shared/leftovers.ts";
import { openaiLogprobs } from "../shared/logprobs.ts";
import type { AnswerReader } from "../shared/read-answer.ts";
import { malformedEvent, providerError } from "../shared/stream-error.ts";
import { startTool } from "../shared/tool-block.ts";
import { inputText } from "../shared/tool-input.ts";
import { NO_USAGE } from "../shared/usage.ts";
import { fields, list, progressOf, text, words, type Wire } from "../shared/wire.ts";
import { ollamaUsage } from "./usage.ts";

const LINE_FIELDS: UsedFields = new Map([
  ["model", "string"],
  ["created_at", ANY],
  ["message", "object"],
  ["response", "string"],
  ["thinking", "string"],
  ["done", "boolean"],
  ["done_reason", "string"],
  ["logprobs", "object"],
  ["image", "string"],
  ["completed", "number"],
  ["total", "number"],
  ["prompt_eval_count", "number"],
  ["eval_count", "number"],
]);
const MESSAGE_FIELDS: UsedFields = new Map([
  ["role", "string"],
  ["content", "string"],
  ["thinking", "string"],
  ["images", ANY],
  ["tool_calls", "object"],
]);
const FINISH_REASONS: FinishReasons = { stop: "stop", length: "length" };

// Places of blocks, of which but one is open.
const TEXT = "text";
const THINKING = "thinking";

export function readOllama(answer: Answer, done: () => void): AnswerReader {
  const { emit, fail } = answer;
  const blocks = openBlocks(emit, answer.ids);
  const announce = openAnnouncer(emit);
  const rest = leftovers(answer.hold);
  let usage = NO_USAGE;
  let finishReason: string | undefined;
  let calls = 0;

  function write(place: string, delta: string, logprobs?: unknown): void {
    const extra = openaiLogprobs(logprobs);
    if (delta === "" && extra === undefined) return;
    if (!blocks.isOpen(place, undefined)) {
      blocks.endAll();
      blocks.start(place, place === TEXT ? "text" : "reasoning", undefined);
    }
    blocks.delta(place, delta, extra);
  }

  function call(item: unknown): void {
    const { id, function: inner, ...about } = fields(item);
    const { name, arguments: input } = fields(inner ?? item);
    const toolName = text(name);
    if (toolName === "") {
      fail(malformedEvent("A tool call came without the name of its tool", item));
      return;
    }
    blocks.endAll();
    calls++;
    const wireId = words(id);
    answer.hold(wireId.length);
    const tool = startTool(answer, { wireId, toolName });
    tool.delta(inputText(input));
    tool.end(true, inner && Object.keys(about).length > 0 ? metadata(answer, about) : undefined);
  }

  function show(image: unknown): void {
    if (text(image) === "") return;
    blocks.endAll();
    emit({ type: "file", mediaType: "image/*", data: { type: "data", data: text(image) } });
  }

  function readMessage(message: Wire, line: Wire): void {
    write(THINKING, text(message["thinking"]) || text(line["thinking"]));
    write(TEXT, text(message["content"]) || text(line["response"]), line["logprobs"]);
    for (const image of list(message["images"])) show(image);
    show(line["image"]);
    for (const item of list(message["tool_calls"])) call(item);
    rest.take(message, MESSAGE_FIELDS, (key, field) => {
      emitCustom(answer, key, field);
    });
  }

  /** Pictures are made step by step. */
  function readProgress({ completed, total }: Wire): void {
    const progress = progressOf(completed, total);
    if (progress !== undefined) emit({ type: "status", status: "generating", progress });
  }

  return {
    read(line) {
      if (line["error"]) {
        fail(providerError(line["error"], line));
        return;
      }
      const message = fields(line["message"]);
      if (!KEYS.some((key) => key in line)) {
        emitCustom(answer, "event", line);
        return;
      }
      const { model, created_at: timestamp } = line;
      announce({ modelId: model, timestamp, role: message["role"] });
      readMessage(message, line);
      readProgress(line);
      rest.take(line, LINE_FIELDS);
      if (line["done"] !== true) return;
      if (typeof line["done_reason"] === "string") finishReason = line["done_reason"];
      usage = ollamaUsage(line);
      emit({ type: "usage", usage });
      done();
    },
    close() {
      blocks.endAll();
    },
    finish(isDone, failed) {
      const values = Object.fromEntries(rest.values);
      let unified =
        finishReason === undefined
          ? endWithoutReason(isDone, failed)
          : unifyFinishReason(FINISH_REASONS, finishReason);
      const isGood = unified === "stop" || (finishReason === undefined && unified === "other");
      if (isGood && calls > 0) unified = "tool-calls";
      emit({
        type: "finish",
        finishReason: { unified, raw: finishReason },
        usage,
        ...(Object.keys(values).length > 0 && metadata(answer, values)),
      });
    },
  };
}

// Any of these makes a line one of an answer.
const KEYS = ["message", "response", "thinking", "image", "done"];

/** Where a line has the delta that is all it gave: at the one key that says something. */
export function ollamaDeltaPlace(line: Wire): DeltaPlace | undefined {
  const { thinking, content } = fields(line["message"]);
  const said = { content, thinking: thinking ?? line["thinking"], response: line["response"] };
  const [one, another] = Object.entries(said).filter(([, value]) => text(value) !== "");
  if (one === undefined || another !== undefined) return undefined;
  return {
    key: one[0],
    delta: one[1],
    ...(typeof line["created_at"] === "string" && { padding: "created_at" }),
  };
}
