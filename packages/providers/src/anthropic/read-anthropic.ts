import type { Continuable, FinishReason } from "@millrace/parts";
import { openAnnouncer } from "../shared/announce.ts";
import { emitCustom, metadata, type Answer } from "../shared/answer.ts";
import { endWithoutReason, unifyFinishReason } from "../shared/finish-reason.ts";
import { ANY, leftovers, type UsedFields } from "../shared/leftovers.ts";
import type { AnswerReader } from "../shared/read-answer.ts";
import { providerError } from "../shared/stream-error.ts";
import { NO_USAGE } from "../shared/usage.ts";
import { fields, list, text, type Wire } from "../shared/wire.ts";
import { openContentBlocks } from "./content-blocks.ts";
import { STOP_REASONS } from "./stop-reason.ts";
import { anthropicUsage, mergeUsage } from "./usage.ts";

const EVENT_FIELDS: UsedFields = new Map([
  ["type", ANY],
  ["index", ANY],
  ["message", "object"],
  ["content_block", "object"],
  ["delta", "object"],
  ["usage", "object"],
]);
const MESSAGE_FIELDS: UsedFields = new Map([
  ["id", "string"],
  ["type", ANY],
  ["role", "string"],
  ["model", "string"],
  ["content", "object"],
  ["stop_reason", "string"],
  ["stop_sequence", "string"],
  ["usage", "object"],
]);

// Stop reasons that say that nothing of a call is missing.
const WHOLE: ReadonlySet<FinishReason> = new Set(["stop", "tool-calls", "other"]);

/** One run of the decoder: the level of the message, above that of its blocks. */
export function readAnthropic(answer: Answer, done: () => void): AnswerReader {
  const { emit, hold, fail } = answer;
  const blocks = openContentBlocks(answer);
  const rest = leftovers(hold);
  let announce = openAnnouncer(emit);
  let messageId: string | undefined; // once a message has started
  let rawUsage: Wire = {};
  let usage = NO_USAGE;
  let stopReason = "";
  let stopSequence = "";

  function startMessage(message: Wire): void {
    const id = text(message["id"]);
    if (id === messageId) return; // some proxies say it twice
    if (messageId !== undefined) startOver();
    messageId = id;
    hold(id.length);
    announce({ id, modelId: message["model"], role: message["role"] });
    tellUsage(message["usage"]);
    for (const block of list(message["content"])) {
      blocks.start(undefined, fields(block));
      blocks.stop(undefined);
    }
    readStop(message);
    rest.take(message, MESSAGE_FIELDS);
  }

  /** Another message in the middle of one: a proxy has asked again, and this is the answer. */
  function startOver(): void {
    blocks.finish(false);
    blocks.reset();
    announce = openAnnouncer(emit);
    rawUsage = {};
    stopReason = stopSequence = "";
  }

  function tellUsage(said: unknown): void {
    if (typeof said !== "object" || said === null) return;
    rawUsage = mergeUsage(rawUsage, said);
    usage = anthropicUsage(rawUsage);
    emit({ type: "usage", usage });
  }

  function readStop(delta: Wire): void {
    stopReason = text(delta["stop_reason"]) || stopReason;
    stopSequence = text(delta["stop_sequence"]) || stopSequence;
    if (text(delta["stop_reason"]) !== "") finishBlocks();
  }

  function finishBlocks(): void {
    const isSure = stopReason !== "" && WHOLE.has(unifyFinishReason(STOP_REASONS, stopReason));
    blocks.finish(isSure);
  }

  function readMessageDelta(event: Wire): void {
    const delta = fields(event["delta"]);
    readStop(delta);
    rest.take(delta, MESSAGE_FIELDS);
    tellUsage(event["usage"]);
  }

  function startBlock(index: unknown, block: Wire): void {
    blocks.start(index, block);
    // Another model goes on with the answer.
    if (block["type"] !== "fallback") return;
    const modelId = text(fields(block["to"])["model"]);
    if (modelId !== "") emit({ type: "response-metadata", modelId });
  }

  function read(event: Wire, name: string): void {
    const type = text(event["type"]) || name;
    const { index } = event;
    switch (type) {
      case "content_block_delta":
        blocks.delta(index, fields(event["delta"]));
        break;
      case "content_block_start":
        startBlock(index, fields(event["content_block"]));
        break;
      case "content_block_stop":
        blocks.stop(index);
        break;
      case "message_start":
        startMessage(fields(event["message"]));
        break;
      case "message_delta":
        readMessageDelta(event);
        break;
      case "message_stop":
        rest.take(event, EVENT_FIELDS);
        done();
        return;
      case "ping":
        emit({ type: "status", status: "ping" });
        break;
      case "error":
        fail(providerError(event["error"] ?? event, event));
        return;
      default:
        // A server that does not stream sends but the message.
        if (event["type"] === "message" && Array.isArray(event["content"])) startMessage(event);
        else readUnknown(event, type);
        return;
    }
    rest.take(event, EVENT_FIELDS);
  }

  /** Gateways have errors of their own. */
  function readUnknown(event: Wire, type: string): void {
    const error = event["error"] ?? (event["object"] === "error" ? event : undefined);
    if (error) fail(providerError(error, event));
    else emitCustom(answer, type === "message" ? "event" : type, event);
  }

  function unify(done: boolean, failed: boolean): FinishReason {
    if (stopReason !== "") return unifyFinishReason(STOP_REASONS, stopReason);
    if (done && !failed && blocks.validCalls > 0) return "tool-calls";
    return endWithoutReason(done, failed);
  }

  return {
    read,
    close: finishBlocks,
    finish(done, failed) {
      const continuable: Continuable = { kind: "pause-turn" };
      emit({
        type: "finish",
        finishReason: { unified: unify(done, failed), raw: stopReason || undefined },
        usage,
        ...(stopReason === "pause_turn" && { continuable }),
        ...(stopSequence !== "" && { stopSequence }),
        ...(rest.values.size > 0 && metadata(answer, Object.fromEntries(rest.values))),
      });
    },
  };
}
