import type { Stage } from "@millrace/core";
import { LawError } from "../law-error.ts";
import { turn } from "../turn.ts";
import { isList, unitAt, type Whole } from "../whole.ts";

const FIRST_LENGTH = 256;
const GROWTH = 4;
/** Work that grows by more than this where the input grows by 4 is not linear: 4 ** 1.4. */
const MOST_GROWTH = 7;
/** Growth up to here is linear beyond doubt. */
const CLEAR_GROWTH = 5;
/** The longer of two runs takes at least so many milliseconds, or its input is the longest. */
const MEASURABLE = 50;
const LONGEST_TEXT = 4_194_304;
const LONGEST_LIST = 262_144;
const BEGINNING = 40;
const ROUNDS = 5;
const RUNS = 4;

/**
 * Law 6. The work is linear in the input, whatever the cut and however hostile the input.
 *
 * No absolute time counts. The same input is run at a length and at four times that length, as one
 * chunk and unit by unit, in turns, at lengths that take long enough to be measured; the best of
 * several runs is taken of each. Quadratic work grows sixteenfold, linear work fourfold, and only
 * when five rounds in a row show more than sevenfold growth the law is broken.
 *
 * @param hostile inputs of a given length, as bad for the stage as can be
 *
 * @example
 * ```ts
 * import { decodeText } from "@millrace/core";
 * import { linear } from "@millrace/testing";
 *
 * await linear("decodeText", () => decodeText({ fatal: true }), [(length) => "x".repeat(length)]);
 * ```
 */
export async function linear<I, O, W extends Whole>(
  name: string,
  make: () => Stage<I, O>,
  hostile: readonly ((length: number) => W)[],
): Promise<void> {
  for (const [index, fill] of hostile.entries()) {
    for (const unitByUnit of [true, false]) {
      const prepare = (length: number) => {
        const whole = fill(length);
        return () => timeOf(make(), whole, unitByUnit);
      };
      const length = measurableLength(prepare, isList(fill(1)) ? LONGEST_LIST : LONGEST_TEXT);
      const growths = length === undefined ? [] : await superlinear(prepare, length);
      if (length === undefined || growths.length < ROUNDS) continue;
      const figures = growths.map((growth) => growth.toFixed(1)).join(", ");
      const cut = unitByUnit ? "unit by unit" : "in one chunk";
      throw new LawError({
        law: 6,
        stage: name,
        problem: `four times the input, ${cut}, is ${figures} times the work`,
        facts: { "hostile input": index, length, begins: fill(BEGINNING) },
      });
    }
  }
}

/** Makes the input of a length; what it gives takes the time of one run over it. */
type Prepare = (length: number) => () => number;

/** A length whose fourfold takes long enough, or none where even the longest input does not. */
function measurableLength(prepare: Prepare, longest: number): number | undefined {
  for (let length = FIRST_LENGTH; length * GROWTH <= longest; length *= 2) {
    if (prepare(length * GROWTH)() >= MEASURABLE) return length;
  }
  return undefined;
}

/** The growths of work that rounds have found, up to the first that is linear. */
async function superlinear(prepare: Prepare, length: number): Promise<number[]> {
  const short = prepare(length);
  const long = prepare(length * GROWTH);
  const growths: number[] = [];
  while (growths.length < ROUNDS) {
    const growth = round(short, long);
    if (growth <= MOST_GROWTH) break;
    growths.push(growth);
    await turn(); // whatever else the machine has to do, let it be done in between
  }
  return growths;
}

/** The ratio of the best times. What disturbs a run only makes it longer. */
function round(short: () => number, long: () => number): number {
  let [bestShort, bestLong] = [Infinity, Infinity];
  for (let run = 0; run < RUNS; run++) {
    bestShort = Math.min(bestShort, short(), short());
    bestLong = Math.min(bestLong, long());
    if (run > 0 && bestLong <= bestShort * CLEAR_GROWTH) break;
  }
  return bestLong / bestShort;
}

function timeOf<I, O>(stage: Stage<I, O>, whole: Whole, unitByUnit: boolean): number {
  let over = false;
  const isOver = () => over;
  const before = performance.now();
  const machine = stage.start(
    () => undefined,
    () => {
      over = true;
    },
  );
  const steps = unitByUnit || isList(whole) ? whole.length : 1;
  try {
    for (let index = 0; index < steps && !isOver(); index++) {
      machine.push((steps === 1 && !isList(whole) ? whole : unitAt(whole, index)) as I);
    }
    machine.flush?.();
  } catch (error) {
    attempt(() => machine.fail?.(error));
  }
  return performance.now() - before;
}

/** How a run over hostile input ends is the business of other laws. */
function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // As said.
  }
}
