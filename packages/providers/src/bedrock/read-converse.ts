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
import type { AnswerReader } from "../shared/read-answer.ts";
import { openSources } from "../shared/sources.ts";
import { malformedEvent, providerError } from "../shared/stream-error.ts";
import { NO_USAGE } from "../shared/usage.ts";
import { count, fields, text, type Wire } from "../shared/wire.ts";
import { openContentBlock, type ContentBlock, type Surroundings } from "./content-block.ts";
import { converseUsage } from "./usage.ts";

const FINISH_REASONS: FinishReasons = {
  end_turn: "stop",
  stop_sequence: "stop",
  tool_use: "tool-calls",
  max_tokens: "length",
  model_context_window_exceeded: "length",
  guardrail_intervened: "content-filter",
  content_filtered: "content-filter",
  malformed_model_output: "error",
  malformed_tool_use: "error",
};
const EVENTS: ReadonlySet<string> = new Set([
  "messageStart",
  "contentBlockStart",
  "contentBlockDelta",
  "contentBlockStop",
  "messageStop",
  "metadata",
]);
const USED: UsedFields = new Map([
  ["role", "string"],
  ["contentBlockIndex", ANY],
  ["start", "object"],
  ["delta", "object"],
  ["stopReason", "string"],
  ["usage", "object"],
  ["p", ANY], // random padding, which hides the length of what stands beside it
]);
const LAST_INDEX = 65_535;

export function readConverse(answer: Answer, done: () => void): AnswerReader {
  const { emit, fail } = answer;
  const announce = openAnnouncer(emit);
  const rest = leftovers(answer.hold);
  const open = new Map<number, ContentBlock>();
  let calls = 0;
  const surroundings: Surroundings = {
    answer,
    blocks: openBlocks(emit, answer.ids),
    sources: openSources(answer),
    countCall: () => {
      calls++;
    },
  };
  let usage = NO_USAGE;
  let stopReason: string | undefined;
  let isCounted = false; // the metadata has come

  /** The block of an event, begun if it is not open; an error is told of if there can be none. */
  function blockOf(event: Wire): ContentBlock | undefined {
    const index = count(event["contentBlockIndex"]) ?? 0;
    if (!Number.isInteger(index) || index < 0 || index > LAST_INDEX) {
      fail(malformedEvent("A block has no usable index", event));
      return undefined;
    }
    const block = open.get(index) ?? openContentBlock(index, surroundings);
    open.set(index, block);
    return block;
  }

  function stopBlock(event: Wire): void {
    const index = count(event["contentBlockIndex"]) ?? 0;
    open.get(index)?.stop(true);
    open.delete(index);
  }

  function stopAll(whole: boolean): void {
    for (const block of open.values()) block.stop(whole);
    open.clear();
  }

  function readEvent(name: string, event: Wire): void {
    switch (name) {
      case "contentBlockDelta":
        blockOf(event)?.delta(fields(event["delta"]));
        break;
      case "contentBlockStart":
        blockOf(event)?.start(fields(event["start"]));
        break;
      case "contentBlockStop":
        stopBlock(event);
        break;
      case "messageStart":
        announce({ role: event["role"] });
        break;
      case "messageStop":
        if (typeof event["stopReason"] === "string") stopReason = event["stopReason"];
        break;
      case "metadata":
        isCounted = true;
        if (typeof event["usage"] === "object" && event["usage"] !== null) {
          usage = converseUsage(event["usage"] as Wire);
          emit({ type: "usage", usage });
        }
    }
    rest.take(event, USED);
    if (isCounted && stopReason !== undefined) done();
  }

  return {
    read(value, event) {
      // The SDK's objects hold an event under its name.
      const name = EVENTS.has(event) ? event : Object.keys(value).find((key) => EVENTS.has(key));
      if (name === undefined) readOther(value, event);
      else if (name === event) readEvent(name, value);
      else {
        rest.take(value, new Map([[name, ANY]]));
        readEvent(name, fields(value[name]));
      }
    },
    close(_, failed) {
      const unified = stopReason && unifyFinishReason(FINISH_REASONS, stopReason);
      stopAll(unified === "stop" || unified === "tool-calls" || unified === "other");
      if (failed || stopReason === undefined || unified !== "error") return;
      const message = `The provider finished with "${stopReason}"`;
      fail(providerError({ message, code: stopReason }));
    },
    finish(isDone, failed) {
      const values = Object.fromEntries(rest.values);
      let unified =
        stopReason === undefined
          ? endWithoutReason(isDone, failed)
          : unifyFinishReason(FINISH_REASONS, stopReason);
      const isGood = unified === "stop" || (stopReason === undefined && unified === "other");
      if (isGood && calls > 0) unified = "tool-calls";
      emit({
        type: "finish",
        finishReason: { unified, raw: stopReason },
        usage,
        ...(Object.keys(values).length > 0 && metadata(answer, values)),
      });
    },
  };

  /** The SDK's objects hold exceptions under their names, too. */
  function readOther(value: Wire, event: string): void {
    const exception = Object.keys(value).find((key) => key.endsWith("Exception"));
    if (exception !== undefined) {
      const { message } = fields(value[exception]);
      fail(providerError({ message: text(message) || exception, type: exception }, value));
    } else if (value["message"] !== undefined && event === "message") fail(providerError(value));
    else emitCustom(answer, event === "message" ? "event" : event, value);
  }
}

/** Where a delta's event has the text that is all it gave. */
export function converseDeltaPlace(event: Wire): DeltaPlace | undefined {
  const { text: said, reasoningContent } = fields(event["delta"]);
  const delta = said ?? fields(reasoningContent)["text"];
  return { key: "text", delta, ...(typeof event["p"] === "string" && { padding: "p" }) };
}
