import type { Stage } from "@millrace/core";
import type { Clock } from "@millrace/core/clock";
import { openOutlet } from "@millrace/core/streams";
import type { Operator } from "./operator.ts";
import { openQueue } from "./queue.ts";
import { openSchedule } from "./schedule.ts";

export interface PaceOptions {
  latency: number;
  maxAhead: number;
  clock: Clock;
}

/** No timer is finer than a millisecond: what is due so soon is due. */
const SOON = 0.5;

/** Takes items ahead, through a stage, and gives each at its turn to a reader that waits. */
export function pace<T>(
  units: Stage<T, T>,
  { latency, maxAhead, clock }: PaceOptions,
): Operator<T, T> {
  const schedule = openSchedule(latency);
  const outlet = openOutlet<T>(play, cancel);
  let controller!: WritableStreamDefaultController;
  const backlog = openQueue<T>();
  let ending: { error?: unknown } | undefined; // what comes behind the backlog
  let makeRoom: (() => void) | undefined; // ends the write that waits for room
  let stopTimer = (): void => undefined;

  const machine = units.start(add);
  const writable = new WritableStream<T>({
    start(given) {
      controller = given;
    },
    write(item) {
      attempt(() => {
        machine.push(item);
      });
      if (backlog.length < maxAhead) return;
      return new Promise<void>((resolve) => {
        makeRoom = resolve;
      });
    },
    close() {
      attempt(machine.flush);
      end({});
    },
    abort(reason) {
      attempt(() => {
        machine.fail(reason);
      });
      end({ error: reason });
    },
  });

  /** What the stage throws comes behind what it gave. */
  function attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      end({ error });
      throw error;
    }
  }

  function add(item: T): void {
    backlog.add(item);
    if (isPaced(item)) schedule.arrive(clock.now());
    play();
  }

  function end(how: { error?: unknown }): void {
    ending ??= how;
    play();
  }

  /** Serves the reader that waits, if something is due. */
  function play(): void {
    stopTimer();
    if (backlog.length === 0) {
      if (ending === undefined) return;
      if ("error" in ending) outlet.error(ending.error);
      else outlet.close();
    } else if (outlet.isHungry()) {
      const item = backlog.first()!;
      if (isPaced(item)) {
        const wait = schedule.due() - clock.now();
        if (wait > SOON) {
          stopTimer = clock.after(wait, play);
          return;
        }
        schedule.leave();
      }
      backlog.take();
      if (backlog.length < maxAhead) makeRoom?.();
      outlet.put(item);
      if (backlog.length === 0) play(); // the end, if that is known
    }
  }

  function cancel(reason: unknown): void {
    stopTimer();
    backlog.clear();
    ending = {};
    controller.error(reason);
    makeRoom?.();
  }

  return { readable: outlet.readable, writable };
}

/** By shape: of parts, only the deltas of what is read as it comes. */
function isPaced(item: unknown): boolean {
  if (typeof item !== "object" || item === null) return true;
  const { type } = item as { type?: unknown };
  return typeof type !== "string" || type === "text-delta" || type === "reasoning-delta";
}
