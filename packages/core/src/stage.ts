import { chain } from "./chain.ts";
import { openPair, type Pair } from "./pair.ts";

/** Takes one output of a machine. */
export type Emit<O> = (output: O) => void;

/** Finishes a stream early; `reason` is what its source is cancelled with. */
export type End = (reason?: unknown) => void;

/**
 * One run of a stage: `push` for each input, then one of `flush` (the input ended) and `fail` (it
 * broke off, or the machine threw). Neither behind `end`, nor where the reader cancels.
 */
export interface Machine<I> {
  push(input: I): void;
  flush?(): void;
  /**
   * Emits what is owed although the stream failed: held text, ends of open blocks. The output then
   * errors with `reason`, or with what `fail` throws, unless the machine calls `end`.
   */
  fail?(reason: unknown): void;
}

/** Makes a machine: the whole of what a stage is. Synchronous, with no input but `push`. */
export type Start<I, O> = (emit: Emit<O>, end: End) => Machine<I>;

/**
 * A step of a stream: a pure machine, and a transform stream in the sense of the Streams standard.
 *
 * `readable` and `writable` are opened at the first look and, like those of any transform stream,
 * serve once. `start` may be called as often as one likes; every call is a fresh run.
 */
export interface Stage<I, O> {
  /**
   * The machine that `start` gives keeps order by itself: it calls its own `fail` before it throws,
   * and once it has thrown or ended it hears and says nothing more.
   */
  start(emit: Emit<O>, end?: End): Required<Machine<I>>;
  readonly readable: ReadableStream<O>;
  readonly writable: WritableStream<I>;
}

export interface StageOptions {
  /**
   * The inputs are pieces of one text or one run of bytes, and where they are cut never matters.
   * As a stream, the stage gets those longer than 64 KiB in slices, so that a huge chunk does not
   * queue all of its outputs at once. Default `false`: an input is a unit, however long.
   */
  cuttable?: boolean;
}

/**
 * Makes a stage out of a function from an outlet to an inlet.
 *
 * - **In / Out:** whatever the machine takes and emits.
 * - **When:** an output is readable as soon as it is emitted; the source is asked for more only
 *   when every output has been read.
 * - **Errors:** what `push` or `flush` throws is handed to `fail`, then errors the output, behind
 *   everything emitted before. After `end` nothing the machine emits or throws counts any more.
 *   A machine is synchronous: what an `async` one emits after an `await` may be lost.
 * - **Cost:** one closure a run; a call of `emit` is two function calls.
 * - **Source:** Streams standard, clause 6, transform streams.
 *
 * @example
 * ```ts
 * import { run, stage } from "@millrace/core";
 *
 * const lengths = () => stage<string, number>((emit) => ({ push: (text) => emit(text.length) }));
 * run(lengths(), ["mill", "race!"]); // => [4, 5]
 * ```
 */
export function stage<I, O>(
  start: Start<I, O>,
  { cuttable = false }: StageOptions = {},
): Stage<I, O> {
  return stageOf({ starts: [start as Start<unknown, unknown>], cuttable });
}

/** What a stage is made of, so that fused stages share one chain. */
export interface Inside {
  // Of machines of any types: the overloads of `fuse` and `pipe` check that neighbours fit.
  starts: readonly Start<unknown, unknown>[];
  cuttable: boolean;
}

export function stageOf<I, O>(inside: Inside): Stage<I, O> {
  let pair: Pair<I, O> | undefined;
  const self: Stage<I, O> = {
    start: (emit, end) => chain(inside.starts, emit, end),
    get readable() {
      return (pair ??= openPair(self)).readable;
    },
    get writable() {
      return (pair ??= openPair(self)).writable;
    },
  };
  insides.set(self, inside);
  return self;
}

export function insideOf(stage: Stage<never, unknown>): Inside {
  const own: Start<unknown, unknown> = (emit, end) =>
    (stage as Stage<unknown, unknown>).start(emit, end);
  return insides.get(stage) ?? { starts: [own], cuttable: false };
}

const insides = new WeakMap<object, Inside>();
