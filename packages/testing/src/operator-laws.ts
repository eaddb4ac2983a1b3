import { nat, tuple } from "fast-check";
import { forAll } from "./for-all.ts";
import { play, type Play } from "./laws/operator-play.ts";
import { SCENES, verifyCancelled } from "./laws/scenes.ts";
import { sameOutcome, type Join, type Outcome } from "./observe.ts";
import type { MakeOperator, OperatorLawsOptions } from "./operator-laws-options.ts";
import { startsWith } from "./sequence.ts";
import { readLate } from "./slow-reader.ts";
import { countingSource, failingSource, slowSource } from "./sources.ts";
import { turn } from "./turn.ts";
import { handlingRejections } from "./unhandled.ts";

const STOP = /* @__PURE__ */ new Error("Stop");
const RUNS = 25;
const TURNS_TO_QUIET = 10;
/** Where time has to pass, which it does some turns apart. */
const TURNS_TO_QUIET_IN_TIME = 50;

/**
 * Checks the laws that bind what has time or promises in it and so is no stage: an operator for
 * `pipeThrough`, or any function from stream to stream.
 *
 * - **Data before error:** what came before the source failed is read before the error, however
 *   late one reads, and however late the source gives it. What the source gave before it fell silent
 *   can be read while it is silent.
 * - **Cancel travels:** to the source, with its reason: before the first read, after some items,
 *   while a read is pending (which then is done), by leaving a `for await`, when the signal aborts
 *   or has aborted before. A reader that stops reading stops the source.
 * - On every path, also when a reader leaves in front of the end or the error, or leaves a source
 *   that cannot be cancelled, all is let go of: no timer runs, nothing listens to the signal, the
 *   source is unlocked, no rejection is unhandled.
 *
 * @param name the operator's name in messages
 * @param make gives a fresh operator at every call, with the clock and the signal that it may use
 *
 * @example
 * ```ts
 * import { map, pipe } from "@millrace/core";
 * import { operatorLaws } from "@millrace/testing";
 * import * as fc from "fast-check";
 *
 * const doubled = (source: ReadableStream<number>) => pipe(source, map((n: number) => n * 2));
 * await operatorLaws("doubled", () => doubled, {
 *   input: fc.array(fc.nat()),
 *   oracle: (items) => items.map((n) => n * 2),
 *   readAhead: 0,
 * });
 * ```
 */
export async function operatorLaws<I, O>(
  name: string,
  make: MakeOperator<I, O>,
  options: OperatorLawsOptions<I, O>,
): Promise<void> {
  const { oracle, failing = failAfter(oracle), hold = 0, readAhead = 2, tick } = options;
  const join: Join<O> = options.join ?? ((outputs) => outputs);
  const run = (of: Play<I, O>) => play(name, make, of, tick);

  /** What a reader sees that lets all wait that can. */
  function verifyOutcome(
    when: string,
    items: readonly I[],
    source: ReadableStream<I>,
    expected: Outcome<O>,
  ): Promise<void> {
    return run({
      when,
      items,
      source,
      async act({ readable, wait, broken }) {
        const seen = await readLate(readable, wait);
        if (sameOutcome(expected, seen, join)) return;
        const isLess = seen.outputs.length < expected.outputs.length;
        const problem = isLess
          ? "a slow reader loses outputs"
          : "a slow reader sees something else";
        throw broken(4, problem, { expected, seen });
      },
    });
  }

  /** How many outputs can be read while the source is silent behind its items. */
  async function countAvailable(items: readonly I[]): Promise<number> {
    const turns = tick === undefined ? TURNS_TO_QUIET : TURNS_TO_QUIET_IN_TIME;
    const outputs: O[] = [];
    await run({
      when: "the source falls silent",
      items,
      source: countingSource(items, { stall: true }).readable,
      async act({ readable, waitForRead, broken }) {
        const reader = readable.getReader();
        for (;;) {
          const result = await untilQuiet(waitForRead(reader.read()), turns);
          if (result === undefined || result.done) break;
          outputs.push(result.value);
        }
        await reader.cancel();
        reader.releaseLock();
        const whole = oracle(items);
        const isRight =
          outputs.length + hold >= whole.length && startsWith(join(whole), join(outputs));
        if (!isRight)
          throw broken(4, "not all is given while the source is silent", { outputs, whole });
      },
    });
    return outputs.length;
  }

  async function verifyScenes(items: readonly I[], reads: number, available: number) {
    const mostPulled = needed(oracle, items, reads) + readAhead;
    const plays = SCENES.map((scene) => {
      const source = countingSource(items, { stall: true });
      return run({
        when: scene.name,
        items,
        source: source.readable,
        act({ readable, waitForRead, broken }) {
          const because = (problem: string, more?: object) => broken(8, problem, more);
          const limits = { available, reads, mostPulled };
          return scene.play({ readable, source, ...limits, wait: waitForRead, broken: because });
        },
      });
    });
    await Promise.all(plays);
  }

  /** What has listened to the signal stops the source when it aborts, or has aborted already. */
  async function verifySignal(items: readonly I[], available: number): Promise<void> {
    if (await verifyAbort(items, available)) await verifyAborted(items);
  }

  /** Tells whether anything has listened to the signal. */
  async function verifyAbort(items: readonly I[], available: number): Promise<boolean> {
    const source = countingSource(items, { stall: true });
    let isHeard = false;
    await run({
      when: "its signal aborts while a read is pending",
      items,
      source: source.readable,
      async act({ readable, signal, wait, broken }) {
        const reader = readable.getReader();
        for (let read = 0; read < available; read++) await wait(reader.read());
        const pending = reader.read().catch(ignore); // it settles; how is the operator's own affair
        await turn();
        isHeard = signal.listeners > 0;
        if (isHeard) {
          signal.abort(STOP);
          await verifyCancelled(source, STOP, (problem, more) => broken(8, problem, more));
          await pending;
        }
        await reader.cancel().catch(ignore);
        await pending;
        reader.releaseLock();
      },
    });
    return isHeard;
  }

  /** An `abort` event that was before is never heard. What opens its source itself need not open it. */
  async function verifyAborted(items: readonly I[]): Promise<void> {
    const source = countingSource(items, { stall: true });
    await run({
      when: "its signal has aborted before",
      items,
      source: source.readable,
      aborted: STOP,
      async act({ readable, wait, broken }) {
        const reader = readable.getReader();
        const first = wait(reader.read()).catch(ignore);
        await turn();
        if (source.readable.locked || source.pulled > 0) {
          await verifyCancelled(source, STOP, (problem, more) => broken(8, problem, more));
        }
        await first;
        await reader.cancel().catch(ignore);
        reader.releaseLock();
      },
    });
  }

  /** A reader leaves in front of the end. */
  function verifyLeft(
    when: string,
    items: readonly I[],
    source: ReadableStream<I>,
    reads: number = oracle(items).length,
  ): Promise<void> {
    return run({
      when,
      items,
      source,
      async act({ readable, wait }) {
        const reader = readable.getReader();
        for (let read = 0; read < reads; read++) await wait(reader.read()).catch(ignore);
        await turn();
        await reader.cancel().catch(ignore);
        reader.releaseLock();
      },
    });
  }

  function verify(items: readonly I[], number: number): Promise<void> {
    return handlingRejections(name, () => verifyRuns(items, number), { items });
  }

  async function verifyRuns(items: readonly I[], number: number): Promise<void> {
    const error = new Error("The source broke");
    const closing = () => countingSource(items).readable;
    const broken = () => failingSource(items, error);
    const closed: Outcome<O> = { outputs: oracle(items), ending: { type: "close" } };
    await verifyOutcome("the source closes", items, closing(), closed);
    await verifyOutcome("the source fails", items, broken(), failing(items, error));
    await verifyOutcome("the source is slow", items, slowSource(items), closed);
    const available = await countAvailable(items);
    await Promise.all([
      verifyScenes(items, number % (available + 1), available),
      verifySignal(items, available),
      verifyLeft("the reader leaves before the end", items, closing()),
      verifyLeft("the reader leaves before the error", items, broken()),
      verifyLeft(
        "the reader leaves a source that cannot be cancelled",
        items,
        stubborn(items),
        available,
      ),
    ]);
  }

  await handlingRejections(name, async () => {
    for (const sample of options.samples ?? []) await verify(sample, Math.ceil(sample.length / 2));
    const generated = tuple(options.input, nat());
    await forAll(generated, { runs: RUNS, ...options }, ([items, number]) => verify(items, number));
  });
}

/** Falls silent behind its items, and then fails to be cancelled. */
function stubborn<T>(items: readonly T[]): ReadableStream<T> {
  const silent = countingSource(items, { stall: true }).readable.getReader();
  return new ReadableStream<T>(
    {
      async pull(controller) {
        const { value } = await silent.read();
        controller.enqueue(value as T);
      },
      cancel: () => Promise.reject(new Error("The source cannot be cancelled")),
    },
    { highWaterMark: 0 },
  );
}

/** What comes of a failing source if nothing is said: all that came before, then its error. */
function failAfter<I, O>(
  oracle: (items: readonly I[]) => readonly O[],
): (items: readonly I[], error: Error) => Outcome<O> {
  return (items, error) => ({ outputs: oracle(items), ending: { type: "error", error } });
}

/** How many items it takes for so many outputs. */
function needed<I>(
  oracle: (items: readonly I[]) => readonly unknown[],
  items: readonly I[],
  reads: number,
): number {
  let count = 0;
  while (count < items.length && oracle(items.slice(0, count)).length < reads) count++;
  return count;
}

/** What the promise gives, or nothing if it does not settle. */
function untilQuiet<T>(promise: Promise<T>, turns: number): Promise<T | undefined> {
  return Promise.race([promise, quiet(turns)]);
}

async function quiet(turns: number): Promise<undefined> {
  for (let waited = 0; waited < turns; waited++) await turn();
  return undefined;
}

function ignore(): void {
  // Whether it fails is not what is asked.
}
