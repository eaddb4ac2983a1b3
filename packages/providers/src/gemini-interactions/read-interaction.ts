import type { Continuable, Cursor } from "@millrace/parts";
import { emitCustom, metadata, type Answer } from "../shared/answer.ts";
import { openAnnouncer } from "../shared/announce.ts";
import { endWithoutReason, unifyFinishReason } from "../shared/finish-reason.ts";
import type { DeltaPlace } from "../shared/foresee-delta.ts";
import { ANY, leftovers, type UsedFields } from "../shared/leftovers.ts";
import type { AnswerReader } from "../shared/read-answer.ts";
import { providerError } from "../shared/stream-error.ts";
import { NO_USAGE } from "../shared/usage.ts";
import { fields, list, text, type Wire } from "../shared/wire.ts";
import { FINISH_REASONS } from "./finish-reason.ts";
import { recentIds } from "./recent-ids.ts";
import { openSteps } from "./steps.ts";
import { addUsage, interactionUsage } from "./usage.ts";

const EVENT_FIELDS: UsedFields = new Map([
  ["event_type", ANY],
  ["event_id", ANY],
  ["interaction_id", ANY],
  ["interaction", "object"],
  ["status", "string"],
  ["continuation_token", "string"],
  ["index", ANY],
  ["step", ANY],
  ["delta", ANY],
  ["metadata", "object"],
  ["usage", ANY],
]);
const INTERACTION_FIELDS: UsedFields = new Map([
  ["id", "string"],
  ["model", "string"],
  ["object", ANY],
  ["status", "string"],
  ["created", ANY],
  ["updated", ANY],
  ["usage", "object"],
  ["continuation_token", "string"],
  ["steps", "object"],
]);

// Events that some servers name for the status.
const STATUSES: ReadonlySet<string> = new Set(["in_progress", "requires_action"]);

export function readInteraction(answer: Answer, done: () => void): AnswerReader {
  const { emit, fail } = answer;
  const steps = openSteps(answer);
  const announce = openAnnouncer(emit);
  const rest = leftovers(answer.hold);
  const seen = recentIds();
  let before = NO_USAGE; // of the requests before this one
  let usage = NO_USAGE;
  let status: string | undefined; // the last one that ends an answer
  let token = ""; // where another request can go on
  let responseId = "";
  let eventId = "";

  function readLife(event: Wire, life: string): void {
    const interaction = fields(event["interaction"]);
    const said = text(interaction["status"] ?? event["status"]) || (STATUSES.has(life) ? life : "");
    responseId = text(interaction["id"] ?? event["interaction_id"]) || responseId;
    if (life === "created") goOn();
    announce({
      id: interaction["id"] ?? event["interaction_id"],
      modelId: interaction["model"],
      timestamp: interaction["created"],
    });
    rest.take(interaction, INTERACTION_FIELDS);
    const newToken = text(interaction["continuation_token"] ?? event["continuation_token"]);
    token = newToken || token;
    if (Object.hasOwn(FINISH_REASONS, said)) status = said;
    else if (said !== "") tell(said, newToken);
    readUsage(interaction["usage"] ?? event["usage"]);
    if (life !== "completed") return;
    if (steps.isEmpty) {
      list(interaction["steps"]).forEach((step, index) => {
        steps.start(index, step);
        steps.stop(index);
      });
    }
    // The next request may follow in the same stream.
    if (said !== "requires_continuation") done();
  }

  /** A request that goes on where another one ended counts its steps and tokens anew. */
  function goOn(): void {
    steps.stopAll();
    before = usage;
    status = undefined;
  }

  function tell(said: string, newToken: string): void {
    const cursor = newToken === "" ? eventCursor() : tokenCursor();
    emit({ type: "status", status: said, ...(cursor && { cursor }) });
  }

  function eventCursor(): Cursor | undefined {
    return eventId === "" ? undefined : cursorOf("event-id", eventId);
  }

  function tokenCursor(): Cursor | undefined {
    return token === "" ? undefined : cursorOf("continuation-token", token);
  }

  function cursorOf(kind: Cursor["kind"], value: string): Cursor {
    return { kind, value, ...(responseId !== "" && { responseId }) };
  }

  function readUsage(value: unknown): void {
    if (typeof value !== "object" || value === null) return;
    usage = addUsage(before, interactionUsage(value as Wire));
    emit({ type: "usage", usage });
  }

  function continuable(): { continuable?: Continuable } {
    if (status === "requires_continuation") {
      const cursor = tokenCursor();
      return { continuable: { kind: "continuation-token", ...(cursor && { cursor }) } };
    }
    const cursor = status === undefined && responseId !== "" ? eventCursor() : undefined;
    return cursor ? { continuable: { kind: "background", cursor } } : {};
  }

  return {
    read(event, name) {
      const id = text(event["event_id"]);
      if (id !== "" && !seen.add(id)) return; // said again, as after a new connection
      eventId = id || eventId;
      const type = text(event["event_type"]) || name;
      const { index, error } = event;
      const life = /^interaction\.(?:status_update|(\w+))$/.exec(type);
      // A server that does not stream sends but the interaction.
      const isWhole = Object.hasOwn(FINISH_REASONS, text(event["status"]));
      if (isWhole && event["object"] === "interaction") {
        readLife({ interaction: event }, "completed");
        return;
      }
      if (life !== null) readLife(event, life[1] ?? "");
      else if (type === "step.start") steps.start(index, event["step"]);
      else if (type === "step.delta") {
        steps.delta(index, event["delta"]);
        readUsage(fields(event["metadata"])["total_usage"]);
      } else if (type === "step.stop") steps.stop(index);
      else if (type === "error" || error) {
        fail(providerError(error ?? event, event));
        return;
      } else {
        emitCustom(answer, type === "message" ? "event" : type, event);
        return;
      }
      rest.take(event, EVENT_FIELDS);
    },
    foreseen(piece) {
      steps.hear(piece);
      return true;
    },
    close(_, failed) {
      steps.stopAll();
      if (status !== "failed" || failed) return;
      fail(providerError({ message: 'The provider finished with "failed"', code: status }));
    },
    finish(isDone, failed) {
      const values = Object.fromEntries(rest.values);
      let unified = status
        ? unifyFinishReason(FINISH_REASONS, status)
        : endWithoutReason(isDone, failed);
      if (unified === "stop" && steps.callCount > 0) unified = "tool-calls";
      emit({
        type: "finish",
        finishReason: { unified, raw: status },
        usage,
        ...continuable(),
        ...(Object.keys(values).length > 0 && metadata(answer, values)),
      });
    },
  };
}

/** Where an event has the text that is all it gave. One with an id has to be read for that. */
export function interactionDeltaPlace(event: Wire): DeltaPlace | undefined {
  if (event["event_id"] !== undefined || event["metadata"] !== undefined) return undefined;
  const { type, text: delta } = fields(event["delta"]);
  return type === "text" ? { key: "text", delta } : undefined;
}
