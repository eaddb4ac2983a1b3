import { threadMs } from "./clock.ts";
import type { Contender, Row } from "./workload.ts";

/** How long to measure. */
export interface Effort {
  rounds: number;
  /** How long each contender runs in a round. Shorter batches would leave out the cost of GC. */
  batchMs: number;
  warmUpMs: number;
}

export interface Measurement {
  contender: Contender;
  /** Time of one run in each round. */
  times: number[];
}

const SHOWN = 200; // characters of a wrong output

/** Checks that the contenders agree, then times them in turn, round by round. */
export async function measure(
  row: Row,
  contenders: readonly Contender[],
  { rounds, batchMs, warmUpMs }: Effort,
): Promise<Measurement[]> {
  await checkAnswers(row, contenders);

  const runners = contenders.map((contender) => ({ contender, runs: 1, times: [] as number[] }));
  for (const runner of runners) {
    let spent = 0;
    let last = 0;
    while (spent < warmUpMs || last === 0) {
      last = await time(runner.contender, runner.runs);
      spent += last;
      if (last < batchMs / 2) runner.runs *= 2;
    }
    runner.runs = Math.max(1, Math.round((runner.runs * batchMs) / last));
  }

  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < runners.length; turn++) {
      // Another one begins each round, so that nobody always follows the same neighbour.
      const runner = runners[(round + turn) % runners.length]!;
      collectGarbage();
      await time(runner.contender, Math.ceil(runner.runs / 2));
      const spent = await time(runner.contender, runner.runs);
      // The system counts what a thread computes in steps, on a busy machine in large ones.
      if (spent === 0) throw new Error(`${row.name} needs a longer batch: no time went by`);
      runner.times.push(spent / runner.runs);
    }
  }
  return runners;
}

/** Throws unless every contender gives the reference's answer. */
export async function checkAnswers(row: Row, contenders: readonly Contender[]): Promise<void> {
  let expected: readonly string[] | undefined;
  for (const contender of contenders) {
    if (contender.silent) continue;
    const outputs: string[] = [];
    await contender.run((output) => outputs.push(output));
    const answer = row.equal === "joined" ? [outputs.join("")] : outputs;
    expected ??= answer;
    const wrong = difference(expected, answer);
    if (wrong !== undefined) throw new Error(`${contender.name} is wrong: ${wrong}`);
  }
}

function difference(expected: readonly string[], answer: readonly string[]): string | undefined {
  const at = expected.findIndex((output, index) => answer[index] !== output);
  if (at === -1 && answer.length === expected.length) return undefined;
  const index = at === -1 ? expected.length : at;
  const show = (outputs: readonly string[]) =>
    index < outputs.length ? JSON.stringify(outputs[index]).slice(0, SHOWN) : "nothing";
  return `output ${index} is ${show(answer)} instead of ${show(expected)}`;
}

/**
 * So that nobody pays for what another one has left. It costs optimised code as well, more in some
 * contenders than in others: what is timed comes when that is made up for.
 * Node has it with --expose-gc only, which its types do not know.
 */
function collectGarbage(): void {
  (globalThis as { gc?: () => void }).gc?.();
}

async function time({ run }: Contender, runs: number): Promise<number> {
  let total = 0;
  const sink = (output: string) => {
    total += output.length;
  };
  const begin = threadMs();
  for (let count = 0; count < runs; count++) {
    const running = run(sink);
    if (running !== undefined) await running;
  }
  const spent = threadMs() - begin;
  // The sum is used, or an optimiser could leave out the work.
  if (Number.isNaN(total)) throw new Error("A length is not a number");
  return spent;
}
