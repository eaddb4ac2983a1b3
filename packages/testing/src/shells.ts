import { fuse, map, pipe, type Stage } from "@millrace/core";

/** A way to run a stage as a stream. */
export interface Shell {
  readonly name: string;
  /** How many hops of `pipeThrough` the source takes to the stage's outputs. */
  readonly hops: number;
  /** How many hops more these take to the reader. */
  readonly hopsBehind: number;
  open<I, O>(source: ReadableStream<I>, stage: Stage<I, O>): ReadableStream<O>;
}

/** The ways that laws on streams try. */
export const SHELLS: readonly Shell[] = [
  {
    name: "pipeThrough",
    hops: 1,
    hopsBehind: 0,
    open: (source, stage) => source.pipeThrough(stage),
  },
  {
    name: "a chain of pipeThrough",
    hops: 2,
    hopsBehind: 1,
    open: (source, stage) =>
      source.pipeThrough(identity()).pipeThrough(stage).pipeThrough(identity()),
  },
  { name: "pipe", hops: 0, hopsBehind: 0, open: (source, stage) => pipe(source, stage) },
  {
    name: "pipe with fuse",
    hops: 0,
    hopsBehind: 0,
    open: (source, stage) => pipe(source, fuse(identity(), stage), identity()),
  },
];

export function identity<T>(): Stage<T, T> {
  return map((item) => item);
}
