import type { Stage } from "@millrace/core";
import { cutPlaces } from "../cuts.ts";
import { equal } from "../equal.ts";
import { forAll } from "../for-all.ts";
import { LawError } from "../law-error.ts";
import type { LawsOptions } from "../laws-options.ts";
import { observe, type Finish } from "../observe.ts";
import { startsWith } from "../sequence.ts";
import { concatPieces, cutAt, slice, units, type Whole } from "../whole.ts";

/**
 * Law 7. The outputs of a lossless stage join to its input, or the function given as `lossless`
 * makes the input from them: when the input ends, and when it breaks off, for then `fail` owes what
 * is held. With `lossless: true` this holds for every prefix.
 *
 * @example
 * ```ts
 * import { encodeText } from "@millrace/core";
 * import { nothingLost } from "@millrace/testing";
 * import * as fc from "fast-check";
 *
 * await nothingLost("encodeText", encodeText, {
 *   input: fc.string({ unit: "binary" }),
 *   lossless: (outputs) => outputs.map((bytes) => new TextDecoder().decode(bytes)).join(""),
 * });
 * ```
 */
export async function nothingLost<I, O, W extends Whole>(
  name: string,
  make: () => Stage<I, O>,
  options: LawsOptions<I, O, W>,
): Promise<void> {
  const { lossless, samples = [] } = options;
  if (lossless === undefined) return;
  const restore = lossless === true ? (outputs: readonly O[]) => concatPieces(outputs) : lossless;

  function verifyAt(whole: W, place: number): void {
    const prefix = slice(whole, 0, place);
    for (const pieces of [cutAt(prefix, []), units(prefix)]) {
      for (const [how, finish] of FINISHES) verifyRun(prefix, pieces, how, finish);
    }
  }

  function verifyRun(input: W, pieces: readonly unknown[], how: string, finish: Finish): void {
    const { outputs, ending } = observe(make(), pieces, finish);
    // A stage that stops of its own accord owes what came before.
    const stopped = ending.type === "end" || (ending.type === "error" && ending.error !== BROKEN);
    const restored = restore(outputs);
    if (stopped ? lossless !== true || startsWith(input, restored) : same(restored, input)) return;
    throw new LawError({
      law: 7,
      stage: name,
      problem: `when the input ${how}, its outputs are not all of the input`,
      facts: { input, cut: pieces, outputs, restored },
    });
  }

  function verify(whole: W): void {
    if (lossless === true) for (const place of cutPlaces(whole)) verifyAt(whole, place);
    else verifyAt(whole, whole.length);
  }

  for (const sample of samples) verify(sample);
  await forAll(options.input, options, verify);
}

const BROKEN = /* @__PURE__ */ new Error("The source broke");

const FINISHES: readonly (readonly [how: string, finish: Finish])[] = [
  ["ends", "flush"],
  ["breaks off", { fail: BROKEN }],
];

function same(restored: Whole, input: Whole): boolean {
  return restored.length === 0 ? input.length === 0 : equal(restored, input);
}
