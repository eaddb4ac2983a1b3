import { fuse, pipe, run, toTransformStream, type Stage } from "@millrace/core";
import { tuple } from "fast-check";
import { fit, places } from "../cuts.ts";
import { inTime } from "../deadline.ts";
import { fewer, forAll } from "../for-all.ts";
import { LawError } from "../law-error.ts";
import type { LawsOptions } from "../laws-options.ts";
import { asRead, observe, sameOutcome, type Ending, type Outcome } from "../observe.ts";
import { startsWith } from "../sequence.ts";
import { identity, SHELLS } from "../shells.ts";
import { read } from "../slow-reader.ts";
import { countingSource } from "../sources.ts";
import { cutAt, units, type Whole } from "../whole.ts";

/** Samples up to here are also streamed unit by unit. */
const SHORT = 256;

/**
 * Law 3. A stage means the same however it is run: by hand, by `run`, fused, through `pipeThrough`
 * and chains of it, through `pipe` from a stream, an async generator and an array, and, where no
 * error is involved, through `toTransformStream`. Running it once changes nothing for the next run.
 *
 * @example
 * ```ts
 * import { take } from "@millrace/core";
 * import { oneMeaning } from "@millrace/testing";
 * import * as fc from "fast-check";
 *
 * await oneMeaning("take", () => take<string>(2), { input: fc.array(fc.string()) });
 * ```
 */
export async function oneMeaning<I, O, W extends Whole>(
  name: string,
  make: () => Stage<I, O>,
  options: LawsOptions<I, O, W>,
): Promise<void> {
  const { join, samples = [] } = options;

  async function verify(whole: W, pieces: readonly I[]): Promise<void> {
    const observed = observe(make(), pieces);
    const expected = { outputs: observed.outputs, ending: asRead(observed.ending) };
    for (const [form, open] of forms(make, pieces)) {
      if (form === TRANSFORM_STREAM && expected.ending.type === "error") continue;
      if (form === RUN && losesOutputs(expected.ending)) continue;
      const facts = { input: whole, cut: pieces, "driven by hand": expected };
      const late = () =>
        new LawError({ law: 3, stage: name, problem: `${form} never ends`, facts });
      const seen = await inTime(Promise.resolve(open()), late);
      if (sameOutcome(expected, seen, join)) continue;
      const isLoss = expected.ending.type === "error" && startsWith(expected.outputs, seen.outputs);
      throw new LawError({
        // What an error has swallowed is the business of that law.
        law: isLoss ? 4 : 3,
        stage: name,
        problem: `${form} gives ${isLoss ? "less than it gave by hand" : "something else"}`,
        facts: { ...facts, [form]: seen },
      });
    }
  }

  for (const sample of samples) {
    await verify(sample, cutAt(sample, []) as I[]);
    if (sample.length <= SHORT) await verify(sample, units(sample) as I[]);
  }
  await forAll(tuple(options.input, places()), fewer(options), ([whole, numbers]) =>
    verify(whole, cutAt(whole, fit(numbers, whole)) as I[]),
  );
}

const RUN = "run";
const TRANSFORM_STREAM = "toTransformStream";

/** What is no error, or is frozen, cannot carry the outputs of a run. */
function losesOutputs(ending: Ending): boolean {
  return (
    ending.type === "error" && !(ending.error instanceof Error && Object.isExtensible(ending.error))
  );
}

type Form<O> = readonly [name: string, open: () => Outcome<O> | Promise<Outcome<O>>];

function forms<I, O>(make: () => Stage<I, O>, pieces: readonly I[]): Form<O>[] {
  const source = () => countingSource(pieces).readable;
  return [
    [RUN, () => attempt(() => run(make(), pieces))],
    ["a second run of the same stage", () => runTwice(make(), pieces)],
    ["fuse", () => observeAsRead(fuse(identity<I>(), make(), identity<O>()), pieces)],
    ["fuse of one stage", () => observeAsRead(fuse(make()), pieces)],
    ...SHELLS.map((shell): Form<O> => [
      shell.name,
      () => read(shell.open(source(), make()), atOnce),
    ]),
    ["pipe of an async generator", () => read(pipe(generate(pieces), make()), atOnce)],
    ["pipe of an array", () => read(pipe(pieces, make()), atOnce)],
    [TRANSFORM_STREAM, () => read(source().pipeThrough(toTransformStream(make())), atOnce)],
  ];
}

function attempt<O>(work: () => readonly O[]): Outcome<O> {
  try {
    return { outputs: work(), ending: { type: "close" } };
  } catch (error) {
    const { outputs = [] } = error as { outputs?: readonly O[] };
    return { outputs, ending: { type: "error", error } };
  }
}

function observeAsRead<I, O>(stage: Stage<I, O>, pieces: readonly I[]): Outcome<O> {
  const { outputs, ending } = observe(stage, pieces);
  return { outputs, ending: asRead(ending) };
}

/** Two runs of one stage side by side: they must not meet. */
function runTwice<I, O>(stage: Stage<I, O>, pieces: readonly I[]): Outcome<O> {
  const abandoned = stage.start(() => undefined);
  try {
    for (const piece of pieces.slice(0, 1 + pieces.length / 2)) abandoned.push(piece);
  } catch {
    // How the first run ends is its own affair.
  }
  return observeAsRead(stage, pieces);
}

async function* generate<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const item of items) {
    await Promise.resolve();
    yield item;
  }
}

function atOnce(): undefined {
  return undefined;
}
