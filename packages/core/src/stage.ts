import { openPair, type Pair } from "./pair.ts";

/** Takes one output of a machine. */
export type Emit<O> = (output: O) => void;

/** Finishes a stream early; `reason` is what its source is cancelled with. */
export type End = (reason?: unknown) => void;

/**
 * One run of a stage. Whoever drives it calls `push` for each input and then exactly one of
 * `flush` (the input ended) and `fail` (it broke off). A machine whose `push` or `flush` threw is
 * owed a call of `fail` with what it threw.
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
  start(emit: Emit<O>, end?: End): Machine<I>;
  readonly readable: ReadableStream<O>;
  readonly writable: WritableStream<I>;
}

/**
 * Makes a stage out of a function from an outlet to an inlet.
 *
 * - **In / Out:** whatever the machine takes and emits. Text and bytes longer than 64 KiB reach it
 *   in slices when it runs as a stream.
 * - **When:** an output is readable as soon as it is emitted; the source is asked for more only
 *   when every output has been read.
 * - **Errors:** what `push` or `flush` throws is handed to `fail`, then errors the output, behind
 *   everything emitted before. After `end` nothing the machine emits or throws counts any more.
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
export function stage<I, O>(start: Start<I, O>): Stage<I, O> {
  let pair: Pair<I, O> | undefined;
  const self: Stage<I, O> = {
    start: (emit, end) => guard(start, emit, end),
    get readable() {
      return (pair ??= openPair(self)).readable;
    },
    get writable() {
      return (pair ??= openPair(self)).writable;
    },
  };
  return self;
}

// The life of a run. Only in OPEN does an input count, only in OPEN and FAILING does `end`, and
// in OVER nothing does. BROKEN: the machine threw and is owed its `fail`.
const OPEN = 0;
const FLUSHING = 1;
const BROKEN = 2;
const FAILING = 3;
const OVER = 4;

/** Holds a machine to its life, so that no driver has to. */
function guard<I, O>(start: Start<I, O>, emit: Emit<O>, end?: End): Machine<I> {
  let state = OPEN;
  const isOver = () => state === OVER;
  const machine = start(
    (output) => {
      if (state !== OVER) emit(output);
    },
    (reason) => {
      if (state !== OPEN && state !== FAILING) return;
      state = OVER;
      end?.(reason);
    },
  );
  return {
    push(input) {
      if (state !== OPEN) return;
      try {
        machine.push(input);
      } catch (error) {
        if (isOver()) return;
        state = BROKEN;
        throw error;
      }
    },
    flush() {
      if (state !== OPEN) return;
      state = FLUSHING;
      try {
        machine.flush?.();
      } catch (error) {
        state = BROKEN;
        throw error;
      }
      state = OVER;
    },
    fail(reason) {
      if (state !== OPEN && state !== BROKEN) return;
      state = FAILING;
      try {
        machine.fail?.(reason);
      } catch (error) {
        if (isOver()) return;
        throw error;
      } finally {
        state = OVER;
      }
    },
  };
}
