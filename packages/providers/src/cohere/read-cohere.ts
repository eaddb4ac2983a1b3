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
import { providerError } from "../shared/stream-error.ts";
import { NO_USAGE } from "../shared/usage.ts";
import { count, either, fields, list, text, type Wire } from "../shared/wire.ts";
import { citeSources } from "./citations.ts";
import { openCalls } from "./tool-calls.ts";
import { cohereUsage } from "./usage.ts";

const FINISH_REASONS: FinishReasons = {
  complete: "stop",
  stop_sequence: "stop",
  max_tokens: "length",
  tool_call: "tool-calls",
  error: "error",
  timeout: "error",
};
const END_FIELDS: UsedFields = new Map([
  ["finish_reason", "string"],
  ["finishReason", "string"],
  ["usage", "object"],
  ["error", ANY],
  ["error_type", ANY],
]);

// Places of blocks: a kind of content and its index. Indexes of calls are others again.
const PLAN = "plan";
const TEXT = "text";
const THINKING = "thinking";

export function readCohere(answer: Answer, done: () => void): AnswerReader {
  const { emit, fail } = answer;
  const blocks = openBlocks(emit, answer.ids);
  const calls = openCalls(answer);
  const sources = openSources(answer);
  const announce = openAnnouncer(emit);
  const rest = leftovers(answer.hold);
  const blockIds = new Map<string, string>(); // by place, also of blocks that have ended
  let usage = NO_USAGE;
  let finishReason: string | undefined;
  let failedSelf = false; // the end has said what was wrong

  function open(place: string): void {
    if (blocks.isOpen(place, place === PLAN ? PLAN : undefined)) return;
    if (place !== PLAN) blocks.end(PLAN); // which has no end of its own
    const id = place.startsWith(TEXT)
      ? blocks.start(place, "text", undefined)
      : blocks.start(place, "reasoning", place === PLAN ? PLAN : undefined);
    answer.hold(place.length + id.length);
    blockIds.set(place, id);
  }

  function write(place: string, delta: string, logprobs?: unknown): void {
    if (delta === "") return;
    open(place);
    blocks.delta(place, delta, logprobs ? metadata(answer, { logprobs }) : undefined);
  }

  function readContent(index: number, content: Wire, logprobs: unknown): void {
    const { type } = content;
    if (type === TEXT || type === THINKING) open(`${type}-${index}`);
    write(`${THINKING}-${index}`, text(content[THINKING]), logprobs);
    write(`${TEXT}-${index}`, text(content[TEXT]), logprobs);
    const isKnown = type === undefined || type === TEXT || type === THINKING;
    const isSaid = typeof content[TEXT] === "string" || typeof content[THINKING] === "string";
    if (!isKnown || (type === undefined && !isSaid)) emitCustom(answer, "content", content);
  }

  /** The block that a citation is made in. */
  function citedBlock(citation: Wire): string | undefined {
    const { type } = citation;
    if (type === "PLAN") return blockIds.get(PLAN);
    const index = count(either(citation, "content_index"));
    const kind = type === "THINKING_CONTENT" ? THINKING : TEXT;
    if (index !== undefined) return blockIds.get(`${kind}-${index}`);
    return kind === TEXT ? blocks.latestText : undefined;
  }

  function readEnd(delta: Wire): void {
    const { error, usage: newUsage } = delta;
    const reason = either(delta, "finish_reason");
    if (typeof reason === "string") finishReason = reason;
    if (typeof newUsage === "object" && newUsage !== null) {
      usage = cohereUsage(newUsage as Wire);
      emit({ type: "usage", usage });
    }
    if (error) {
      failedSelf = true;
      const type = text(delta["error_type"]) || finishReason;
      const { message } = fields(error);
      fail(providerError({ ...fields(error), message: text(error) || message, type }, delta));
    }
    rest.take(delta, END_FIELDS);
    done();
  }

  /** A server that does not stream sends but the answer. */
  function readWhole({ id, message: said, ...end }: Wire): void {
    const message = fields(said);
    announce({ id, role: message["role"] });
    write(PLAN, text(either(message, "tool_plan")));
    blocks.endAll();
    list(message["content"]).forEach((content, index) => {
      readContent(index, fields(content), undefined);
      blocks.endAll();
    });
    list(either(message, "tool_calls")).forEach((call, index) => {
      calls.start(index, call);
      calls.end(index);
    });
    for (const citation of list(message["citations"])) {
      citeSources(sources, fields(citation), citedBlock(fields(citation)));
    }
    readEnd(end);
  }

  return {
    read(event, name) {
      const type = text(event["type"]) || name;
      const delta = fields(event["delta"]);
      const message = fields(delta["message"]);
      const index = count(event["index"]) ?? 0;
      switch (type) {
        case "message-start":
          announce({ id: event["id"], role: message["role"] });
          break;
        case "content-start":
        case "content-delta":
          readContent(index, fields(message["content"]), event["logprobs"]);
          break;
        case "content-end":
          blocks.end(`${TEXT}-${index}`);
          blocks.end(`${THINKING}-${index}`);
          break;
        case "tool-plan-delta":
          write(PLAN, text(either(message, "tool_plan")));
          break;
        case "tool-call-start":
          blocks.end(PLAN);
          calls.start(index, either(message, "tool_calls"));
          break;
        case "tool-call-delta":
          calls.delta(index, either(message, "tool_calls"));
          break;
        case "tool-call-end":
          calls.end(index);
          break;
        case "citation-start": {
          const citation = fields(message["citations"]);
          citeSources(sources, citation, citedBlock(citation));
          break;
        }
        case "citation-end":
          break;
        case "message-end":
          readEnd(delta);
          break;
        default:
          readOther(type, event);
      }
    },
    close(_, failed) {
      blocks.endAll();
      const unified = finishReason && unifyFinishReason(FINISH_REASONS, finishReason);
      calls.endAll(unified === "stop" || unified === "tool-calls");
      if (failed || failedSelf || unified !== "error") return;
      const said = `The provider finished with "${finishReason!}"`;
      fail(providerError({ message: said, code: finishReason }));
    },
    finish(isDone, failed) {
      const values = Object.fromEntries(rest.values);
      let unified =
        finishReason === undefined
          ? endWithoutReason(isDone, failed)
          : unifyFinishReason(FINISH_REASONS, finishReason);
      const isGood = unified === "stop" || (finishReason === undefined && unified === "other");
      if (isGood && calls.count > 0) unified = "tool-calls";
      emit({
        type: "finish",
        finishReason: { unified, raw: finishReason },
        usage,
        ...(Object.keys(values).length > 0 && metadata(answer, values)),
      });
    },
  };

  /** Errors have no type, and what nobody knows has another. */
  function readOther(type: string, event: Wire): void {
    const said = event["type"] === undefined ? text(event["message"]) : "";
    const isWhole = typeof either(event, "finish_reason") === "string";
    if (event["error"] || said !== "") fail(providerError(event["error"] ?? event, event));
    else if (isWhole && typeof event["message"] === "object") readWhole(event);
    else emitCustom(answer, type === "message" ? "event" : type, event);
  }
}

/** Where an event has the delta that is all it gave. */
export function cohereDeltaPlace(event: Wire): DeltaPlace | undefined {
  const message = fields(fields(event["delta"])["message"]);
  if (event["type"] === "tool-plan-delta") return { key: "tool_plan", delta: message["tool_plan"] };
  if (event["type"] !== "content-delta") return undefined;
  const content = fields(message["content"]);
  const [key, another] = [TEXT, THINKING].filter((field) => text(content[field]) !== "");
  return key === undefined || another !== undefined ? undefined : { key, delta: content[key] };
}
