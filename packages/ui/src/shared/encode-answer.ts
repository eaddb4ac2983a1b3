import type { End, Machine } from "@millrace/core";
import type {
  FinishPart,
  FinishReason,
  Part,
  PartFields,
  ReasoningEnd,
  StreamError,
  TextEnd,
  TextStart,
  ToolInputStart,
  Usage,
} from "@millrace/parts";
import { brokenStream, safeFields } from "./stream-error.ts";

/** The blocks that have been written: what started each, until it has ended. */
export type Blocks = Map<string, Part | undefined>;

/** What is particular to a format. It gets an answer in the grammar, of one choice, whatever comes. */
export interface AnswerWriter {
  /** Never an `error`, `finish`, `reset` or `usage`. A call that is owed has no input. */
  write(part: Part): void;
  /** The last thing of all. `error` is why the answer failed or broke off. */
  finish(part: FinishPart, error: StreamError | undefined): void;
  /** Takes back what is no longer among the blocks; false if it cannot. Default: it cannot. */
  reset?(): boolean;
}

/**
 * One run of an encoder: what all formats have in common. Only choice 0 is written. What is open when
 * the answer ends is closed. Errors are held until the answer ends, since clients stop reading at one.
 */
export function encodeAnswer(blocks: Blocks, writer: AnswerWriter, end: End): Machine<Part> {
  let error: StreamError | undefined;
  let usage: Usage = { inputTokens: {}, outputTokens: {} };
  let over = false;

  function finish(part: FinishPart): void {
    if (over) return;
    over = true;
    for (const start of blocks.values()) if (start !== undefined) writer.write(lastOf(start));
    const { unified } = part.finishReason;
    const failed = unified === "error" || unified === "interrupted";
    if (failed) error ??= brokenStream(unified);
    // Something was spoilt, and the answer is whole.
    else if (error)
      writer.write({ type: "custom", kind: "millrace.error", value: safeFields(error) });
    writer.finish(part, failed ? error : undefined);
  }

  function finishAs(unified: FinishReason): void {
    finish({ type: "finish", finishReason: { unified, raw: undefined }, usage });
  }

  function fail(reason: unknown): void {
    error ??= brokenStream(reason);
    finishAs("error");
    end(reason);
  }

  return {
    push(part) {
      if (over || (part as PartFields).choice) return;
      const { type, id } = part as TextStart | TextEnd | ReasoningEnd;
      if (part.type === "error") error ??= part.error;
      else if (part.type === "usage") ({ usage } = part);
      else if (part.type === "finish") finish(part);
      else if (part.type === "reset") {
        const known = part.blocks.filter((block) => blocks.delete(block));
        if (known.length > 0 && writer.reset?.() !== true) fail("reset");
      } else {
        if (type.endsWith("-start")) blocks.set(id, part);
        else if (part.type === "tool-call") blocks.set(part.toolCallId, undefined);
        else if (type === "text-end" || type === "reasoning-end") blocks.set(id, undefined);
        writer.write(part);
      }
    },
    flush() {
      finishAs(error === undefined ? "interrupted" : "error");
    },
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
