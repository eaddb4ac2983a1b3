import { stage, type Stage } from "@millrace/core";
import { checkOverlap, openHopJoiner } from "./join-hops/open-hop-joiner.ts";
import type { JoinHopsOptions } from "./join-hops.ts";
import type { Part } from "./part.ts";
import { choiceNamed } from "./stream-level.ts";
import type { Usage } from "./usage.ts";

const HOP = /^h(\d{1,9}):/;

/**
 * Goes on with an answer that broke off and cannot be taken back, since its parts are stored, or were
 * sent: those of another source become the rest of it.
 *
 * - **In / Out:** parts of the source that goes on; parts that stand behind `soFar`, so that both are one
 *   answer by the rules of `checkParts`. What the source repeats of the text is left out, a text block
 *   that is open goes on, other blocks that are open are void by a `reset`, and so on, as `joinHops`
 *   has it. But what has ended in `soFar` has ended: its block is not gone on with.
 * - **When:** a `reset`, and the usage so far, at once; then as `joinHops`.
 * - **End:** an answer that had its finish is whole: nothing comes, and the source is cancelled. A choice
 *   that the source does not have is interrupted.
 * - **Limits, Errors, Cost:** those of `joinHops`, and `soFar` is walked once.
 *
 * @example
 * ```ts
 * import { run } from "@millrace/core";
 * import { continueAnswer, text, type Part } from "@millrace/parts";
 *
 * const soFar: Part[] = [
 *   { type: "text-start", id: "text-0" },
 *   { type: "text-delta", id: "text-0", delta: "The wheel tur" },
 * ];
 * const other: Part[] = [
 *   { type: "text-start", id: "text-0" },
 *   { type: "text-delta", id: "text-0", delta: "wheel turns." },
 *   { type: "text-end", id: "text-0" },
 * ];
 * const rest = run(continueAnswer(soFar), other);
 * rest[0]; // => { type: "text-delta", id: "text-0", delta: "ns." }
 * run(text(), [...soFar, ...rest]); // => ["The wheel tur", "ns."]
 * ```
 */
export function continueAnswer(
  soFar: Iterable<Part>,
  options: JoinHopsOptions = {},
): Stage<Part, Part> {
  checkOverlap(options);
  return stage((emit, end) => {
    const choices = new Set<number>(); // that were begun
    const finished = new Set<number>(); // and those of them that are whole
    const untold = new Set<string | undefined>(); // blocks that would be more of what is whole
    let hop = 2; // ids of later sources begin with their number, and so may some of those so far
    let usage: Usage | undefined; // of what came before
    let isNews = false;

    const joiner = openHopJoiner("continueAnswer", options, (part) => {
      if (isNews) emit(part);
    });
    for (const part of soFar) recall(part);
    if (finished.size > 0 && finished.size === choices.size) end();
    isNews = true;
    joiner.push({ hop });
    if (usage !== undefined) emit({ type: "usage", usage }); // for who sees the rest alone

    function recall(part: Part): void {
      const choice = choiceNamed(part);
      if (choice !== undefined) choices.add(choice);
      if (part.type === "finish") finished.add(part.choice ?? 0);
      if (part.type === "usage") ({ usage } = part);
      const [, number] = HOP.exec("id" in part ? (part.id ?? "") : "") ?? [];
      if (number !== undefined) hop = Math.max(hop, Number(number) + 1);
      joiner.recall(part, choice);
    }

    return {
      push(part) {
        const choice = choiceNamed(part);
        if (choice !== undefined && finished.has(choice)) untold.add("id" in part ? part.id : "");
        else if (part.type !== "reset") joiner.push({ hop, item: part });
        else {
          const blocks = part.blocks.filter((id) => !untold.has(id));
          if (blocks.length > 0) joiner.push({ hop, item: { ...part, blocks } });
        }
      },
      flush: joiner.finish,
      fail: joiner.finish,
    };
  });
}
