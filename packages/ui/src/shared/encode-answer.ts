import type { End, Machine } from "@millrace/core";
import type { FinishPart, FinishReason, Part, StreamError, Usage } from "@millrace/parts";
import { brokenStream, safeFields } from "./stream-error.ts";

/** What is particular to a format. It gets an answer in the grammar, of one choice, whatever comes. */
export interface AnswerWriter {
  /** Never an `error`, `finish`, `reset` or `usage`. A call that is owed has no input. */
  write(part: Part): void;
  /** The last thing of all. `error` is why the answer failed or broke off. */
  finish(part: FinishPart, error: StreamError | undefined): void;
  /** Takes blocks back that have been written; false if the format cannot. */
  reset(blocks: readonly string[]): boolean;
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
 * One run of an encoder: what all formats have in common. Only choice 0 is written. What is open when
 * the answer ends is closed. Errors are held until the answer ends, since clients stop reading at one.
 */
export function encodeAnswer(writer: AnswerWriter, end: End): Machine<Part> {
  const open = new Map<string, Part>(); // a block's id and what ends it; a tool's ends by its call
  const shown = new Set<string>(); // the ids of all blocks that have been written
  let error: StreamError | undefined;
  let usage: Usage = { inputTokens: {}, outputTokens: {} };
  let over = false;

  function start(id: string, last: Part): void {
    shown.add(id);
    open.set(id, last);
  }

  function finish(part: FinishPart): void {
    over = true;
    for (const last of open.values()) writer.write(last);
    const { unified } = part.finishReason;
    if (unified === "error") error ??= FAILED;
    else if (unified === "interrupted") error = INTERRUPTED;
    else if (error !== undefined) {
      // Something was spoilt, and the answer is whole.
      writer.write({ type: "custom", kind: "millrace.error", value: safeFields(error) });
      error = undefined;
    }
    writer.finish(part, error);
  }

  function finishBy(unified: FinishReason): void {
    if (!over) finish({ type: "finish", finishReason: { unified, raw: undefined }, usage });
  }

  function reset(ids: readonly string[]): void {
    const blocks = ids.filter((id) => shown.has(id));
    if (blocks.length === 0) return;
    for (const id of blocks) open.delete(id);
    if (writer.reset(blocks)) return;
    error = TAKEN_BACK;
    finishBy("error");
    end(new Error(TAKEN_BACK.message));
  }

  return {
    push(part) {
      if (over || (part as { choice?: number }).choice) return;
      switch (part.type) {
        case "text-start":
          start(part.id, { type: "text-end", id: part.id });
          break;
        case "reasoning-start":
          start(part.id, { type: "reasoning-end", id: part.id });
          break;
        case "tool-input-start": {
          const { id, toolName } = part;
          const inputState = "truncated";
          start(id, { type: "tool-call", toolCallId: id, toolName, input: "", inputState });
          break;
        }
        case "text-end":
        case "reasoning-end":
          open.delete(part.id);
          break;
        case "tool-call":
          open.delete(part.toolCallId);
          break;
        case "error":
          error ??= part.error;
          return;
        case "usage":
          usage = part.usage;
          return;
        case "reset":
          reset(part.blocks);
          return;
        case "finish":
          finish(part);
          return;
      }
      writer.write(part);
    },
    flush() {
      finishBy(error === undefined ? "interrupted" : "error");
    },
    fail(reason) {
      error ??= brokenStream(reason);
      finishBy("error");
      end(reason);
    },
  };
}
