import type { Stage } from "@millrace/core";
import { tuple } from "fast-check";
import { everyCut, fit, places } from "../cuts.ts";
import { equal } from "../equal.ts";
import { forAll } from "../for-all.ts";
import { LawError } from "../law-error.ts";
import type { LawsOptions } from "../laws-options.ts";
import { observe, sameOutcome, type Finish, type Outcome } from "../observe.ts";
import { cutAt, units, type Whole } from "../whole.ts";

/** Generated inputs up to here are cut like samples. */
const SHORT = 24;

/**
 * Law 1. The same input, cut anywhere, gives the same outputs (joined, for stages that emit deltas)
 * and the same end: a close, or the same error by name, message, code and offset; also when its
 * source then fails. With an oracle, they are the oracle's.
 *
 * @example
 * ```ts
 * import { map } from "@millrace/core";
 * import { cutsNeverMatter } from "@millrace/testing";
 * import * as fc from "fast-check";
 *
 * const shout = () => map((text: string) => text.toUpperCase());
 * await cutsNeverMatter("shout", shout, { input: fc.string(), join: (texts) => texts.join("") });
 * ```
 */
export async function cutsNeverMatter<I, O, W extends Whole>(
  name: string,
  make: () => Stage<I, O>,
  options: LawsOptions<I, O, W>,
): Promise<void> {
  const { join, oracle, samples = [] } = options;

  function broken(problem: string, facts: Readonly<Record<string, unknown>>): LawError {
    return new LawError({ law: 1, stage: name, problem, facts });
  }

  function compareWithOracle(whole: W, seen: Outcome<O>): void {
    if (oracle === undefined) return;
    const expected = askOracle(oracle, whole);
    const facts = { input: whole, stage: seen, oracle: expected };
    if (expected.ending.type === "error") {
      if (seen.ending.type === "error") return;
      throw broken("its oracle fails, and the stage does not", facts);
    }
    if (seen.ending.type === "error") throw broken("it fails, and its oracle does not", facts);
    const form = join ?? ((outputs: readonly O[]) => outputs);
    if (equal(form(seen.outputs), form(expected.outputs))) return;
    throw broken("its outputs are not its oracle's", facts);
  }

  function compare(whole: W, pieces: readonly unknown[], seen: Outcome<O>, finish?: Finish): void {
    const other = observe(make(), pieces, finish);
    if (sameOutcome(seen, other, join)) return;
    const what = equal(seen.ending, other.ending) ? "the outputs" : "the end";
    throw broken(`the cut changes ${what}${finish === undefined ? "" : " when the source fails"}`, {
      input: whole,
      cut: pieces,
      "in one chunk": seen,
      "cut like this": other,
    });
  }

  function verify(whole: W, cuttings: Iterable<readonly unknown[]>): void {
    const inOneChunk = cutAt(whole, []);
    const seen = observe(make(), inOneChunk);
    compareWithOracle(whole, seen);
    const finish = { fail: new Error("The source broke") };
    const seenToFail = observe(make(), inOneChunk, finish);
    for (const pieces of cuttings) {
      compare(whole, pieces, seen);
      compare(whole, pieces, seenToFail, finish);
    }
  }

  for (const sample of samples) verify(sample, everyCut(sample));
  await forAll(tuple(options.input, places()), options, ([whole, numbers]) => {
    const random = [units(whole), cutAt(whole, fit(numbers, whole))];
    verify(whole, whole.length <= SHORT ? everyCut(whole) : random);
  });
}

function askOracle<O, W>(oracle: (whole: W) => readonly O[], whole: W): Outcome<O> {
  try {
    return { outputs: oracle(whole), ending: { type: "close" } };
  } catch (error) {
    return { outputs: [], ending: { type: "error", error } };
  }
}
