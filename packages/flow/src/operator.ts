import { stage } from "@millrace/core";

/** A transform stream that works with time or promises, and so is no stage: chain it with `pipeThrough`. */
export interface Operator<I, O> {
  readonly readable: ReadableStream<O>;
  readonly writable: WritableStream<I>;
}

/**
 * Makes a transform stream out of a function from stream to stream.
 *
 * - **In / Out:** what the function's source gives; what its stream gives.
 * - **When:** the source is read only as the function reads it, two chunks ahead at most.
 * - **Errors:** what fails upstream fails the function's source, behind everything that came before.
 *   What cancels that source cancels the upstream, with the same reason.
 * - **Cost:** one hop.
 *
 * @example
 * ```ts
 * import { map, pipe } from "@millrace/core";
 * import { operator } from "@millrace/flow";
 *
 * const doubled = () =>
 *   operator((source: ReadableStream<number>) => pipe(source, map((n: number) => n * 2)));
 * for await (const n of pipe([1, 2]).pipeThrough(doubled())) console.log(n); // => 2, 4
 * ```
 */
export function operator<I, O>(
  open: (source: ReadableStream<I>) => ReadableStream<O>,
): Operator<I, O> {
  const entry = stage<I, I>((emit) => ({ push: emit }));
  return { readable: open(entry.readable), writable: entry.writable };
}
