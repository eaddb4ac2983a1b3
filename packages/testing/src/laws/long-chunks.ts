import type { Stage } from "@millrace/core";
import { equal } from "../equal.ts";
import { LawError } from "../law-error.ts";
import type { LawsOptions } from "../laws-options.ts";
import { observe, sameOutcome } from "../observe.ts";
import { cutAt, isList, type Whole } from "../whole.ts";

/** More than a call takes as arguments, and than the shells hand on in one slice. */
const LENGTH = 131_072;
/** There are more than a thousand of them, and none ends where a power of two does. */
const PIECE_LENGTH = 101;
const BEGINNING = 40;

/**
 * Law 1 for chunks that nobody writes into a test: hostile inputs in one chunk and in many. It
 * wants a stage whose work is linear, or it takes its time.
 */
export function verifyLongChunks<I, O, W extends Whole>(
  name: string,
  make: () => Stage<I, O>,
  { hostile = [], join }: LawsOptions<I, O, W>,
): void {
  for (const [index, fill] of hostile.entries()) {
    const whole = fill(LENGTH);
    if (isList(whole)) continue;
    const inOne = observe(make(), cutAt(whole, []));
    const inMany = observe(make(), cutAt(whole, placesOf(whole)));
    if (sameOutcome(inOne, inMany, join)) continue;
    const what = equal(inOne.ending, inMany.ending) ? "the outputs" : "the end";
    throw new LawError({
      law: 1,
      stage: name,
      problem: `${whole.length} units in one chunk change ${what}`,
      facts: {
        "hostile input": index,
        begins: fill(BEGINNING),
        "in one chunk": inOne,
        [`in pieces of ${PIECE_LENGTH}`]: inMany,
      },
    });
  }
}

function placesOf(whole: Whole): number[] {
  const count = Math.ceil(whole.length / PIECE_LENGTH) - 1;
  return Array.from({ length: count }, (_, index) => (index + 1) * PIECE_LENGTH);
}
