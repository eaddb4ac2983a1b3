import type { End, Machine } from "@millrace/core";
import { failureOf, finishFailure } from "../failure.ts";
import type { FinishPart, Part, PartFields, ToolInputStart } from "../part.ts";
import type { StreamError } from "../stream-error.ts";
import type { Usage } from "../usage.ts";
import { safeFields } from "./safe-error.ts";

/** The blocks and calls that have been written: what started each, until it has ended. */
export type WrittenBlocks = Map<string, Part | undefined>;

/** What is particular to a format. It gets an answer of one choice with all its ends, whatever comes. */
export interface AnswerWriter {
  /**
   * Never an `error`, `finish` or `reset`; an error in an answer that is whole is a `custom` part. An
   * end that is `owed` did not come: a call has no input then.
   */
  write(part: Part, owed?: boolean): void;
  /** The last thing of all, once. `failure`: why the answer is not whole. */
  finish(part: FinishPart, failure: StreamError | undefined): void;
  /** Takes back blocks that have been written; false if it cannot. Default: it cannot. */
  reset?(blocks: readonly string[]): boolean;
}

export interface EncodeAnswerOptions {
  /** The others are left out. Default 0. */
  choice?: number;
  /** Where it is kept what has been written. */
  blocks?: WrittenBlocks;
}

/**
 * One run of an encoder: what all formats have in common. It ends what is open. Errors are held until
 * the answer ends, since clients stop reading at one. What is taken back has been sent: that is a
 * failure, unless the format can take it back.
 *
 * - **End:** the answer is finished, also if it breaks off, or its source fails; then the output ends
 *   well. What comes behind the finish does not count.
 * - **Limits:** none: it holds the ids of blocks.
 * - **Errors:** none of its own.
 *
 * @example
 * ```ts
 * import { run, stage } from "@millrace/core";
 * import type { Part } from "@millrace/parts";
 * import { encodeAnswer, type AnswerWriter } from "@millrace/parts/encode";
 *
 * const encodePlain = () =>
 *   stage<Part, string>((emit, end) => {
 *     const writer: AnswerWriter = {
 *       write(part) {
 *         if (part.type === "text-delta") emit(part.delta);
 *       },
 *       finish: (_, failure) => emit(failure === undefined ? "." : "…"),
 *     };
 *     return encodeAnswer(writer, end);
 *   });
 * const begun: Part[] = [
 *   { type: "text-start", id: "text-0" },
 *   { type: "text-delta", id: "text-0", delta: "Good morning" },
 * ];
 * run(encodePlain(), begun); // => ["Good morning", "…"]
 * ```
 */
export function encodeAnswer(
  writer: AnswerWriter,
  end: End,
  { choice = 0, blocks = new Map() }: EncodeAnswerOptions = {},
): Machine<Part> {
  let usage: Usage = { inputTokens: {}, outputTokens: {} };
  let error: StreamError | undefined;
  let over = false;

  function finish(part: FinishPart): void {
    if (over) return;
    for (const [id, start] of blocks) {
      blocks.set(id, undefined);
      if (start !== undefined) writer.write(lastOf(start), true);
    }
    const failure = finishFailure(part);
    if (failure !== undefined) error ??= failure;
    else if (error !== undefined) {
      writer.write({ type: "custom", kind: "millrace.error", value: safeFields(error) });
      error = undefined;
    }
    writer.finish(part, error);
    over = true; // not before: if the writer throws, the answer is finished with that
  }

  function breakOff(): void {
    const unified = error === undefined ? "interrupted" : "error";
    finish({ type: "finish", finishReason: { unified, raw: undefined }, usage });
  }

  function fail(reason: unknown): void {
    error ??= failureOf(reason);
    breakOff();
    end(reason);
  }

  return {
    push(part) {
      if (over || ((part as PartFields).choice ?? 0) !== choice) return;
      switch (part.type) {
        case "error":
          // What could not be read did not end the answer.
          if (error === undefined || error.kind === "malformed-event") ({ error } = part);
          return;
        case "finish":
          finish(part);
          return;
        case "reset":
          if (!part.blocks.some((id) => blocks.has(id)) || writer.reset?.(part.blocks)) return;
          fail(new Error("What has been sent was taken back"));
          return;
        case "usage":
          ({ usage } = part);
          break;
        case "text-start":
        case "reasoning-start":
        case "tool-input-start":
          blocks.set(part.id, part);
          break;
        case "text-end":
        case "reasoning-end":
          blocks.set(part.id, undefined);
          break;
        case "tool-call":
          blocks.set(part.toolCallId, undefined);
      }
      writer.write(part);
    },
    flush: breakOff,
    fail,
  };
}

/** What ends a block. The input of a tool ends by its call. */
function lastOf(start: Part): Part {
  const { type, id, toolName } = start as ToolInputStart;
  return start.type === "tool-input-start"
    ? { type: "tool-call", toolCallId: id, toolName, input: "", inputState: "truncated" }
    : ({ type: type.replace("start", "end"), id } as Part);
}
