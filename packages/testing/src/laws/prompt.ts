import type { Stage } from "@millrace/core";
import { cutPlaces } from "../cuts.ts";
import { forAll } from "../for-all.ts";
import { LawError } from "../law-error.ts";
import { isLong } from "../long.ts";
import type { LawsOptions } from "../laws-options.ts";
import { observe } from "../observe.ts";
import { commonLength, startsWith, type Sequence } from "../sequence.ts";
import { concat, concatPieces, cutAt, isList, slice, units, type Whole } from "../whole.ts";

/** Units of an input after whose every prefix all continuations are tried. */
const SHORT = 24;

/** A stage can be late only behind a longer chunk, or only at the second one. */
const PIECE_LENGTHS = [1, 2, 3, 7];

/**
 * Law 2. Whatever can be known comes out at once. After every prefix, pushed as one chunk, unit by
 * unit and in pieces of a few units, what has come out (monotone) begins what comes out of the
 * whole, and (eager) is all that the outputs have in common over the declared `continuations`, or
 * (`hold`) lacks no more than declared. A lone half of a surrogate pair may wait for its other half.
 * Behind the prefixes of an input of more than 24 units, continuations are tried only until one
 * explains what is held; `MILLRACE_LONG=1` in the environment makes it all of them.
 *
 * @example
 * ```ts
 * import { filter } from "@millrace/core";
 * import { prompt } from "@millrace/testing";
 * import * as fc from "fast-check";
 *
 * const odd = () => filter((count: number) => count % 2 === 1);
 * await prompt("odd", odd, { input: fc.array(fc.nat()), continuations: [[1], [2], [3]] });
 * ```
 */
export async function prompt<I, O, W extends Whole>(
  name: string,
  make: () => Stage<I, O>,
  options: LawsOptions<I, O, W>,
): Promise<void> {
  const { continuations, hold, samples = [] } = options;
  const join = (outputs: readonly O[]): Sequence => options.join?.(outputs) ?? outputs;
  let likely: W | undefined;

  function continuationsOf(prefix: W): readonly W[] | undefined {
    return typeof continuations === "function" ? continuations(prefix) : continuations;
  }

  function verify(whole: W): void {
    const runs = PIECE_LENGTHS.slice(0, isList(whole) ? 1 : undefined).map((length) => ({
      length,
      ...observe(make(), inPieces(whole, length)),
    }));
    const all = join(runs[0]!.outputs);
    for (const place of cutPlaces(whole)) {
      const prefix = slice(whole, 0, place);
      const seen: [pushed: string, outputs: readonly O[]][] = runs
        .filter(({ length }) => place % length === 0)
        .map(({ length, outputs, after }) => [
          length === 1 ? "unit by unit" : `in pieces of ${length}`,
          outputs.slice(0, after[place / length]),
        ]);
      if (!isList(whole) || place <= SHORT) {
        const afresh = observe(make(), cutAt(prefix, []), "leave").outputs;
        seen.push([isList(whole) ? "and nothing more" : "in one chunk", afresh]);
      }
      const shown = Math.min(...seen.map(([, outputs]) => join(outputs).length));
      const certain = certainOutputs(prefix, all, whole.length <= SHORT || isLong() ? 0 : shown);
      for (const [pushed, outputs] of seen) {
        const facts = { input: whole, prefix, pushed, "so far": outputs };
        verifyMonotone(outputs, all, facts);
        if (certain !== undefined) verifyEager(outputs, certain, facts);
        if (hold !== undefined) verifyHold(outputs, prefix, hold, facts);
      }
    }
  }

  function verifyMonotone(outputs: readonly O[], all: Sequence, facts: Facts): void {
    if (startsWith(all, join(outputs))) return;
    throw broken("what came out of a prefix does not begin what comes out of the whole", {
      ...facts,
      whole: all,
    });
  }

  /**
   * What the stage's outputs have in common, whatever follows. That it is no more than `enough`
   * shows that nothing is held back, and then no more continuations are tried.
   */
  function certainOutputs(prefix: W, all: Sequence, enough: number): Sequence | undefined {
    const following = continuationsOf(prefix);
    if (following === undefined) return undefined;
    let length = all.length; // of the common beginning so far
    for (const continuation of likelyFirst([undefined, ...following])) {
      const whole = continuation === undefined ? prefix : concat(prefix, continuation);
      const { outputs } = observe(make(), cutAt(whole, []));
      const common = commonLength(all, join(outputs));
      if (common < length) likely = continuation;
      length = Math.min(length, common);
      if (length <= enough) break;
    }
    return all.slice(0, length);
  }

  /** What differed most from the whole at the place before is likely to do so again. */
  function likelyFirst(all: readonly (W | undefined)[]): readonly (W | undefined)[] {
    return likely !== undefined && all.includes(likely) ? [likely, ...all] : all;
  }

  function verifyEager(outputs: readonly O[], certain: Sequence, facts: Facts): void {
    const seen = join(outputs);
    const missing = certain.length - seen.length;
    if (missing === 0 || (missing === 1 && endsInHighSurrogate(certain))) return;
    const problem =
      missing > 0
        ? "it holds back what no continuation can change"
        : "it emits what a continuation can still change";
    throw broken(problem, { ...facts, certain });
  }

  function verifyHold(outputs: readonly O[], prefix: W, most: number, facts: Facts): void {
    const atEnd = observe(make(), cutAt(prefix, [])).outputs;
    const missing = size(atEnd) - size(outputs);
    if (missing <= most) return;
    throw broken(`it holds back ${missing} units, and declares ${most}`, {
      ...facts,
      "if the input ended here": atEnd,
    });
  }

  function size(outputs: readonly O[]): number {
    return options.join === undefined ? concatPieces(outputs).length : join(outputs).length;
  }

  function broken(problem: string, facts: Facts): LawError {
    return new LawError({ law: 2, stage: name, problem, facts });
  }

  for (const sample of samples) verify(sample);
  await forAll(options.input, options, verify);
}

function inPieces(whole: Whole, length: number): unknown[] {
  if (length === 1) return units(whole);
  const pieces: unknown[] = [];
  for (let at = 0; at < whole.length; at += length) pieces.push(slice(whole, at, at + length));
  return pieces;
}

type Facts = Readonly<Record<string, unknown>>;

function endsInHighSurrogate(sequence: Sequence): boolean {
  const last = typeof sequence === "string" ? sequence.charCodeAt(sequence.length - 1) : 0;
  return last >= 0xd800 && last <= 0xdbff;
}
