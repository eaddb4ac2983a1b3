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
import { turn } from "../turn.ts";
import { cutAt, units, type Whole } from "../whole.ts";

/** Samples up to here are also streamed unit by unit. */
const SHORT = 256;

/**
 * Law 3. A stage means the same however it is run: by hand, by `run`, fused, through `pipeThrough`
 * and chains of it, through `pipe` from a stream, an async generator and an array, and, where no
 * error is involved, through `toTransformStream`. Runs side by side do not meet, and what a machine
 * emits it emits before its `push` returns.
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

  /** What comes after its push is over may be lost. */
  async function verifySynchronous(whole: W, pieces: readonly I[]): Promise<void> {
    const { outputs } = observe(make(), pieces, "leave");
    const emitted = outputs.length;
    await turn();
    if (outputs.length === emitted) return;
    const facts = { input: whole, cut: pieces, "too late": outputs.slice(emitted) };
    const problem = "it emits when its push has returned already";
    throw new LawError({ law: 3, stage: name, problem, facts });
  }

  async function verify(whole: W, pieces: readonly I[]): Promise<void> {
    await verifySynchronous(whole, pieces);
    const observed = observe(make(), pieces);
    const expected = { outputs: observed.outputs, ending: asRead(observed.ending) };
    const broken = (law: number, problem: string, more: object = {}) => {
      const facts = { input: whole, cut: pieces, "driven by hand": expected, ...more };
      return new LawError({ law, stage: name, problem, facts });
    };
    for (const [form, open] of forms(make, pieces)) {
      if (form === TRANSFORM_STREAM && expected.ending.type === "error") continue;
      if (form === RUN && losesOutputs(expected.ending)) continue;
      const late = () => broken(3, `${form} never ends`);
      const seen = await inTime(Promise.resolve(open()), late);
      if (sameOutcome(expected, seen, join)) continue;
      const isLoss = expected.ending.type === "error" && startsWith(expected.outputs, seen.outputs);
      const problem = `${form} gives ${isLoss ? "less than it gave by hand" : "something else"}`;
      // What an error has swallowed is the business of that law.
      throw broken(isLoss ? 4 : 3, problem, { [form]: seen });
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
    ["a run beside another of the same stage", () => runBeside(make(), pieces)],
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

function observeAsRead<I, O>(stage: Pick<Stage<I, O>, "start">, pieces: readonly I[]): Outcome<O> {
  const { outputs, ending } = observe(stage, pieces);
  return { outputs, ending: asRead(ending) };
}

/** A run beside another one of the same stage, which takes each piece, too: they must not meet. */
function runBeside<I, O>(stage: Stage<I, O>, pieces: readonly I[]): Outcome<O> {
  const other = stage.start(() => undefined);
  function pushToOther(piece: I): void {
    try {
      other.push(piece);
    } catch {
      // How the other run ends is its own affair.
    }
  }
  for (const piece of pieces.slice(0, 1 + pieces.length / 2)) pushToOther(piece);

  return observeAsRead(
    {
      start(emit, end) {
        const machine = stage.start(emit, end);
        return {
          ...machine,
          push(piece) {
            pushToOther(piece);
            machine.push(piece);
          },
        };
      },
    },
    pieces,
  );
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
