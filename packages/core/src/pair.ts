import { drive } from "./drive.ts";
import { openOutlet } from "./streams/outlet.ts";
import type { Stage } from "./stage.ts";

export interface Pair<I, O> {
  readonly readable: ReadableStream<O>;
  readonly writable: WritableStream<I>;
}

/**
 * Runs a stage between a native writable and a native readable.
 *
 * Not a `TransformStream`: that one drops what is queued as soon as the stage throws or the
 * upstream fails, and then calls no hook. Here the writable fails at once, so that the source is
 * cancelled at once, and the readable only after its last item.
 */
export function openPair<I, O>(stage: Stage<I, O>): Pair<I, O> {
  let controller!: WritableStreamDefaultController;
  let stopped = false; // no further input is wanted
  let pending: { resolve: () => void; reject: (error: unknown) => void } | undefined;

  const outlet = openOutlet<O>(goOn, (reason) => {
    driver.drop();
    stop(reason);
  });

  function stop(reason: unknown): void {
    stopped = true;
    controller.error(reason);
    pending?.resolve();
  }

  /** Everything emitted was read: the pending write is done, unless it was long. */
  function goOn(): void {
    const write = pending;
    if (write === undefined) return;
    pending = undefined; // an output may bring the next read, which must not come in again here
    try {
      driver.resume();
      if (outlet.isEmpty() || stopped) write.resolve();
      else pending = write;
    } catch (error) {
      write.reject(error);
    }
  }

  const writable = new WritableStream<I>({
    start(given) {
      controller = given;
    },
    write(input) {
      const wanted = outlet.isHungry();
      driver.push(input);
      // What gave nothing although nobody waits is done when somebody does: else a stage that
      // seldom emits would read its whole source ahead.
      if (stopped || (outlet.isEmpty() && (wanted || outlet.isHungry()))) return;
      return new Promise<void>((resolve, reject) => {
        pending = { resolve, reject };
      });
    },
    close() {
      driver.flush();
    },
    abort(reason) {
      driver.fail(reason);
    },
  });
  const driver = drive(stage, outlet, stop);

  return { readable: outlet.readable, writable };
}
