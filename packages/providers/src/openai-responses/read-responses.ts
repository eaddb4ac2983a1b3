import type { Continuable, Cursor, FinishReason, StreamError } from "@millrace/parts";
import { openAnnouncer } from "../shared/announce.ts";
import { emitCustom, metadata, type Answer } from "../shared/answer.ts";
import { endWithoutReason, unifyFinishReason } from "../shared/finish-reason.ts";
import { leftovers } from "../shared/leftovers.ts";
import type { AnswerReader } from "../shared/read-answer.ts";
import { providerError } from "../shared/stream-error.ts";
import { NO_USAGE } from "../shared/usage.ts";
import { fields, text, type Wire } from "../shared/wire.ts";
import { openAudio } from "./audio.ts";
import type { WrittenKind } from "./item.ts";
import { openItems } from "./items.ts";
import { EVENT_FIELDS, RESPONSE_FIELDS } from "./used-fields.ts";
import { openSequence } from "./sequence.ts";
import { INCOMPLETE_REASONS, STATUSES } from "./status.ts";
import type { StreamedBlock } from "./streamed-block.ts";
import { responsesUsage } from "./usage.ts";

/** One run of the decoder: the level of the response, above that of its items. */
export function readResponses(answer: Answer, done: () => void): AnswerReader {
  const { emit, hold, fail } = answer;
  const announce = openAnnouncer(emit);
  const sequence = openSequence();
  const rest = leftovers(hold);
  const audio = openAudio(answer);
  let latest: StreamedBlock | undefined; // the block written last
  const written = new Set<WrittenKind>();
  let calls = 0;
  let validCalls = 0;
  const items = openItems(answer, {
    wrote(block, kind) {
      latest = block;
      written.add(kind);
    },
    called(isValid) {
      calls++;
      if (isValid) validCalls++;
    },
    isResumed,
  });
  let begunId: string | undefined; // by an event of its own
  let responseId = "";
  let isBackground = false;
  let status = ""; // once it is final
  let incompleteReason = "";
  let usage = NO_USAGE;

  /** The stream has been taken up in the middle: what came before has been told of. */
  function isResumed(): boolean {
    return begunId === undefined && sequence.startsLate;
  }

  function readResponse(response: Wire): void {
    const { id, model: modelId, created_at: timestamp, background } = response;
    announce({ id, modelId, timestamp });
    responseId ||= text(id);
    if (background === true) isBackground = true;
    rest.take(response, RESPONSE_FIELDS);
    const said = response["usage"];
    if (typeof said !== "object" || said === null) return;
    usage = responsesUsage(said as Wire);
    emit({ type: "usage", usage });
  }

  function tellStatus(word: string, event: Wire): void {
    const blockId = items.blockOf(event);
    const cursor = cursorOf();
    emit({
      type: "status",
      status: word,
      ...(blockId !== undefined && { blockId }),
      ...(cursor !== undefined && { cursor }),
    });
  }

  function cursorOf(): Cursor | undefined {
    const { last } = sequence;
    if (last === undefined) return undefined;
    return { kind: "sequence", value: last, ...(responseId !== "" && { responseId }) };
  }

  function finishResponse(event: Wire, name: string): void {
    const response = fields(event["response"]);
    status = text(response["status"]) || name;
    incompleteReason = text(fields(response["incomplete_details"])["reason"]);
    if (!isResumed()) items.complete(response["output"]);
    close();
    readResponse(response);
    rest.take(event, EVENT_FIELDS);
    if (response["error"]) fail(providerError(response["error"]));
    done();
  }

  function read(event: Wire, eventName: string): void {
    const type = text(event["type"]) || eventName;
    const name = type.replace(/^response\./, "");
    // Its numbers begin anew, and would pass for those of events that have been here.
    if (name === "created" && isAnother(fields(event["response"]))) {
      fail(ANOTHER);
      done();
      return;
    }
    if (!sequence.take(sequence.of(event))) return;
    switch (name) {
      case "output_item.added":
        items.added(event);
        break;
      case "output_item.done":
        items.done(event);
        break;
      case "created":
      case "queued":
      case "in_progress":
        begunId ||= text(fields(event["response"])["id"]);
        readResponse(fields(event["response"]));
        tellStatus(name, {});
        break;
      case "completed":
      case "incomplete":
      case "failed":
      case "cancelled":
      case "done":
        finishResponse(event, name);
        return;
      case "keepalive":
        emit({ type: "status", status: "ping" });
        break;
      case "error":
        fail(providerError(event["error"] ?? event, event));
        return;
      default:
        // A server that does not stream sends but the response.
        if (event["object"] === "response" && ENDINGS.has(text(event["status"]))) {
          finishResponse({ response: event }, name);
          return;
        }
        if (!items.read(event, name) && !audio.read(event, name)) {
          readUnknown(event, name);
          return;
        }
    }
    rest.take(event, EVENT_FIELDS);
  }

  /** A proxy has asked again, in the middle of an answer. */
  function isAnother({ id }: Wire): boolean {
    return (begunId ?? "") !== "" && text(id) !== "" && id !== begunId;
  }

  /** An event that says nothing but its name is a status; gateways have errors of their own. */
  function readUnknown(event: Wire, name: string): void {
    const error = event["error"] ?? (event["object"] === "error" ? event : undefined);
    if (error) fail(providerError(error, event));
    else if (name.includes(".") && Object.keys(event).every((key) => ENVELOPE.has(key))) {
      tellStatus(items.blockOf(event) === undefined ? name : name.replace(/^.*\./, ""), event);
    } else emitCustom(answer, name === "message" ? "event" : name, event);
  }

  function close(): void {
    const isWhole = status === "completed";
    audio.close();
    items.close(isWhole);
  }

  function unify(done: boolean, failed: boolean): FinishReason {
    if (status === "incomplete") return unifyFinishReason(INCOMPLETE_REASONS, incompleteReason);
    if (status === "") {
      const isAnswerable = done && !failed && validCalls > 0;
      return isAnswerable ? "tool-calls" : endWithoutReason(done, failed);
    }
    if (status !== "completed") return unifyFinishReason(STATUSES, status);
    if (calls > 0) return "tool-calls";
    return written.has("refusal") && !written.has("text") ? "content-filter" : "stop";
  }

  function continuable(): Continuable | undefined {
    if (incompleteReason === "steered") return { kind: "steered" };
    const cursor = cursorOf();
    if (status !== "" || !isBackground || cursor === undefined) return undefined;
    return { kind: "background", cursor };
  }

  return {
    read,
    foreseen(delta, number) {
      if (!sequence.take(number)) return false;
      latest?.count(delta);
      return true;
    },
    close,
    finish(done, failed) {
      const goesOn = continuable();
      emit({
        type: "finish",
        finishReason: { unified: unify(done, failed), raw: status || undefined },
        usage,
        ...(goesOn !== undefined && { continuable: goesOn }),
        ...(rest.values.size > 0 && metadata(answer, Object.fromEntries(rest.values))),
      });
    },
  };
}

const ANOTHER: StreamError = {
  kind: "transport",
  message: "Another response began before this one had ended",
  retryable: true,
};

// The statuses of responses that are over.
const ENDINGS: ReadonlySet<string> = new Set(["completed", "incomplete", "failed", "cancelled"]);

// What places an event in the stream.
const ENVELOPE: ReadonlySet<string> = new Set([
  "type",
  "sequence_number",
  "output_index",
  "item_id",
  "obfuscation",
]);
