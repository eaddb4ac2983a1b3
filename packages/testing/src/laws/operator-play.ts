import { countingSignal, type CountingSignal } from "../counting-signal.ts";
import { inTime } from "../deadline.ts";
import { fakeClock, type FakeClock } from "../fake-clock.ts";
import { LawError } from "../law-error.ts";
import type { MakeOperator, OperatorUnderTest } from "../operator-laws-options.ts";
import { turn } from "../turn.ts";
import { until } from "./scenes.ts";

/** A run of an operator. */
export interface Play<I, O> {
  /** What happens, in a clause. */
  when: string;
  items: readonly I[];
  source: ReadableStream<I>;
  /** What the signal has aborted with before the operator is made. */
  aborted?: unknown;
  act: (opened: Opened<O>) => Promise<void>;
}

/** An operator over its source. */
export interface Opened<O> {
  readable: ReadableStream<O>;
  signal: CountingSignal;
  /** Gives what the promise gives, and lets the time pass that it needs. */
  wait: <T>(promise: Promise<T>) => Promise<T>;
  /** The same for a read that nothing should make fail. */
  waitForRead: <T>(promise: Promise<T>) => Promise<T>;
  broken: (law: number, problem: string, more?: object) => LawError;
}

const MOST_TICKS = 1_000;

/** Opens an operator over a source, acts, and sees that all is let go of. */
export async function play<I, O>(
  name: string,
  make: MakeOperator<I, O>,
  { when, items, source, aborted, act }: Play<I, O>,
  tick: number | undefined,
): Promise<void> {
  const broken = (law: number, problem: string, more: object = {}) =>
    new LawError({ law, stage: name, problem, facts: { items, when, ...more } });
  const clock = fakeClock();
  const signal = countingSignal();
  if (aborted !== undefined) signal.abort(aborted);
  const wait: Opened<O>["wait"] = (promise) =>
    tick === undefined ? promise : passTime(promise, clock, tick);
  let readable: ReadableStream<O>;
  try {
    readable = open(source, make({ clock, signal: signal.signal }));
  } catch (error) {
    if (aborted !== undefined && error === aborted) return; // it takes no source then
    throw error;
  }
  const opened: Opened<O> = {
    readable,
    signal,
    wait,
    async waitForRead(promise) {
      try {
        return await wait(promise);
      } catch (error) {
        throw broken(4, "a read fails, and its source does not", { error });
      }
    },
    broken,
  };
  await inTime(act(opened), () => broken(8, "it does not settle"));
  await until(() => !source.locked && clock.running === 0);
  if (source.locked) throw broken(8, "the source stays locked");
  if (clock.running > 0) throw broken(8, "timers go on running", { timers: clock.running });
  const { listeners } = signal;
  if (listeners > 0) throw broken(8, "its signal is still listened to", { listeners });
}

function open<I, O>(
  source: ReadableStream<I>,
  operator: OperatorUnderTest<I, O>,
): ReadableStream<O> {
  return typeof operator === "function" ? operator(source) : source.pipeThrough(operator);
}

/** Lets the clock go on while the promise is pending. */
async function passTime<T>(promise: Promise<T>, clock: FakeClock, tick: number): Promise<T> {
  let settled = false;
  const settle = () => (settled = true);
  const isPending = () => !settled;
  promise.then(settle, settle);
  await turn();
  for (let ticks = 0; isPending() && ticks < MOST_TICKS; ticks++) await clock.advance(tick);
  return promise;
}
