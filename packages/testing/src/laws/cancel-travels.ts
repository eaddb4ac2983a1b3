import { pipe, type Stage } from "@millrace/core";
import { nat, tuple } from "fast-check";
import { fit, places } from "../cuts.ts";
import { inTime } from "../deadline.ts";
import { fewer, forAll } from "../for-all.ts";
import { LawError } from "../law-error.ts";
import type { LawsOptions } from "../laws-options.ts";
import { observe, type Observation } from "../observe.ts";
import { SHELLS, type Shell } from "../shells.ts";
import { countingSource } from "../sources.ts";
import { handlingRejections } from "../unhandled.ts";
import { cutAt, units, type Whole } from "../whole.ts";
import { SCENES, verifyCancelled, type Stream } from "./scenes.ts";

const CHUNKS_AHEAD_A_HOP = 2;
/** Samples are streamed unit by unit up to here. */
const MOST_PIECES = 64;

/**
 * Law 8. Cancelling the output cancels the source with the same reason: before the first read,
 * after some items, while a read is pending (which then is done), by leaving a `for await`; through
 * `pipeThrough` and chains of it, `pipe` and `fuse`. A stage that ends or fails cancels its source
 * too. A reader that stops reading stops the source: `pipe` pulls nothing ahead of what was read,
 * `pipeThrough` at most two chunks a hop. No rejection is left unhandled.
 *
 * @example
 * ```ts
 * import { decodeText } from "@millrace/core";
 * import { cancelTravels } from "@millrace/testing";
 * import * as fc from "fast-check";
 *
 * await cancelTravels("decodeText", () => decodeText(), { input: fc.uint8Array() });
 * ```
 */
export async function cancelTravels<I, O, W extends Whole>(
  name: string,
  make: () => Stage<I, O>,
  options: LawsOptions<I, O, W>,
): Promise<void> {
  const { samples = [] } = options;

  function verify(pieces: readonly I[], number: number): Promise<void> {
    return handlingRejections(name, () => verifyScenes(pieces, number), { pieces });
  }

  async function verifyScenes(pieces: readonly I[], number: number): Promise<void> {
    const all = observe(make(), pieces, "leave");
    if (all.ending.type !== "open") await verifyEarlyEnd(make, name, pieces, all);
    // From here on the stage wants more than the source gives.
    const taken = all.ending.type === "open" ? pieces : pieces.slice(0, Math.max(0, all.taken - 1));
    const observed = observe(make(), taken, "leave");
    if (observed.ending.type !== "open") return;
    const reads = number % (observed.outputs.length + 1);
    const scenes = SCENES.flatMap((scene) => SHELLS.map((shell) => ({ scene, shell })));
    const plays = scenes.map(({ scene, shell }) => {
      const source = countingSource(taken, { stall: true });
      const facts = { pieces: taken, through: shell.name, when: scene.name };
      const broken = (problem: string, more: object = {}) =>
        new LawError({ law: 8, stage: name, problem, facts: { ...facts, ...more } });
      const readable = shell.open(source.readable, make());
      const late = () => broken("it does not settle");
      const stream: Stream = {
        readable,
        source,
        available: observed.outputs.length,
        reads,
        mostPulled: mostPulled(observed.after, reads, shell),
        wait: (promise) => promise,
        broken,
      };
      return inTime(scene.play(stream), late);
    });
    await Promise.all(plays);
    await verifyIterable(make, name, taken, observed);
  }

  for (const sample of samples) {
    const pieces = sample.length > MOST_PIECES ? cutAt(sample, []) : units(sample);
    await verify(pieces as I[], Math.ceil(pieces.length / 2));
  }
  await forAll(tuple(options.input, places(), nat()), fewer(options), ([whole, cutting, number]) =>
    verify(cutAt(whole, fit(cutting, whole)) as I[], number),
  );
}

/** A hop may take chunks ahead; those of a hop behind the stage are outputs of the stage. */
function mostPulled(after: readonly number[], reads: number, { hops, hopsBehind }: Shell): number {
  const wanted = reads + CHUNKS_AHEAD_A_HOP * hopsBehind;
  const needed = after.findIndex((outputs) => outputs >= wanted);
  return needed < 0 ? Infinity : needed + CHUNKS_AHEAD_A_HOP * hops;
}

/** A stage that stopped by itself has let go of its source. */
async function verifyEarlyEnd<I, O>(
  make: () => Stage<I, O>,
  name: string,
  pieces: readonly I[],
  { ending, outputs }: Observation<O>,
): Promise<void> {
  if (ending.type !== "end" && ending.type !== "error") return;
  const reason = ending.type === "end" ? ending.reason : ending.error;
  for (const shell of SHELLS) {
    const source = countingSource(pieces, { stall: true });
    const facts = { pieces, through: shell.name, when: "the stage stops" };
    const broken = (problem: string, more: object = {}) =>
      new LawError({ law: 8, stage: name, problem, facts: { ...facts, ...more } });
    const reader = shell.open(source.readable, make()).getReader();
    reader.closed.catch(() => undefined);
    const readAll = async () => {
      for (let read = 0; read <= outputs.length; read++) await reader.read().catch(() => undefined);
    };
    await inTime(readAll(), () => broken("it does not settle"));
    await verifyCancelled(source, reason, broken);
  }
}

/** An iterable has no reason to be told, but it is told. */
async function verifyIterable<I, O>(
  make: () => Stage<I, O>,
  name: string,
  pieces: readonly I[],
  { outputs }: Observation<O>,
): Promise<void> {
  const iterator = pieces[Symbol.iterator]();
  let returned = 0;
  const iterable: AsyncIterable<I> = {
    [Symbol.asyncIterator]: () => ({
      next: () => Promise.resolve(iterator.next()),
      return() {
        returned++;
        return Promise.resolve({ done: true, value: undefined });
      },
    }),
  };
  const reader = pipe(iterable, make()).getReader();
  if (outputs.length > 0) await reader.read();
  await reader.cancel();
  if (returned === 1) return;
  const problem = `the iterator of its source is returned ${returned} times`;
  throw new LawError({ law: 8, stage: name, problem, facts: { pieces, through: "pipe" } });
}
