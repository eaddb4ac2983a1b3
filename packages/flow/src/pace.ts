import type { Clock } from "@millrace/core/clock";
import { openOutlet, openSource } from "@millrace/core/streams";
import { openSchedule } from "./schedule.ts";

export interface PaceOptions {
  latency: number;
  maxAhead: number;
  clock: Clock;
}

/** No timer is finer than a millisecond: what is due so soon is due. */
const SOON = 0.5;

/** Reads ahead and gives each item at its turn, to a reader that waits. */
export function pace<T>(
  source: ReadableStream<T>,
  { latency, maxAhead, clock }: PaceOptions,
): ReadableStream<T> {
  const feed = openSource(source);
  const schedule = openSchedule(latency);
  const outlet = openOutlet<T>(play, cancel);
  let backlog: T[] = [];
  let head = 0; // backlog[head] is the next item
  let filling = false;
  let ending: { error?: unknown } | undefined; // what comes behind the backlog
  let stopTimer = (): void => undefined;

  /** Reads ahead as far as it may. */
  async function fill(): Promise<void> {
    if (filling) return;
    filling = true;
    try {
      while (ending === undefined && backlog.length - head < maxAhead) {
        const { done, value } = await feed.read();
        if (done === true) end({});
        else add(value as T);
      }
    } catch (error) {
      end({ error });
    }
    filling = false;
  }

  function add(item: T): void {
    backlog.push(item);
    if (isPaced(item)) schedule.arrive(clock.now());
    play();
  }

  function end(how: { error?: unknown }): void {
    if (ending !== undefined) return; // by a cancel
    ending = how;
    feed.release();
    play();
  }

  /** Serves the reader that waits, if something is due. */
  function play(): void {
    stopTimer();
    if (head === backlog.length) {
      if (ending === undefined) void fill();
      else if ("error" in ending) outlet.error(ending.error);
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
      if (ending === undefined) void fill();
      else play();
    }
  }

  function take(): void {
    backlog[head++] = undefined as T;
    if (head < maxAhead && head < backlog.length) return;
    backlog = backlog.slice(head);
    head = 0;
  }

  function cancel(reason: unknown): void {
    stopTimer();
    ending = {};
    backlog = [];
    head = 0;
    feed.cancel(reason);
  }

  return outlet.readable;
}

/** By shape: of parts, only the deltas of what is read as it comes. */
function isPaced(item: unknown): boolean {
  if (typeof item !== "object" || item === null) return true;
  const { type } = item as { type?: unknown };
  return typeof type !== "string" || type === "text-delta" || type === "reasoning-delta";
}
