import type { Part } from "@millrace/parts";
import type { Answer } from "./answer.ts";
import { malformedEvent } from "./stream-error.ts";
import { count, type Wire } from "./wire.ts";

/** The answers that come in one stream when several are asked for at once. */
export interface Choices<C> {
  /** The one that a piece belongs to; where its index is impossible, an error is told of. */
  of(piece: Wire, place: number): C | undefined;
  /** All of them, at least the first. */
  all(): Iterable<C>;
}

const LAST_CHOICE = 127;

/** `open` is given an answer that marks its parts with the choice. */
export function openChoices<C>(answer: Answer, open: (answer: Answer) => C): Choices<C> {
  const choices = new Map<number, C>();

  function at(index: number): C {
    const known = choices.get(index);
    if (known !== undefined) return known;
    const choice = open(
      index === 0
        ? answer
        : {
            ...answer,
            emit: (part) => {
              answer.emit({ ...part, choice: index } as Part);
            },
          },
    );
    choices.set(index, choice);
    return choice;
  }

  return {
    of(piece, place) {
      const index = count(piece["index"]) ?? place;
      if (Number.isInteger(index) && index >= 0 && index <= LAST_CHOICE) return at(index);
      answer.fail(malformedEvent("A choice has no usable index", piece));
      return undefined;
    },
    all() {
      if (choices.size === 0) at(0);
      return choices.values();
    },
  };
}
