import type { Arbitrary } from "fast-check";
import type { FakeClock } from "./fake-clock.ts";
import type { Join, Outcome } from "./observe.ts";

/** What works with time or promises: a transform stream, or a function from stream to stream. */
export type OperatorUnderTest<I, O> =
  | ReadableWritablePair<O, I>
  | ((source: ReadableStream<I>) => ReadableStream<O>);

/** What an operator may depend on, fresh for every run. */
export interface OperatorWorld {
  readonly clock: FakeClock;
  /** For an operator that takes one. What listens to it has to stop when it aborts. */
  readonly signal: AbortSignal;
}

export type MakeOperator<I, O> = (world: OperatorWorld) => OperatorUnderTest<I, O>;

/** What an operator declares about itself, so that the laws can be checked. */
export interface OperatorLawsOptions<I, O> {
  /** The items of a source. */
  input: Arbitrary<readonly I[]>;
  /** Items that are always tried. */
  samples?: readonly (readonly NoInfer<I>[])[];
  /** What should come out of a source of these items: a slow, obvious implementation. */
  oracle: (items: readonly NoInfer<I>[]) => readonly NoInfer<O>[];
  /** What should come of a source that fails behind its items. Default: their outputs, then its error. */
  failing?: (items: readonly NoInfer<I>[], error: Error) => Outcome<NoInfer<O>>;
  /** A form in which outputs that come to the same are equal: sorted, where their order is open. */
  join?: Join<NoInfer<O>>;
  /** So many outputs may wait for more input or its end. Default 0. */
  hold?: number;
  /** So many items may be pulled ahead of what is read. Default 2, as a hop of `pipeThrough` does. */
  readAhead?: number;
  /** The clock goes on by so many milliseconds again and again while a read is pending. Default: not at all. */
  tick?: number;
  /** How many inputs are generated. Default 25. */
  runs?: number;
  /** The seed that an error has named, to see it again. */
  seed?: number;
}
