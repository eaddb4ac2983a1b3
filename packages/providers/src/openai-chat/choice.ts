import type { FinishReason, Usage } from "@millrace/parts";
import { emitCustom, metadata, type Answer } from "../shared/answer.ts";
import { openBlocks, type BlockKind } from "../shared/blocks.ts";
import { endWithoutReason, unifyFinishReason } from "../shared/finish-reason.ts";
import { ANY, leftovers, type UsedFields } from "../shared/leftovers.ts";
import { openaiLogprobs } from "../shared/logprobs.ts";
import { openSources } from "../shared/sources.ts";
import { providerError } from "../shared/stream-error.ts";
import { assembleToolCalls } from "../shared/tool-calls.ts";
import { count, fields, list, text, words, type Wire } from "../shared/wire.ts";
import { openExecutedTools } from "./executed-tools.ts";
import { filePart } from "./file-part.ts";
import { FINISH_REASONS } from "./finish-reason.ts";
import { citeSources } from "./sources.ts";
import { functionCallDelta, toolDelta } from "./tool-delta.ts";

/** How the stream ended: what every choice must know to finish. */
export interface Ending {
  /** By the provider's own word, `[DONE]`. */
  done: boolean;
  failed: boolean;
  usage: Usage;
  /** Fields of the chunks for which there is no part. */
  leftovers: ReadonlyMap<string, unknown>;
}

/** One of the answers in a stream. */
export interface Choice {
  read(choice: Wire): void;
  /** Nothing more comes: ends what is open, and says so if it ended badly. */
  close(done: boolean, failed: boolean): void;
  finish(ending: Ending): void;
}

// Where there are deltas, `message` and `text` repeat what they say.
const CHOICE_FIELDS: UsedFields = new Map([
  ["index", "number"],
  ["delta", "object"],
  ["message", ANY],
  ["text", ANY],
  ["logprobs", "object"],
  ["finish_reason", "string"],
  ["error", ANY],
  ["usage", "object"],
  ["content_filter_results", ANY],
  ["content_filter_offsets", ANY],
]);
const DELTA_FIELDS: UsedFields = new Map([
  ["role", "string"],
  ["content", ANY],
  ["refusal", "string"],
  ["reasoning", "string"],
  ["reasoning_content", "string"],
  ["reasoning_details", "object"],
  ["tool_calls", "object"],
  ["function_call", "object"],
  ["audio", "object"],
  ["images", ANY],
  ["executed_tools", "object"],
  ["annotations", "object"],
]);

// Places of blocks. Only those of reasoning can be open together: each other kind ends the rest.
const TEXT = "text";
const REFUSAL = "refusal";
const REASONING = "reasoning-";

const LAST_INDEX = 127;

/** `answer.emit` marks the parts with the choice. */
export function openChoice(answer: Answer): Choice {
  const { emit, ids, hold } = answer;
  const blocks = openBlocks(emit, ids);
  const tools = assembleToolCalls(answer);
  const executed = openExecutedTools(answer);
  const sources = openSources(answer);
  const rest = leftovers(hold);
  let finishReason: string | undefined; // the first one said, unless a filter had a later word
  let refused = false;
  let hasDeltas = false;
  let audioId = "";

  function readDelta(delta: Wire, logprobs: Wire): void {
    readReasoning(delta, logprobs);
    readContent(delta["content"], logprobs["content"]);
    const refusal = text(delta["refusal"]);
    if (refusal !== "") refused = true;
    write(REFUSAL, "refusal", refusal, logprobs["refusal"]);
    if (delta["audio"] !== undefined) readAudio(fields(delta["audio"]));
    for (const image of list(delta["images"])) readImage("images", image);
    readTools(delta);
    for (const item of list(delta["executed_tools"])) {
      const { index, type, arguments: input, output } = fields(item);
      const result = output === undefined || output === null ? undefined : item;
      executed.push(`${words(index)} ${text(type)}`, text(type), input, result);
    }
    citeSources(sources, delta["annotations"], blocks.latestText);
    rest.take(delta, DELTA_FIELDS, (key, field) => {
      emitCustom(answer, key, field);
    });
  }

  function write(place: string, kind: BlockKind, delta: string, items?: unknown): void {
    const extra = items ? extraOf(place, items) : undefined;
    if (delta === "" && extra === undefined) return;
    open(place, kind);
    blocks.delta(place, delta, extra);
  }

  /** Only text has a field for its logprobs. */
  function extraOf(place: string, items: unknown): ReturnType<typeof openaiLogprobs> {
    const logprobs = openaiLogprobs(items);
    return logprobs && place.startsWith(REASONING) ? metadata(answer, logprobs) : logprobs;
  }

  function open(place: string, kind: BlockKind, extra?: object): void {
    if (blocks.isOpen(place, kind)) return;
    const isReasoning = place.startsWith(REASONING);
    blocks.endAll(isReasoning ? REASONING : place);
    blocks.start(place, isReasoning ? "reasoning" : "text", kind, extra);
  }

  function readReasoning(delta: Wire, logprobs: Wire): void {
    // The details repeat what stands in the plain fields, and one plain field the other.
    let told = false;
    for (const detail of list(delta["reasoning_details"])) {
      if (readDetail(fields(detail))) told = true;
    }
    if (told) return;
    const plain = text(delta["reasoning"]) || text(delta["reasoning_content"]);
    write(`${REASONING}0`, undefined, plain, logprobs["reasoning_content"]);
  }

  /** Whether it had words. */
  function readDetail(detail: Wire): boolean {
    const { type, text: thought, summary, signature, data, ...about } = detail;
    const index = count(about["index"]) ?? 0;
    const isIndex = Number.isInteger(index) && index >= 0 && index <= LAST_INDEX;
    const place = `${REASONING}${isIndex ? index : 0}`;
    if (type === "reasoning.server_tool_call") {
      const { id, tool_name: toolName, arguments: input, result } = about;
      executed.push(text(id) || place, text(toolName), input, result);
      return false;
    }
    const told = text(thought) || text(summary);
    const proof = text(signature);
    const encrypted = text(data);
    const kind = typeof summary === "string" ? "summary" : undefined;
    const extra = Object.keys(about).length > 0 ? metadata(answer, about) : undefined;
    if (told !== "") {
      open(place, kind, extra);
      blocks.delta(place, told);
    }
    if (proof !== "") {
      open(place, kind);
      blocks.end(place, { signature: proof, ...extra });
    }
    if (encrypted !== "") {
      const isOfOpen = blocks.isOpen(place, undefined) || blocks.isOpen(place, "summary");
      if (!isOfOpen) open(place, "redacted");
      blocks.end(place, { encrypted, ...extra });
    }
    const isEmpty = thought !== undefined || summary !== undefined || data !== undefined;
    if (told + proof + encrypted === "" && !isEmpty) {
      emitCustom(answer, "reasoning_details", detail);
    }
    return told !== "";
  }

  function readContent(content: unknown, logprobs: unknown): void {
    if (typeof content === "string") write(TEXT, undefined, content, logprobs);
    else for (const item of list(content)) readContentPart(item);
  }

  function readContentPart(item: unknown): void {
    const part = fields(item);
    if (typeof item === "string") write(TEXT, undefined, item);
    else if (part["type"] === "text") write(TEXT, undefined, text(part["text"]));
    else if (part["type"] === "thinking") readThinking(part);
    else if (part["type"] === "image_url") readImage("content", part);
    else if (part["type"] === "reference") {
      const ids = list(part["reference_ids"]).map(words);
      const references = ids.map((id) => ({ file_id: id }));
      citeSources(sources, references, blocks.latestText);
    } else emitCustom(answer, "content", item);
  }

  function readImage(field: string, item: unknown): void {
    const file = filePart(item);
    if (file !== undefined) emit(file);
    else emitCustom(answer, field, item);
  }

  function readThinking({ thinking, signature }: Wire): void {
    const place = `${REASONING}0`;
    for (const piece of list(thinking)) {
      const thought = text(piece) || text(fields(piece)["text"]);
      if (thought !== "") write(place, undefined, thought);
      else if (fields(piece)["type"] === "thinking") emitCustom(answer, "content", piece);
      else if (fields(piece)["type"] !== "text") readContentPart(piece);
    }
    if (text(signature) === "") return;
    open(place, undefined);
    blocks.end(place, { signature: text(signature) });
  }

  function readAudio({ id, data, transcript, ...about }: Wire): void {
    audioId ||= text(id);
    write(TEXT, undefined, text(transcript));
    rest.take(about, NONE);
    if (text(data) === "") return;
    emit({
      type: "file",
      ...(audioId !== "" && { id: audioId }),
      mediaType: "audio/*", // the request's choice; the stream does not say
      data: { type: "data", data: text(data) },
      delta: true,
    });
  }

  function readTools(delta: Wire): void {
    const deltas = list(delta["tool_calls"]).map((item) => toolDelta(item, answer));
    const old = delta["function_call"];
    if (old !== undefined && old !== null) deltas.push(functionCallDelta(old, answer));
    if (deltas.length === 0) return;
    blocks.endAll();
    tools.push(deltas);
  }

  function readFilter(choice: Wire): void {
    const { content_filter_results: results, content_filter_offsets: offsets } = choice;
    if (!offsets && (!results || Object.keys(results).length === 0)) return;
    emit({
      type: "custom",
      kind: "azure.content-filter",
      value: { content_filter_results: results, content_filter_offsets: offsets },
    });
  }

  function close(): void {
    blocks.endAll();
    tools.finish(finishReason !== undefined && WHOLE.has(unify(finishReason)));
  }

  function ending(done: boolean, failed: boolean): FinishReason {
    if (finishReason === undefined) {
      const unified = endWithoutReason(done, failed);
      return unified === "other" && tools.validCount > 0 ? "tool-calls" : unified;
    }
    const unified = unify(finishReason);
    if (unified !== "stop") return unified;
    return tools.count > 0 ? "tool-calls" : refused ? "content-filter" : "stop";
  }

  return {
    read(choice) {
      // Some servers and gateways do not stream: then all stands in one `message`.
      const message = hasDeltas ? undefined : choice["message"];
      const delta = choice["delta"] ?? message ?? { content: choice["text"] };
      hasDeltas = true;
      readDelta(fields(delta), fields(choice["logprobs"]));
      readFilter(choice);
      rest.take(choice, CHOICE_FIELDS);
      if (choice["error"]) answer.fail(providerError(choice["error"]));
      const reason = choice["finish_reason"];
      if (typeof reason !== "string") return;
      if (!finishReason || unify(reason) === "content-filter") finishReason = reason;
      // Some servers say `""` in every chunk.
      if (reason !== "") close();
    },
    close(done, failed) {
      if (finishReason === "" && !done) finishReason = undefined;
      close();
      if (failed || finishReason === undefined) return;
      if (unify(finishReason) !== "error") return;
      const message = `The provider finished with "${finishReason}"`;
      answer.fail(providerError({ message, code: finishReason }));
    },
    finish({ done, failed, usage, leftovers: ofStream }) {
      const values = Object.fromEntries([...ofStream, ...rest.values]);
      emit({
        type: "finish",
        finishReason: { unified: ending(done, failed), raw: finishReason },
        usage,
        ...(Object.keys(values).length > 0 && metadata(answer, values)),
      });
    },
  };
}

const NONE: UsedFields = new Map();

function unify(reason: string): FinishReason {
  return unifyFinishReason(FINISH_REASONS, reason);
}

// Finish reasons that say that nothing of a call is missing.
const WHOLE: ReadonlySet<string> = new Set(["stop", "tool-calls", "other"]);
