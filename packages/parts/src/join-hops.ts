import { LimitError, stage, type Stage } from "@millrace/core";
import { DEFAULT_MAX_OVERLAP } from "@millrace/core/text";
import { addUsage } from "./join-hops/add-usage.ts";
import { joinChoice, type JoinedChoice } from "./join-hops/choice.ts";
import type { ErrorPart, FinishPart, Part, SourcePart } from "./part.ts";
import { isCounted, type Usage } from "./usage.ts";

/** An item of an answer that several sources give in turn. */
export interface Hop<T> {
  /** Counts the sources from 1. A larger number says that the one before has failed. */
  hop: number;
  /** Absent where the source merely begins. */
  item?: T | undefined;
}

export interface JoinHopsOptions {
  /**
   * The longest end of the text that is recognised where it is repeated, in UTF-16 units. Default
   * 16,384; 0 where sources are known to repeat nothing.
   */
  maxOverlap?: number;
  /** Open blocks, errors and finishes that may have to be remembered. Default 65,536. */
  maxHeld?: number;
}

/**
 * One answer out of the parts of several sources, each of which goes on where the one before failed.
 *
 * - **In / Out:** parts with the number of their source; parts. A failed source's `error` and `finish`
 *   are dropped. Its open text block stays open, and the first text block of the next source goes on
 *   with it. Its open reasoning and tool input is void, by a `reset`; calls that were whole stand.
 *   Later ids have the source's number before them (`h2:text-0`), usage is added up, and each choice
 *   has one `finish`, that of the last source that has one. What later sources say of themselves
 *   passes: another model may write. What one says after the next has begun is dropped.
 * - **Overlap:** where the text that goes on begins with the end of the text so far, that much of it is
 *   left out: the longest such end that has two letters or digits in it, and begins at the edge of a word
 *   or is eight units long; or all that came (`findOverlap` of `@millrace/core/text`).
 * - **When:** at once, but for what a failure would undo: text that may still turn out to be a
 *   repetition; the end of a block until something else begins in the same choice (that of reasoning
 *   with a signature is at once, that of tool input with a call that is whole); errors, finishes and
 *   calls that broke off until no other source can follow, which is the end of the stream.
 * - **Limits:** `maxOverlap` for what is held of the text, `maxHeld`.
 * - **Errors:** a `LimitError` beyond `maxHeld`. When the stream fails, all that waits comes out first.
 * - **Cost:** a look-up and an object a part; at each source, one with the end of the text.
 *
 * @example
 * ```ts
 * import { run } from "@millrace/core";
 * import { joinHops, text, type Part } from "@millrace/parts";
 *
 * const says = (delta: string): Part[] => [
 *   { type: "text-start", id: "text-0" },
 *   { type: "text-delta", id: "text-0", delta },
 *   { type: "text-end", id: "text-0" },
 * ];
 * const parts = run(joinHops(), [
 *   ...says("The wheel tur").map((item) => ({ hop: 1, item })),
 *   ...says("wheel turns.").map((item) => ({ hop: 2, item })),
 * ]);
 * run(text(), parts); // => ["The wheel tur", "ns."]
 * parts.length; // => 4
 * ```
 */
export function joinHops(options: JoinHopsOptions = {}): Stage<Hop<Part>, Part> {
  const { maxOverlap = DEFAULT_MAX_OVERLAP, maxHeld = 65_536 } = options;
  return stage((emit) => {
    const choices = new Map<number, JoinedChoice>();
    const finishes = new Map<number, FinishPart>(); // the latest of each choice
    const continued = new Map<string, string>(); // blocks of this hop that go on with earlier ones
    let errors: ErrorPart[] = []; // of this hop
    let current: number | undefined; // the hop
    let before: Usage | undefined; // of the earlier hops
    let usage: Usage | undefined; // of this hop
    let hops = 1; // so many so far
    let held = 0;
    let offset = 0;

    function hold(count: number): void {
      if (held + count > maxHeld) {
        throw new LimitError(`Cannot join hops: what is held grew beyond maxHeld ${maxHeld}`, {
          stage: "joinHops",
          offset,
        });
      }
      held += count;
    }

    function rename(id: string): string {
      return continued.get(id) ?? (current === 1 ? id : `h${current}:${id}`);
    }

    function choiceOf({ choice = 0 }: { choice?: number }): JoinedChoice {
      const known = choices.get(choice);
      if (known !== undefined) return known;
      const joined = joinChoice(choice, {
        emit,
        rename,
        continueAs: (id, known) => continued.set(id, known),
        hold,
        maxOverlap,
      });
      choices.set(choice, joined);
      return joined;
    }

    function nextHop(hop: number): void {
      for (const choice of choices.values()) choice.nextHop();
      hold(-errors.length);
      errors = [];
      before = total();
      usage = undefined;
      continued.clear();
      current = hop;
      hops++;
    }

    function total(): Usage | undefined {
      if (before === undefined || usage === undefined) return before ?? usage;
      return addUsage(before, usage);
    }

    function take(part: Part): void {
      switch (part.type) {
        case "text-start":
        case "reasoning-start":
        case "tool-input-start":
          choiceOf(part).start(part);
          break;
        case "text-delta":
        case "reasoning-delta":
        case "tool-input-delta":
          choiceOf(part).delta(part);
          break;
        case "text-end":
        case "reasoning-end":
        case "tool-input-end":
          choiceOf(part).end(part);
          break;
        case "tool-call":
          choiceOf(part).call(part);
          break;
        case "usage":
          usage = part.usage;
          emit(before === undefined ? part : { ...part, usage: addUsage(before, usage) });
          break;
        case "error":
          hold(1);
          errors.push(part);
          break;
        case "finish":
          if (!finishes.has(part.choice ?? 0)) hold(1);
          finishes.set(part.choice ?? 0, part);
          if (isCounted(part.usage)) usage ??= part.usage;
          break;
        case "reset":
          for (const id of part.blocks) for (const choice of choices.values()) choice.takeBack(id);
          emit({ ...part, blocks: part.blocks.map(rename) });
          break;
        default:
          emit(current === 1 ? part : renamed(part));
      }
    }

    /** A fact of a later hop, with the ids that it names. */
    function renamed(part: Part): Part {
      switch (part.type) {
        case "tool-result":
          return { ...part, toolCallId: rename(part.toolCallId) };
        case "source":
          return renamedSource(part);
        case "file":
          return part.id === undefined ? part : { ...part, id: rename(part.id) };
        case "status":
          return part.blockId === undefined ? part : { ...part, blockId: rename(part.blockId) };
        default:
          return part;
      }
    }

    /** What is cited stands behind the text of the hops before. */
    function renamedSource(part: SourcePart): SourcePart {
      const source = { ...part, id: rename(part.id) };
      if (part.anchor === undefined) return source;
      const { blockId, start, end, ...anchor } = part.anchor;
      const shift = choiceOf(part).shiftOf(blockId);
      return {
        ...source,
        anchor: {
          ...anchor,
          blockId: rename(blockId),
          ...(shift !== undefined && start !== undefined && { start: Math.max(0, start + shift) }),
          ...(shift !== undefined && end !== undefined && { end: Math.max(0, end + shift) }),
        },
      };
    }

    function finish(): void {
      for (const choice of choices.values()) choice.finish();
      for (const error of errors) emit(error);
      for (const part of finishes.values()) {
        emit(hops === 1 ? part : { ...afterErrors(part), usage: total() ?? part.usage });
      }
    }

    /** A choice that no later hop took up was interrupted, and now there is an error in the answer. */
    function afterErrors(part: FinishPart): FinishPart {
      const { unified, raw } = part.finishReason;
      if (errors.length === 0 || unified !== "interrupted") return part;
      return { ...part, finishReason: { unified: "error", raw } };
    }

    return {
      push({ hop, item }) {
        current ??= hop;
        if (hop > current) nextHop(hop);
        if (hop === current && item !== undefined) take(item);
        offset++;
      },
      flush: finish,
      fail: finish,
    };
  });
}
