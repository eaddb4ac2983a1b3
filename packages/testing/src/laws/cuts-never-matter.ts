import type { Stage } from "@millrace/core";
import { stringify, toStringMethod, tuple } from "fast-check";
import { everyCut, fit, places } from "../cuts.ts";
import { equal } from "../equal.ts";
import { forAll } from "../for-all.ts";
import { LawError } from "../law-error.ts";
import type { LawsOptions } from "../laws-options.ts";
import { observe, sameOutcome, type Finish, type Outcome } from "../observe.ts";
import { cutAt, slice, units, type Whole } from "../whole.ts";

/** Generated inputs up to here are cut like samples. */
const SHORT = 24;

/**
 * Law 1. The same input, cut anywhere, gives the same outputs (joined, for stages that emit deltas)
 * and the same end: a close, or the same error by name, message, code and offset; also when its
 * source then fails. With an oracle, they are the oracle's. What is pushed stays as it was.
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
    verifyRepeats(whole, seen, finish);
    const what = equal(seen.ending, other.ending) ? "the outputs" : "the end";
    throw broken(`the cut changes ${what}${finish === undefined ? "" : " when the source fails"}`, {
      input: whole,
      cut: pieces,
      "in one chunk": seen,
      "cut like this": other,
    });
  }

  /** Others may hold the same input: the other branch of a tee, or the next run of this law. */
  function verifyUntouched(before: string, whole: W): void {
    const input = asText(whole);
    if (input === before) return;
    throw broken("it changes the input that it is given", {
      input: { [toStringMethod]: () => before },
      "and then": whole,
    });
  }

  /** No run leaves anything to the next one, nor does chance or the time of day decide. */
  function verifyRepeats(whole: W, seen: Outcome<O>, finish?: Finish): void {
    observe(make(), cutAt(slice(whole, 0, whole.length / 2), []), "leave");
    const again = observe(make(), cutAt(whole, []), finish);
    if (sameOutcome(seen, again, join)) return;
    const problem = "the same input in one chunk does not give the same twice";
    throw broken(problem, { input: whole, "the first time": seen, "the second time": again });
  }

  function verify(whole: W, cuttings: Iterable<readonly unknown[]>): void {
    const inOneChunk = cutAt(whole, []);
    const before = asText(whole);
    const seen = observe(make(), inOneChunk);
    verifyUntouched(before, whole);
    verifyRepeats(whole, seen);
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

/** Text cannot be changed, so it need not be written out to be compared. */
function asText(whole: Whole): string {
  return typeof whole === "string" ? whole : stringify(whole);
}

function askOracle<O, W>(oracle: (whole: W) => readonly O[], whole: W): Outcome<O> {
  try {
    return { outputs: oracle(whole), ending: { type: "close" } };
  } catch (error) {
    return { outputs: [], ending: { type: "error", error } };
  }
}
