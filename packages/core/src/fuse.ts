import { stage, type Emit, type Machine, type Stage } from "./stage.ts";

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
export function fuse(...stages: Link[]): Link {
  return fuseAll(stages);
}

// Stages of any types: the overloads check that neighbours fit.
export type Link = Stage<unknown, unknown>;

/** The same for any number of stages, none included. */
export function fuseAll(stages: readonly Link[]): Link {
  return stage((emit, end) => {
    const machines: Machine<unknown>[] = [];
    let depth = 0; // pushes under way: a machine may be pushed to from within its own emit
    let closed = -1; // this machine and all above it have flushed, ended or failed
    let failure: { reason: unknown } | undefined; // how the last of them did
    let endReason: unknown;

    /** Machine `index` is closed: whatever it and those above it still do no longer counts. */
    function close(index: number, how?: { reason: unknown }): void {
      if (closed >= index) return;
      closed = index;
      failure = how;
    }

    /** Machine `index` threw, or hears that the one above it failed. */
    function fail(index: number, reason: unknown): void {
      if (closed >= index) return;
      let error = reason;
      try {
        machines[index]!.fail?.(reason);
      } catch (replacement) {
        error = replacement;
      }
      close(index, { reason: error });
    }

    /** What takes the outputs of the machine above `index`. */
    function inlet(index: number): Emit<unknown> {
      if (index === stages.length) return emit;
      return (input) => {
        if (closed >= index) return;
        try {
          machines[index]!.push(input);
        } catch (reason) {
          fail(index, reason);
        }
      };
    }

    /** Closes the machines that are left, each as the one above it was closed. */
    function settle(): void {
      while (closed < stages.length - 1) {
        const index = closed + 1;
        if (failure !== undefined) fail(index, failure.reason);
        else {
          try {
            machines[index]!.flush?.();
          } catch (reason) {
            fail(index, reason);
          }
          close(index);
        }
      }
      if (failure !== undefined) throw failure.reason;
      end(endReason);
    }

    const push = inlet(0);
    for (let index = stages.length - 1; index >= 0; index--) {
      const from = index;
      try {
        machines[from] = stages[from]!.start(inlet(from + 1), (reason) => {
          if (closed < from) endReason = reason;
          close(from);
        });
      } catch (reason) {
        close(from, { reason });
        break;
      }
    }
    if (closed >= 0) settle();

    return {
      push(input) {
        depth++;
        push(input);
        depth--;
        if (depth === 0 && closed >= 0) settle();
      },
      flush: settle,
      fail(reason) {
        if (closed === stages.length - 1) return;
        failure = { reason };
        try {
          settle();
        } catch (error) {
          if (error !== reason) throw error;
        }
      },
    };
  });
}
