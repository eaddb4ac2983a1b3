import type { Stage } from "@millrace/core";
import { LawError } from "../law-error.ts";
import { turn } from "../turn.ts";
import { isList, unitAt, type Whole } from "../whole.ts";

const FIRST_LENGTH = 64;
const LONGEST_TEXT = 4_194_304;
const LONGEST_LIST = 262_144;

/** A unit may cost so much more than at the best length, and the work is linear beyond doubt. */
const CLEARLY_LINEAR = 1.5;
/** Caches and collectors make a unit cost several times more. Beyond this, more is to blame. */
const MOST_INCREASE = 10;
/** No memory is so slow. */
const BEYOND_MEMORY = 60;
/** The time must still grow by more than this where the length grows by 4: 4 ** 1.4 … */
const MOST_GROWTH = 7;
/** … and, short of that, by more than this where it grows by 2: one leap must not count twice. */
const MOST_GROWTH_OF_DOUBLE = 2.5;
/**
 * So many rounds in a row have to find it, each at twice the length while that is possible: where
 * memory gets slower or its collector wakes up, linear work grows too fast once.
 */
const ROUNDS = 4;
/** Where no longer run is possible, so many more rounds tell a disturbance from the work itself. */
const MOST_REPETITIONS = 10;

// Milliseconds.
/** A run this long shows what it is about … */
const TELLING = 30;
/** … and so does a shorter one over many units, that nothing is wrong: what grows has grown by then. */
const TELLING_OF_MANY = 5;
const MANY = 32_768;
/** A run this long need not be repeated: nothing disturbs it much. */
const LONG = 150;
/** No longer runs are tried … */
const LONGEST = 800;
/** … but of what costs too much without growing clearly: at twice the length it may. */
const LONGEST_OF_DOUBT = 2_500;
/** A run that takes longer is given up: memory that the host hands out slowly can make hours of it. */
const ENOUGH = 4_000;
/** Units between two looks at the clock. */
const LOOK = 256;
/** Shorter runs are repeated until they have taken so much together. */
const BATCH = 1.5;
/** What disturbs a run only makes it longer, so what seems to cost too much is measured again. */
const RUNS = 3;

const BEGINNING = 40;

/**
 * Law 6. The work is linear in the input, whatever the cut and however hostile the input.
 *
 * No absolute time counts. At doubling lengths it measures what a unit costs, as one chunk and unit
 * by unit, by the best of several runs, in the processor's time where the host tells it. In linear
 * work a unit costs the same at every length, but for what memory and its collector add; in
 * quadratic work, twice as much at twice the length. The law is broken only if several lengths in a
 * row agree that a unit costs more than ten times as much as at the best length, and more the
 * longer the input. It may miss work that the platform does at many gigabytes a second, such as
 * copies of a short input.
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
      const found = await tooFast(prepare, list ? LONGEST_LIST : LONGEST_TEXT);
      if (found === undefined) continue;
      const { best, worst } = found;
      const cut = unitByUnit ? "unit by unit" : "in one chunk";
      const times = (costOf(worst) / costOf(best)).toFixed(1);
      throw new LawError({
        law: 6,
        stage: name,
        problem: `${cut}, each of ${worst.length} units costs ${times} times one of ${best.length}`,
        facts: { "hostile input": index, begins: fill(BEGINNING) },
      });
    }
  }
}

/** Makes the input of a length; what it gives takes the time of one run over it. */
type Prepare = (length: number) => () => number;

/** What a run over a length takes. */
interface Measure {
  length: number;
  time: number;
}

/** Two lengths that show more than linear work, or none. */
async function tooFast(
  prepare: Prepare,
  longest: number,
): Promise<{ best: Measure; worst: Measure } | undefined> {
  const times = new Map<number, number>(); // of a run, by length
  let best: Measure = { length: 1, time: Infinity };
  let evidence = 0; // rounds in a row; those beyond doubt count twice
  let repetitions = 0;
  let length = FIRST_LENGTH;
  const time = (at: number, harmless: number) => {
    times.set(at, Math.min(times.get(at) ?? Infinity, measure(prepare, at, harmless)));
    return times.get(at)!;
  };
  for (;;) {
    const worst = { length, time: time(length, costOf(best) * CLEARLY_LINEAR * length) };
    if (costOf(worst) < costOf(best)) best = worst;
    const isTelling = worst.time >= TELLING;
    const growthSince = (earlier: number) => worst.time / (times.get(earlier) ?? Infinity);
    const grows = growthSince(length / 4) > MOST_GROWTH;
    const growsEvenly = grows && growthSince(length / 2) > MOST_GROWTH_OF_DOUBLE;
    const increase = costOf(worst) / costOf(best);
    const isEnough = isTelling || (worst.time >= TELLING_OF_MANY && length >= MANY);
    if (isEnough && increase <= CLEARLY_LINEAR && !growsEvenly) return undefined;

    if (isTelling && grows && increase > BEYOND_MEMORY) evidence += 2;
    else if (isTelling && growsEvenly && increase > MOST_INCREASE) evidence++;
    else evidence = 0;
    if (evidence >= ROUNDS) return { best, worst };

    const isSuspect = increase > MOST_INCREASE;
    const longestTime = isSuspect && evidence === 0 ? LONGEST_OF_DOUBT : LONGEST;
    if (length * 2 <= longest && worst.time <= longestTime) length *= 2;
    else if (!isSuspect || repetitions++ === MOST_REPETITIONS) return undefined;
    else for (const part of [2, 4]) time(length / part, 0);
    await turn(); // whatever else the machine has to do, let it be done in between
  }
}

/** The best of several runs, or the first that took no longer than a time that shows nothing bad. */
function measure(prepare: Prepare, length: number, harmless: number): number {
  const run = prepare(length);
  let time = Infinity;
  for (let index = 0; index < RUNS && (index === 0 || time > harmless); index++) {
    let sum = 0;
    let runs = 0;
    while (sum < BATCH) {
      sum += run();
      runs++;
    }
    time = Math.min(time, sum / runs);
    if (time > LONG) break;
  }
  return time;
}

function costOf({ length, time }: Measure): number {
  return time / length;
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
      if (index % LOOK !== LOOK - 1) continue;
      const spent = clock() - before;
      // In work that grows too fast the other units cost no less than these.
      if (spent > ENOUGH) return (spent * steps) / (index + 1);
    }
    machine.flush();
  } catch {
    // How a run over hostile input ends is the business of other laws.
  }
  return clock() - before;
}

/** Milliseconds: those that this thread has worked, or the process, or else those gone by. */
function clock(): number {
  const { process } = globalThis as { process?: Partial<Record<Usage, () => CpuUsage>> };
  const usage = process?.threadCpuUsage?.() ?? process?.cpuUsage?.();
  return usage === undefined ? performance.now() : (usage.user + usage.system) / 1_000;
}

type Usage = "threadCpuUsage" | "cpuUsage";

interface CpuUsage {
  user: number;
  system: number;
}
