import { insideOf, stageOf, type Inside, type Stage } from "./stage.ts";

/**
 * Joins stages into one, which costs one hop as a stream instead of one for each.
 *
 * - **In / Out:** what the first stage takes, what the last one emits.
 * - **When:** as its stages.
 * - **Errors:** a stage that throws is closed by its own `fail`, and the error is handed down stage
 *   by stage. When one calls `end`, those below it are flushed as soon as the outermost push has
 *   returned, and whatever it and those above it still emit or throw is discarded.
 * - **Limits:** eight stages a call; what `fuse` gives can be fused again.
 * - **Cost:** a few function calls an item and stage. Stages start from the last to the first.
 *
 * @example
 * ```ts
 * import { fuse, map, run, take } from "@millrace/core";
 *
 * const firstLengths = fuse(map((text: string) => text.length), take(2));
 * run(firstLengths, ["mill", "race", "wheel"]); // => [4, 4]
 * ```
 */
export function fuse<A, B>(a: Stage<A, B>): Stage<A, B>;
export function fuse<A, B, C>(a: Stage<A, B>, b: Stage<B, C>): Stage<A, C>;
export function fuse<A, B, C, D>(a: Stage<A, B>, b: Stage<B, C>, c: Stage<C, D>): Stage<A, D>;
export function fuse<A, B, C, D, E>(
  a: Stage<A, B>,
  b: Stage<B, C>,
  c: Stage<C, D>,
  d: Stage<D, E>,
): Stage<A, E>;
export function fuse<A, B, C, D, E, F>(
  a: Stage<A, B>,
  b: Stage<B, C>,
  c: Stage<C, D>,
  d: Stage<D, E>,
  e: Stage<E, F>,
): Stage<A, F>;
export function fuse<A, B, C, D, E, F, G>(
  a: Stage<A, B>,
  b: Stage<B, C>,
  c: Stage<C, D>,
  d: Stage<D, E>,
  e: Stage<E, F>,
  f: Stage<F, G>,
): Stage<A, G>;
export function fuse<A, B, C, D, E, F, G, H>(
  a: Stage<A, B>,
  b: Stage<B, C>,
  c: Stage<C, D>,
  d: Stage<D, E>,
  e: Stage<E, F>,
  f: Stage<F, G>,
  g: Stage<G, H>,
): Stage<A, H>;
export function fuse<A, B, C, D, E, F, G, H, I>(
  a: Stage<A, B>,
  b: Stage<B, C>,
  c: Stage<C, D>,
  d: Stage<D, E>,
  e: Stage<E, F>,
  f: Stage<F, G>,
  g: Stage<G, H>,
  h: Stage<H, I>,
): Stage<A, I>;
export function fuse(...stages: Stage<never, unknown>[]): Stage<never, unknown> {
  return fuseAll(stages);
}

/** The same for any number of stages; none pass everything on. */
export function fuseAll(stages: readonly Stage<never, unknown>[]): Stage<unknown, unknown> {
  const insides = stages.length === 0 ? [PASS_ON] : stages.map(insideOf);
  return stageOf({
    starts: insides.flatMap(({ starts }) => starts),
    cuttable: insides[0]!.cuttable,
  });
}

const PASS_ON: Inside = { starts: [(emit) => ({ push: emit })], cuttable: false };
