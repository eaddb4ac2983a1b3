import { threadMs } from "../src/clock.ts";

/** Does work of a size, in whatever unit. */
export type Work = (size: number) => unknown;

const FIRST = 1_024;
const ENOUGH_MS = 250;
const LARGEST = 4_194_304;
const TIMES = 4;
const TRIES = 3;
/** Between linear and quadratic work. */
const BORDER = 1.5;

/**
 * How the time for work grows with its size: `n` or `n²`. Sizes are doubled until one takes long
 * enough for a clock, which is then compared with a quarter of it.
 */
export async function growthOf(work: Work): Promise<string> {
  let size = FIRST;
  while (size < LARGEST && (await timeOf(work, size)) < ENOUGH_MS) size *= 2;
  const whole: number[] = [];
  const part: number[] = [];
  for (let turn = 0; turn < TRIES; turn++) {
    whole.push(await timeOf(work, size));
    part.push(await timeOf(work, size / TIMES));
  }
  const exponent = Math.log(Math.min(...whole) / Math.min(...part)) / Math.log(TIMES);
  return exponent < BORDER ? "_n_" : "_n_²";
}

async function timeOf(work: Work, size: number): Promise<number> {
  const before = threadMs();
  await work(size);
  return threadMs() - before;
}
