import { stage, type Stage } from "@millrace/core";
import type { FinishReason, Part, Usage } from "@millrace/parts";
import { Failure, type FailureBody } from "./failure.ts";
import { failureOf } from "./refusal.ts";

/** By this id `sseResponse` knows the last event: it ends there, and adds none of its own. */
export const LAST_ID = "done";

const NO_USAGE: Usage = { inputTokens: {}, outputTokens: {} };

/** An event on the service's own wire. */
export interface ServiceEvent {
  /** Default: a plain message. */
  type?: "error";
  /** Of the last event only. */
  id?: typeof LAST_ID | undefined;
  data: object;
}

/** The last event of every stream. */
export interface Done {
  done: true;
  finishReason: FinishReason;
  usage: Pick<Usage, "inputTokens" | "outputTokens">;
}

/**
 * What a client gets of an answer: its units as they come, then how it ended.
 *
 * - **In / Out:** parts; an event for each output of `units`, one for what went wrong, if anything
 *   did, and last of all `{ done: true, … }`.
 * - **When:** a unit at once. The first `error` part ends the stream: what might still come would
 *   be an answer with a hole.
 * - **Errors:** none: whatever breaks off becomes an event, behind the units that were held.
 * - **Cost:** that of `units`.
 */
export function answerEvents<U>(
  units: Stage<Part, U>,
  present: (unit: U) => object,
): Stage<Part, ServiceEvent> {
  return stage((emit, end) => {
    let answered = false; // the upstream has sent something of an answer
    let usage = NO_USAGE;
    const machine = units.start((unit) => {
      emit({ data: present(unit) });
    });

    function close(finishReason: FinishReason, error?: FailureBody): void {
      for (const event of lastEvents(finishReason, usage, error)) emit(event);
      end();
    }

    return {
      push(part) {
        if (part.type === "usage") usage = part.usage;
        if (part.type === "error") {
          machine.flush();
          close("error", failureOf(part.error));
        } else if (part.type === "finish" && part.choice === undefined) {
          machine.flush();
          const { unified } = part.finishReason;
          close(unified, unified === "interrupted" ? brokenOff(answered) : undefined);
        } else if (part.type !== "finish") {
          if (!isOfHeaders(part)) answered = true;
          machine.push(part);
        }
      },
      // The decoder makes parts of what fails above it, so this is a log that broke off, or the cutting
      // into units.
      fail(reason) {
        machine.fail(reason);
        if (reason instanceof Failure) {
          close("error", reason.body);
          return;
        }
        const message = reason instanceof Error ? reason.message : String(reason);
        close("error", { kind: "malformed-event", message, retryable: false });
      },
    };
  });
}

function lastEvents(
  finishReason: FinishReason,
  { inputTokens, outputTokens }: Usage, // its `raw` is between us and the upstream
  error: FailureBody | undefined,
): ServiceEvent[] {
  const last: Done = { done: true, finishReason, usage: { inputTokens, outputTokens } };
  const failed: ServiceEvent[] = error === undefined ? [] : [{ type: "error", data: { error } }];
  return [...failed, { id: LAST_ID, data: last }];
}

/** A server may say as much of itself, and then send no event of an answer. */
function isOfHeaders(part: Part): boolean {
  return part.type === "response-metadata" && part.id === undefined && part.role === undefined;
}

/** The upstream's stream ended without a word about why. */
function brokenOff(answered: boolean): FailureBody {
  return answered
    ? {
        kind: "transport",
        message: "The upstream ended its stream in the middle of the answer.",
        retryable: true,
      }
    : {
        kind: "malformed-event",
        message: "The upstream sent nothing of an answer.",
        retryable: false,
      };
}
