import type { Emit, End, Inside, Machine } from "./stage.ts";

interface Failure {
  reason: unknown;
}

/**
 * Runs machines one below the other, as one: what one emits is pushed to the next. Holds each of
 * them to its life, so that no driver has to: `push` until `flush` or `fail`, and nothing counts
 * that a machine does after its end, or after the end of one below it.
 */
export function chain<I, O>(
  starts: Inside["starts"],
  emit: Emit<O>,
  end?: End,
): Required<Machine<I>> {
  const last = starts.length - 1;
  const machines: Machine<unknown>[] = [];
  let closed = -1; // this machine and all above it have flushed, ended or failed
  let flushing = -1; // this machine is in its `flush`, where `end` does nothing
  let failure: Failure | undefined; // set while one is handed down; unset, the end is a clean one
  let endReason: unknown;
  let depth = 0; // pushes under way: an output may come back as an input
  let settled = false; // all that is left has been closed, or is being closed

  /** What takes the outputs of machine `index`: the one below it has started already. */
  function outlet(index: number): Emit<unknown> {
    const below = machines[index + 1];
    if (below === undefined) {
      return (output) => {
        if (closed < index) emit(output as O);
      };
    }
    return (output) => {
      if (closed >= index) return;
      try {
        below.push(output);
      } catch (reason) {
        fail(index + 1, reason);
      }
    };
  }

  /** Machine `index` threw, or hears that the one above it failed. */
  function fail(index: number, reason: unknown): void {
    if (closed >= index) return;
    failure = { reason };
    try {
      machines[index]!.fail?.(reason);
      close(index, { reason });
    } catch (replacement) {
      close(index, { reason: replacement });
    }
  }

  /** From now on whatever machine `index` and those above it still do is discarded. */
  function close(index: number, how?: Failure): void {
    if (closed >= index) return;
    closed = index;
    failure = how;
  }

  /** Closes the machines that are left, each as the one above it was closed. */
  function settle(): void {
    settled = true;
    while (closed < last) {
      const index = closed + 1;
      if (failure !== undefined) fail(index, failure.reason);
      else {
        flushing = index;
        try {
          machines[index]!.flush?.();
        } catch (reason) {
          fail(index, reason);
        }
        flushing = -1;
        close(index);
      }
    }
  }

  /**
   * The same, because a machine ended or failed, which the driver is to hear of; unless an output
   * has come back as a flush or a failure, and all is settled already.
   */
  function finish(known?: Failure): void {
    if (settled) return;
    settle();
    if (failure === undefined) end?.(endReason);
    else if (known === undefined || failure.reason !== known.reason) throw failure.reason;
  }

  for (let index = last; index >= 0 && failure === undefined; index--) {
    try {
      machines[index] = starts[index]!(outlet(index), (reason) => {
        if (closed >= index || flushing === index) return;
        endReason = reason;
        close(index);
      });
    } catch (reason) {
      close(index, { reason });
    }
  }
  if (closed >= 0) finish();

  return {
    push(input) {
      if (closed >= 0 || settled || failure !== undefined) return;
      depth++;
      try {
        machines[0]!.push(input);
      } catch (reason) {
        fail(0, reason);
      }
      depth--;
      if (depth === 0 && closed >= 0) finish();
    },
    flush() {
      if (settled) return;
      settle();
      if (failure !== undefined) throw failure.reason;
    },
    fail(reason) {
      if (settled) return;
      failure = { reason };
      finish(failure);
    },
  };
}
