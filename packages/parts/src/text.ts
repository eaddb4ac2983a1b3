import { fuse, type Stage } from "@millrace/core";
import { throwFailures } from "./answer-error.ts";
import { blockDeltas } from "./block-deltas.ts";
import type { Part, TextKind } from "./part.ts";

export interface TextOptions {
  /** Which of several answers. Default 0. */
  choice?: number;
  /** Blocks of this kind, such as `refusal`. By default those without one: the answer itself. */
  kind?: TextKind;
  /** Fails where the answer has failed, so that nobody takes a part of it for the whole. Default `false`. */
  throw?: boolean;
}

/**
 * The text of an answer, as it comes.
 *
 * - **In / Out:** parts; the deltas of the text blocks that are asked for, never empty. Blocks
 *   follow each other without anything between them.
 * - **When:** a delta at once.
 * - **Errors:** with `throw`, an `AnswerError` with the `error` of an `error` part, or at a `finish` that
 *   says that the answer broke off. Else none of its own: the text simply ends there, and the parts
 *   themselves tell why.
 * - **Limits:** what has been emitted stays: a `reset` only silences the rest of its blocks. Where
 *   answers may be taken back, read the parts. Of the rest of an answer (`continueAnswer`) the start of
 *   an open block is in what came before: give it that, too.
 * - **Cost:** a comparison a part; it remembers the ids of open blocks.
 *
 * @example
 * ```ts
 * import { run } from "@millrace/core";
 * import { text, type Part } from "@millrace/parts";
 *
 * const parts: Part[] = [
 *   { type: "text-start", id: "text-0" },
 *   { type: "text-delta", id: "text-0", delta: "Good " },
 *   { type: "text-delta", id: "text-0", delta: "morning" },
 *   { type: "text-end", id: "text-0" },
 * ];
 * run(text(), parts); // => ["Good ", "morning"]
 * ```
 */
export function text(options: TextOptions = {}): Stage<Part, string> {
  const { choice = 0, kind, throw: throws = false } = options;
  const deltas = blockDeltas(
    (start) => start.type === "text-start" && (start.choice ?? 0) === choice && start.kind === kind,
  );
  return throws ? fuse(throwFailures(), deltas) : deltas;
}
