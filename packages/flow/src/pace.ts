import type { Stage } from "@millrace/core";
import type { Clock } from "@millrace/core/clock";
import { openOutlet } from "@millrace/core/streams";
import type { Operator } from "./operator.ts";
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
  let backlog: T[] = [];
  let head = 0; // backlog[head] is the next item
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
      if (backlog.length - head < maxAhead) return;
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
    backlog.push(item);
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
    if (head === backlog.length) {
      if (ending === undefined) return;
      if ("error" in ending) outlet.error(ending.error);
      else outlet.close();
    } else if (outlet.isHungry()) {
      const item = backlog[head]!;
      if (isPaced(item)) {
        const wait = schedule.due() - clock.now();
        if (wait > SOON) {
          stopTimer = clock.after(wait, play);
          return;
        }
        schedule.leave();
      }
      take();
      outlet.put(item);
      if (head === backlog.length) play(); // the end, if that is known
    }
  }

  function take(): void {
    backlog[head++] = undefined as T;
    if (head === backlog.length || head >= maxAhead) {
      backlog = backlog.slice(head);
      head = 0;
    }
    if (backlog.length - head < maxAhead) makeRoom?.();
  }

  function cancel(reason: unknown): void {
    stopTimer();
    backlog = [];
    head = 0;
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
