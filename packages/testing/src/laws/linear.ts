import type { Stage } from "@millrace/core";
import { LawError } from "../law-error.ts";
import { turn } from "../turn.ts";
import { isList, unitAt, type Whole } from "../whole.ts";

const FIRST_LENGTH = 256;
const GROWTH = 4;
/** Growth up to here is linear beyond doubt. */
const LINEAR_GROWTH = 5;
/** Growth beyond this, of input that grew by 4, is not linear: 4 ** 1.4. */
const MOST_GROWTH = 7;
/** Of two lengths, the longer takes at least so many milliseconds to run. */
const MEASURABLE = 50;
const LONGEST_TEXT = 4_194_304;
const LONGEST_LIST = 262_144;
const RUNS = 4;
/** A run that takes so many milliseconds is not much disturbed, nor does it need a longer input. */
const LONG = 250;
const ROUNDS = 3;
const BEGINNING = 40;

/**
 * Law 6. The work is linear in the input, whatever the cut and however hostile the input.
 *
 * No absolute time counts. The same input is run at a length and at four times that length, as one
 * chunk and unit by unit, in turns, at lengths that take long enough to be measured; the best of
 * several runs is taken of each. Quadratic work grows sixteenfold, linear work fourfold. What grows
 * more is measured again at longer lengths, and the law is broken only if no round
 * looks linear and the last ones show more than sevenfold growth.
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
export async function linear<I, O>(
  name: string,
  make: () => Stage<I, O>,
  hostile: readonly ((length: number) => Whole)[],
): Promise<void> {
  for (const [index, fill] of hostile.entries()) {
    const list = isList(fill(1));
    for (const unitByUnit of list ? [true] : [true, false]) {
      const prepare = (length: number) => {
        const whole = fill(length);
        return () => timeOf(make(), whole, unitByUnit);
      };
      const longest = list ? LONGEST_LIST : LONGEST_TEXT;
      const length = measurableLength(prepare, longest);
      if (length === undefined) continue;
      const growths = await superlinear(prepare, length, longest);
      if (growths.length === 0) continue;
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

/**
 * The growths that rounds have found; none, if one of them, or the last two, are no evidence.
 *
 * Each round takes twice the length. Linear work may grow too fast once, where memory gets slower
 * or the collector wakes up, but not at every length.
 */
async function superlinear(prepare: Prepare, first: number, longest: number): Promise<number[]> {
  const growths: number[] = [];
  for (let length = first; growths.length < ROUNDS;) {
    const { short, long } = bestTimes(prepare(length), prepare(length * GROWTH));
    const growth = (GROWTH * long) / short;
    if (growth <= LINEAR_GROWTH) return [];
    growths.push(growth);
    if (long < LONG && length * GROWTH < longest) length *= 2;
    await turn(); // whatever else the machine has to do, let it be done in between
  }
  return growths.slice(-2).every((growth) => growth > MOST_GROWTH) ? growths : [];
}

/**
 * The best times of several runs in turns, for what disturbs a run only makes it longer: of one
 * long run, and of as many short ones as have the same input. Both then take about as long, so that
 * a busy machine troubles them alike.
 */
function bestTimes(runShort: () => number, runLong: () => number): { short: number; long: number } {
  let [short, long] = [Infinity, Infinity];
  for (let run = 0; run < RUNS; run++) {
    let sum = 0;
    for (let part = 0; part < GROWTH; part++) sum += runShort();
    short = Math.min(short, sum);
    long = Math.min(long, runLong());
    if (long > LONG || (run > 0 && GROWTH * long <= LINEAR_GROWTH * short)) break;
  }
  return { short, long };
}

function timeOf<I, O>(stage: Stage<I, O>, whole: Whole, unitByUnit: boolean): number {
  let over = false;
  const isOver = () => over;
  const before = clock();
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
    machine.flush();
  } catch {
    // How a run over hostile input ends is the business of other laws.
  }
  return clock() - before;
}

/** Milliseconds: those that the process has worked, where the host can tell, else those gone by. */
function clock(): number {
  const { process } = globalThis as { process?: { cpuUsage?: () => CpuUsage } };
  const usage = process?.cpuUsage?.();
  return usage === undefined ? performance.now() : (usage.user + usage.system) / 1_000;
}

interface CpuUsage {
  user: number;
  system: number;
}
