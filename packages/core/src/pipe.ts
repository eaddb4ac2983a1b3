import { drive } from "./drive.ts";
import { fuseAll } from "./fuse.ts";
import { openOutlet } from "./streams/outlet.ts";
import { openSource, type Result, type Source } from "./streams/source.ts";
import type { Stage } from "./stage.ts";

/**
 * Runs a source through stages in one hop, as a readable stream that pulls the source directly.
 * Equal in everything but speed to `source.pipeThrough(a).pipeThrough(b)`.
 *
 * - **In:** a `ReadableStream`, an `AsyncIterable` (the stream of an official SDK, a generator) or
 *   an `Iterable`.
 * - **Out:** what the last stage emits.
 * - **When:** the source is read only while a reader waits, one chunk at a time.
 * - **Limits:** eight stages; fuse them for more.
 * - **Errors:** those of the source and of the stages, behind everything emitted before. A `TypeError`, when
 *   it is called, for what is no source, as a body of `null` or a promise.
 * - **Cancel:** cancelling the stream, or leaving a `for await` over it, settles it at once, also
 *   while a read is pending. A `ReadableStream` is cancelled at once with the same reason, the
 *   stream of an SDK is aborted at once by its `controller`, any other iterable's `return` is
 *   called at once and takes effect when its pending `next` settles. None of them is waited for.
 * - **Cost:** one promise a chunk beside the source's own, whatever the number of stages.
 *
 * @example
 * ```ts
 * import { map, pipe } from "@millrace/core";
 *
 * const lengths = pipe(["mill", "race!"], map((text) => text.length));
 * for await (const length of lengths) console.log(length); // => 4, 5
 * ```
 */
export function pipe<A>(source: Source<A>): ReadableStream<A>;
export function pipe<A, B>(source: Source<A>, a: Stage<A, B>): ReadableStream<B>;
export function pipe<A, B, C>(source: Source<A>, a: Stage<A, B>, b: Stage<B, C>): ReadableStream<C>;
export function pipe<A, B, C, D>(
  source: Source<A>,
  a: Stage<A, B>,
  b: Stage<B, C>,
  c: Stage<C, D>,
): ReadableStream<D>;
export function pipe<A, B, C, D, E>(
  source: Source<A>,
  a: Stage<A, B>,
  b: Stage<B, C>,
  c: Stage<C, D>,
  d: Stage<D, E>,
): ReadableStream<E>;
export function pipe<A, B, C, D, E, F>(
  source: Source<A>,
  a: Stage<A, B>,
  b: Stage<B, C>,
  c: Stage<C, D>,
  d: Stage<D, E>,
  e: Stage<E, F>,
): ReadableStream<F>;
export function pipe<A, B, C, D, E, F, G>(
  source: Source<A>,
  a: Stage<A, B>,
  b: Stage<B, C>,
  c: Stage<C, D>,
  d: Stage<D, E>,
  e: Stage<E, F>,
  f: Stage<F, G>,
): ReadableStream<G>;
export function pipe<A, B, C, D, E, F, G, H>(
  source: Source<A>,
  a: Stage<A, B>,
  b: Stage<B, C>,
  c: Stage<C, D>,
  d: Stage<D, E>,
  e: Stage<E, F>,
  f: Stage<F, G>,
  g: Stage<G, H>,
): ReadableStream<H>;
export function pipe<A, B, C, D, E, F, G, H, I>(
  source: Source<A>,
  a: Stage<A, B>,
  b: Stage<B, C>,
  c: Stage<C, D>,
  d: Stage<D, E>,
  e: Stage<E, F>,
  f: Stage<F, G>,
  g: Stage<G, H>,
  h: Stage<H, I>,
): ReadableStream<I>;
export function pipe(
  source: Source<unknown>,
  ...stages: Stage<never, unknown>[]
): ReadableStream<unknown> {
  const feed = openSource(source);
  let reading = false;

  const outlet = openOutlet(advance, (reason) => {
    driver.drop();
    feed.cancel(reason);
  });
  const driver = drive(fuseAll(stages), outlet, feed.cancel);

  /** Reads and pushes until a reader is served, or a read is pending. */
  function advance(): void {
    if (reading) return;
    reading = true;
    try {
      driver.resume();
      while (outlet.isHungry()) {
        const result = feed.read();
        if ("then" in result) {
          result.then(arrive, breakOff);
          return;
        }
        accept(result);
      }
    } catch (error) {
      driver.fail(error);
    }
    reading = false;
  }

  function arrive(result: Result<unknown>): void {
    try {
      accept(result);
    } catch (error) {
      driver.fail(error); // the stage's own error is known already, that of a broken iterator is not
    }
    reading = false;
    if (outlet.isHungry()) advance();
  }

  function accept(result: Result<unknown>): void {
    if (result.done === true) {
      feed.release();
      driver.flush();
    } else driver.push(result.value);
  }

  function breakOff(error: unknown): void {
    feed.release();
    driver.fail(error);
  }

  return outlet.readable;
}
