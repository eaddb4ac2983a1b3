import { LimitError, type Emit } from "@millrace/core";
import { DEFAULT_MAX_OVERLAP } from "@millrace/core/text";
import type { ErrorPart, FinishPart, Part, SourcePart } from "../part.ts";
import { choiceNamed } from "../stream-level.ts";
import { isCounted, type Usage } from "../usage.ts";
import { addUsage } from "./add-usage.ts";
import { joinChoice, type JoinedChoice } from "./choice.ts";
import type { Hop, JoinHopsOptions } from "../join-hops.ts";

const DEFAULT_MAX_HELD = 65_536;

/** What `joinHops` does, also in the middle of an answer. */
export interface HopJoiner {
  push(this: void, hop: Hop<Part>): void;
  /** A part of the first hop, and of a choice, that was told and stands. What it emits is not news. */
  recall(this: void, part: Part, choice: number | undefined): void;
  /** No other hop follows. */
  finish(this: void): void;
}

/** With any other number, of what was said nothing would be left out, or all remembered. */
export function checkOverlap({ maxOverlap = 0 }: JoinHopsOptions): void {
  if (maxOverlap >= 0) return;
  throw new RangeError(`Cannot join hops: maxOverlap must be 0 or more, not ${maxOverlap}`);
}

export function openHopJoiner(
  stage: string,
  { maxOverlap = DEFAULT_MAX_OVERLAP, maxHeld = DEFAULT_MAX_HELD }: JoinHopsOptions,
  emit: Emit<Part>,
): HopJoiner {
  const choices = new Map<number, JoinedChoice>();
  const finishes = new Map<number, FinishPart>(); // the latest of each choice
  const continued = new Map<string, string>(); // blocks of this hop that go on with earlier ones
  let errors: ErrorPart[] = []; // of this hop
  let hasFailed = false; // and that has been told
  const recalled = new Set<number>(); // choices
  let current: number | undefined; // the hop
  let before: Usage | undefined; // of the earlier hops
  let usage: Usage | undefined; // of this hop
  let isTotal = false; // finishes, since they wait, have the usage that is known at the end
  let held = 0;
  let offset = 0;

  function hold(count: number): void {
    if (!(held + count <= maxHeld)) {
      throw new LimitError(`Cannot join hops: what is held grew beyond maxHeld ${maxHeld}`, {
        stage,
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
    isTotal = true;
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
        isTotal = true;
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
      default: {
        const choice = choiceNamed(part);
        if (choice !== undefined) choiceOf({ choice }); // it is to have an end
        emit(current === 1 ? part : renamed(part));
      }
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

  /** A choice has to have an end, also if no other hop has it. */
  function giveEnd(choice: number): void {
    if (!finishes.has(choice) && !recalled.has(choice)) finishes.set(choice, interruption(choice));
  }

  function finish(): void {
    for (const choice of choices.values()) choice.finish();
    for (const error of errors) emit(error);
    if (finishes.size > 0) for (const number of choices.keys()) giveEnd(number);
    for (const part of finishes.values()) {
      emit(isTotal ? { ...afterErrors(part), usage: total() ?? part.usage } : part);
    }
  }

  /** A choice that no later hop took up was interrupted, and now there is an error in the answer. */
  function afterErrors(part: FinishPart): FinishPart {
    const { unified, raw } = part.finishReason;
    if ((errors.length === 0 && !hasFailed) || unified !== "interrupted") return part;
    return { ...part, finishReason: { unified: "error", raw } };
  }

  return {
    push({ hop, item }) {
      current ??= hop;
      if (hop > current) nextHop(hop);
      if (hop === current && item !== undefined) take(item);
      offset++;
    },
    recall(part, choice) {
      current ??= 1;
      if (part.type !== "finish" && choice !== undefined) choiceOf({ choice });
      if (part.type === "error") hasFailed = true;
      else if (part.type === "finish") finishes.delete(part.choice ?? 0);
      else take(part);
      for (const [number, choice] of choices) {
        choice.seal();
        giveEnd(number);
        recalled.add(number);
      }
    },
    finish,
  };
}

function interruption(choice: number): FinishPart {
  return {
    type: "finish",
    finishReason: { unified: "interrupted", raw: undefined },
    usage: { inputTokens: {}, outputTokens: {} },
    ...(choice === 0 ? {} : { choice }),
  };
}
