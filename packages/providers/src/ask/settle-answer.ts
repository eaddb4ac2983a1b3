import { stage, type Stage } from "@millrace/core";
import {
  failureOf,
  type ErrorPart,
  type FinishPart,
  type Part,
  type RawPart,
  type ReasoningEnd,
  type StreamError,
  type TextEnd,
  type TextStart,
  type ToolCall,
  type ToolInputEnd,
  type ToolInputStart,
} from "@millrace/parts";
import { isProviderError } from "../provider-error.ts";
import { brokenStream } from "../shared/stream-error.ts";
import { judgeInput } from "../shared/tool-input.ts";
import { NO_USAGE } from "../shared/usage.ts";
import { known } from "../shared/wire.ts";

export interface SettleOptions {
  /** Where it puts errors that have done no harm. */
  harmless: WeakSet<Part>;
  /** Whether the failure of an answer that broke off is a part of it. Default: always. */
  hasBegun?: () => boolean;
  /** Its reason is an abort, whatever it is. */
  signal?: AbortSignal | undefined;
}

/**
 * Sees to it that an answer ends as answers do, also when a timeout or an abort cuts it off above its
 * decoder: open blocks are ended, calls told as far as they came, then there is an `error` and a
 * `finish`.
 *
 * A connection that is lost behind the end of an answer has done no harm: the stream ends well. What has
 * not begun is left alone.
 */
export function settleAnswer({
  harmless,
  hasBegun = () => true,
  signal,
}: SettleOptions): Stage<Part, Part> {
  return stage((emit, end) => {
    const owed = new Map<string, End>(); // the ends of open blocks, by their ids
    const calls = new Map<string, OpenCall>(); // of the open blocks that are calls
    const choices = new Map<number, "open" | "well" | "badly">(); // how each one ended
    let lost: ErrorPart | undefined; // waits for the part that comes with it, in the same turn
    let failed = false; // an error part was emitted
    let usage = NO_USAGE;

    function take(part: Part): void {
      if (part.type !== "raw") see(part);
      if (part.type === "usage") usage = part.usage;
      else if (part.type === "error") failed = true;
      else if (part.type === "reset") for (const id of part.blocks) forget(id);
      else if (part.type === "finish") finish(part);
      else noteBlock(part);
      emit(part);
    }

    /** A choice is seen by what is in it, and by any part that names it. */
    function see({ type, choice }: Exclude<Part, RawPart>): void {
      if (choice === undefined && !ENDS.has(type) && !WITHOUT_BLOCK.has(type)) return;
      if (!choices.has(choice ?? 0)) choices.set(choice ?? 0, "open");
    }

    function noteBlock(part: Part): void {
      const type = ENDS.get(part.type);
      if (type === undefined) {
        if (part.type.endsWith("-end")) forget((part as TextEnd).id);
        else if (part.type === "tool-input-delta") calls.get(part.id)?.pieces.push(part.delta);
        return;
      }
      const { id, choice } = part as TextStart;
      owed.set(id, { type, id, ...(choice !== undefined && { choice }) });
      if (part.type === "tool-input-start") calls.set(id, { start: part, pieces: [] });
    }

    function forget(id: string): void {
      owed.delete(id);
      calls.delete(id);
    }

    function finish({ choice = 0, finishReason }: FinishPart): void {
      endBlocks(choice);
      choices.set(choice, endsWell(finishReason.unified) ? "well" : "badly");
    }

    function endBlocks(choice: number): void {
      for (const [id, part] of owed) {
        if ((part.choice ?? 0) !== choice) continue;
        const call = calls.get(id);
        forget(id);
        emit(part);
        if (call !== undefined) emit(brokenCall(call));
      }
    }

    function release(next?: Part): void {
      if (lost === undefined) return;
      if (next?.type === "finish" && endsWell(next.finishReason.unified)) harmless.add(lost);
      take(lost);
      lost = undefined;
    }

    function breakOff(reason: unknown): void {
      if (choices.size === 0) choices.set(0, "open");
      const open = [...choices.keys()].filter((choice) => choices.get(choice) === "open");
      for (const choice of open) endBlocks(choice);
      if (open.length > 0 && !failed) emit({ type: "error", error: errorOf(reason, signal) });
      for (const choice of open) {
        const finishReason = { unified: "error", raw: undefined } as const;
        emit({ type: "finish", finishReason, usage, ...(choice > 0 && { choice }) });
      }
    }

    return {
      push(part) {
        release(part);
        if (part.type === "error" && part.error.kind === "transport") lost = part;
        else take(part);
      },
      flush: () => {
        release();
      },
      fail(reason) {
        release();
        const ends = [...choices.values()];
        if (ends.length > 0 && ends.every((how) => how === "well")) end();
        else if (hasBegun()) breakOff(reason);
      },
    };
  });
}

/** A request that was refused, behind a response that broke off, has said it all. */
function errorOf(reason: unknown, signal: AbortSignal | undefined): StreamError {
  if (isProviderError(reason)) {
    const { data: _itself, ...said } = failureOf(reason);
    return { ...said, ...known({ data: reason.data }) }; // what the provider sent
  }
  const error = brokenStream(reason);
  // A limit of time may be a signal, too.
  const isAbort = signal?.aborted && reason === signal.reason && error.kind !== "timeout";
  return isAbort === true ? { ...error, kind: "aborted", retryable: false } : error;
}

/** What a decoder says of a call that its answer breaks off inside. */
function brokenCall({ start, pieces }: OpenCall): ToolCall {
  const { id: toolCallId, toolName, inputEncoding, providerExecuted, choice } = start;
  const input = pieces.join("");
  const inputState = inputEncoding === "text" ? "text" : judgeInput(input, false);
  const about = known({ providerExecuted, choice });
  return { type: "tool-call", toolCallId, toolName, input, inputState, ...about };
}

interface OpenCall {
  start: ToolInputStart;
  pieces: string[];
}

type End = TextEnd | ReasoningEnd | ToolInputEnd;

const ENDS = new Map<Part["type"], End["type"]>([
  ["text-start", "text-end"],
  ["reasoning-start", "reasoning-end"],
  ["tool-input-start", "tool-input-end"],
]);

/** What an answer may have beside its blocks and the calls that end some of them. */
const WITHOUT_BLOCK = new Set<Part["type"]>(["file", "tool-result"]);

function endsWell(reason: string): boolean {
  return reason !== "error" && reason !== "interrupted";
}
