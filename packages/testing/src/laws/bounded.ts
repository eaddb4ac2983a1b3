import { isStageError, type Stage } from "@millrace/core";
import { everyCut } from "../cuts.ts";
import { equal } from "../equal.ts";
import { LawError } from "../law-error.ts";
import type { LawsOptions } from "../laws-options.ts";
import { observe, sameOutcome, type Ending } from "../observe.ts";
import { concat, cutAt, slice, units, type Whole } from "../whole.ts";

const SIZES = [16, 100];
const REPEATS = 3;

/**
 * Law 5. What a stage holds is bounded by its limit: a unit of `max` passes, and unit `max + 1`
 * trips it the moment it arrives, with the same `LimitError` at the same offset and the same
 * outputs for every cut, also when the rest of the input, or several units, come in one chunk.
 *
 * @example
 * ```ts
 * import { LimitError, stage } from "@millrace/core";
 * import { bounded } from "@millrace/testing";
 * import * as fc from "fast-check";
 *
 * const atMost = (max: number) =>
 *   stage<number, number>((emit) => {
 *     let count = 0;
 *     return {
 *       push(item) {
 *         if (count === max) throw new LimitError("Too many", { stage: "atMost", offset: count });
 *         count++;
 *         emit(item);
 *       },
 *     };
 *   });
 * await bounded("atMost", () => atMost(16), {
 *   input: fc.array(fc.nat()),
 *   limit: { stage: atMost, fill: (length) => Array.from({ length }, () => 0) },
 * });
 * ```
 */
export function bounded<I, O, W extends Whole>(
  name: string,
  make: () => Stage<I, O>,
  options: LawsOptions<I, O, W>,
): Promise<void> {
  return Promise.resolve().then(() => {
    for (const max of options.limit?.sizes ?? SIZES) verifyLimit(name, max, options);
  });
}

function verifyLimit<I, O, W extends Whole>(
  name: string,
  max: number,
  { limit, join }: LawsOptions<I, O, W>,
): void {
  if (limit === undefined) return;
  const { stage, fill, end } = limit;
  const full = fill(max);
  const over = fill(max + 1);

  function broken(problem: string, facts: Readonly<Record<string, unknown>>): LawError {
    return new LawError({ law: 5, stage: name, problem, facts: { max, ...facts } });
  }

  function verifyPasses(whole: W): void {
    for (const pieces of [cutAt(whole, []), units(whole)]) {
      const seen = observe(stage(max), pieces);
      if (!isLimit(seen.ending)) continue;
      throw broken("a unit as long as its limit trips it", { input: whole, cut: pieces, seen });
    }
  }

  function verifyTripsOnLastUnit(whole: W): void {
    const before = slice(whole, 0, whole.length - 1);
    const early = observe(stage(max), units(before), "leave");
    if (isLimit(early.ending)) {
      throw broken("it trips before unit max + 1 arrives", { input: before, seen: early });
    }
    const seen = observe(stage(max), units(whole), "leave");
    if (isLimit(seen.ending)) return;
    throw broken("it does not trip when unit max + 1 arrives", { input: whole, seen });
  }

  /** `known`: the error that this input must end in. */
  function verifyEveryCut(whole: W, known?: Ending): void {
    const expected = observe(stage(max), units(whole));
    const problem = "where and how it trips depends on what comes in the same chunk";
    const facts = { input: whole, "unit by unit": expected };
    if (known !== undefined && !equal(expected.ending, known)) {
      throw broken(problem, { ...facts, "without what follows": known });
    }
    for (const pieces of everyCut(whole)) {
      const seen = observe(stage(max), pieces);
      if (!sameOutcome(expected, seen, join)) {
        throw broken(problem, { ...facts, cut: pieces, "cut like this": seen });
      }
    }
  }

  verifyPasses(full);
  verifyTripsOnLastUnit(over);
  const tripped = observe(stage(max), units(over)).ending;
  verifyEveryCut(full);
  verifyEveryCut(over, tripped);
  if (end === undefined) return;
  verifyPasses(concat(full, end));
  const more = Array.from({ length: REPEATS }, () => concat(full, end));
  verifyEveryCut(concat(full, end, ...more));
  verifyEveryCut(concat(over, end), tripped);
  verifyEveryCut(concat(full, end, over, end));
}

function isLimit(ending: Ending): boolean {
  return ending.type === "error" && isStageError(ending.error, "limit");
}
