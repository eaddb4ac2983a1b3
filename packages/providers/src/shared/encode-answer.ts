import type { End, Machine } from "@millrace/core";
import {
  failureOf,
  type FinishPart,
  type Part,
  type StreamError,
  type Usage,
} from "@millrace/parts";
import { sentError, type ErrorText, type SentError } from "./sent-error.ts";
import { NO_USAGE } from "./usage.ts";

/** What every encoder takes. */
export interface EncoderOptions {
  /** The id of the response, instead of the one that the parts tell. */
  id?: string;
  /** The model's name, instead of the one that the parts tell. */
  modelId?: string;
  /** When the response was made, instead of what the parts tell. */
  timestamp?: Date;
  /** What the client is told of an error. Default: that the answer failed, and no more. */
  errorText?: ErrorText;
}

/** What has been said of the response so far: blank and 0 where nothing has. */
export interface About {
  readonly id: string;
  readonly model: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly usage: Usage;
}

/** What is particular to a format. */
export interface AnswerWriter {
  /** Never an `error`, `finish`, `reset` or `usage`. */
  write(part: Part): void;
  /** A choice is whole. */
  finish(part: FinishPart): void;
  /** The last thing of all: ends what is open. `error` is why an answer is not whole. */
  close(error: SentError | undefined): void;
}

const INTERRUPTED: StreamError = {
  kind: "transport",
  message: "The answer broke off.",
  retryable: true,
};
const FAILED: StreamError = { kind: "unknown", message: "The answer failed.", retryable: false };
const TAKEN_BACK: StreamError = {
  kind: "transport",
  message: "What has been sent was taken back.",
  retryable: true,
};

/**
 * One run of an encoder: what all formats have in common. Errors are held until the answer ends, since
 * clients stop reading at one, and forgotten if the answer is whole all the same. What is taken back
 * has been sent: that is an error, which ends the answer.
 *
 * @param choices `one`: the others are left out, and the finish of the first is the end
 */
export function encodeAnswer(
  options: EncoderOptions,
  end: End,
  choices: "one" | "all",
  open: (about: About) => AnswerWriter,
): Machine<Part> {
  const { errorText, id, modelId, timestamp } = options;
  const about = {
    id: id ?? "",
    model: modelId ?? "",
    created: seconds(timestamp),
    usage: NO_USAGE,
  };
  const writer = open(about);
  const shown = new Set<string>(); // the ids of all blocks that have been written
  const unfinished = new Set([0]); // choices
  let error: StreamError | undefined;
  let failed = false; // a choice is not whole
  let over = false;

  function close(): void {
    if (over) return;
    over = true;
    writer.close(failed ? sentError(error ?? FAILED, errorText) : undefined);
  }

  /** The input is over. */
  function breakOff(reason: StreamError): void {
    if (unfinished.size > 0) {
      failed = true;
      error ??= reason;
    }
    close();
  }

  function finish(part: FinishPart): void {
    unfinished.delete(part.choice ?? 0);
    const { unified } = part.finishReason;
    if (unified === "error" || unified === "interrupted") {
      failed = true;
      if (unified === "interrupted") error ??= INTERRUPTED;
    } else writer.finish(part);
    if (choices === "one") close();
  }

  function reset(blocks: readonly string[]): void {
    if (!blocks.some((block) => shown.has(block))) return;
    failed = true;
    error = TAKEN_BACK;
    close();
    end(new Error(TAKEN_BACK.message));
  }

  return {
    push(part) {
      const choice = (part.type !== "raw" && part.choice) || 0;
      if (over || (choice > 0 && choices === "one")) return;
      switch (part.type) {
        case "error":
          // What could not be read did not end the answer.
          if (error === undefined || error.kind === "malformed-event") ({ error } = part);
          return;
        case "reset":
          reset(part.blocks);
          return;
        case "finish":
          about.usage = part.usage;
          finish(part);
          return;
        case "usage":
          about.usage = part.usage;
          return;
        case "response-metadata":
          about.id ||= part.id ?? "";
          about.model ||= part.modelId ?? "";
          about.created ||= seconds(part.timestamp);
          return;
        case "text-start":
        case "reasoning-start":
        case "tool-input-start":
          shown.add(part.id);
          unfinished.add(choice);
      }
      writer.write(part);
    },
    flush() {
      breakOff(INTERRUPTED);
    },
    fail(reason) {
      breakOff(failureOf(reason));
      end(reason);
    },
  };
}

function seconds(time: Date | undefined): number {
  return time === undefined ? 0 : Math.floor(time.getTime() / 1000);
}
