import type { Stage } from "@millrace/core";
import { nat, tuple } from "fast-check";
import { cutPlaces, fit, places } from "../cuts.ts";
import { inTime } from "../deadline.ts";
import { fewer, forAll } from "../for-all.ts";
import { LawError } from "../law-error.ts";
import type { LawsOptions } from "../laws-options.ts";
import { asRead, observe, sameOutcome, type Outcome } from "../observe.ts";
import { SHELLS } from "../shells.ts";
import { readLate } from "../slow-reader.ts";
import { countingSource, failingSource } from "../sources.ts";
import { cutAt, slice, units, type Whole } from "../whole.ts";

const PLACES_OF_A_SAMPLE = 16;

/**
 * Law 4. Everything emitted before a failure is read before the failure is, however slowly one
 * reads: when the stage itself fails, and when its source fails after any prefix. Then what `fail`
 * emits arrives too, and after it the error, or a close if `fail` ended the stream.
 *
 * @example
 * ```ts
 * import { encodeText } from "@millrace/core";
 * import { dataBeforeError } from "@millrace/testing";
 * import * as fc from "fast-check";
 *
 * await dataBeforeError("encodeText", encodeText, { input: fc.string({ unit: "binary" }) });
 * ```
 */
export async function dataBeforeError<I, O, W extends Whole>(
  name: string,
  make: () => Stage<I, O>,
  options: LawsOptions<I, O, W>,
): Promise<void> {
  const { join, samples = [] } = options;

  /** The source fails behind these pieces, or (`reason` undefined) the stage does by itself. */
  async function verify(pieces: readonly I[], reason: Error | undefined): Promise<void> {
    const finish = reason === undefined ? "flush" : { fail: reason };
    const observed = observe(make(), pieces, finish);
    if (reason === undefined && observed.ending.type !== "error") return;
    const expected: Outcome<O> = { outputs: observed.outputs, ending: asRead(observed.ending) };
    const reads = SHELLS.map(async (shell) => {
      const source =
        reason === undefined ? countingSource(pieces).readable : failingSource(pieces, reason);
      const facts = {
        pieces,
        "the source then": reason === undefined ? "closes" : "fails",
        through: shell.name,
        expected,
      };
      const broken = (problem: string, more: object = {}) =>
        new LawError({ law: 4, stage: name, problem, facts: { ...facts, ...more } });
      const seen = await inTime(readLate(shell.open(source, make())), () =>
        broken("it never ends"),
      );
      if (sameOutcome(expected, seen, join)) return;
      const problem =
        seen.outputs.length < expected.outputs.length
          ? "a slow reader loses what came before the error"
          : "a slow reader sees something else";
      throw broken(problem, { seen });
    });
    await Promise.all(reads);
  }

  async function verifyAt(whole: W, place: number, cutting: readonly number[]): Promise<void> {
    const prefix = slice(whole, 0, place);
    await verify(cutAt(prefix, fit(cutting, prefix)) as I[], new Error("The source broke"));
  }

  for (const sample of samples) {
    await verify(cutAt(sample, []) as I[], undefined);
    const every = cutPlaces(sample);
    const step = Math.max(1, Math.floor(every.length / PLACES_OF_A_SAMPLE));
    for (let index = 0; index < every.length; index += step) {
      await verifyAt(sample, every[index]!, []);
    }
    await verifyAt(sample, sample.length, []);
  }
  await forAll(
    tuple(options.input, nat(), places()),
    fewer(options),
    async ([whole, number, cutting]) => {
      await verify(cutAt(whole, []) as I[], undefined);
      await verify(units(whole).slice(0, PLACES_OF_A_SAMPLE) as I[], undefined);
      await verifyAt(whole, number % (whole.length + 1), cutting);
    },
  );
}
