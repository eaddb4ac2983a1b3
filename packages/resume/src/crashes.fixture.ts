import type { Clock } from "@millrace/core/clock";
import type { Store } from "@millrace/core/store";
import { isResumeError } from "./resume-error.ts";
import { record } from "./record.ts";
import { replay } from "./replay.ts";
import { status } from "./status.ts";
import { stop } from "./stop.ts";
import { takeOver } from "./take-over.ts";
import { unreliable, type Fate } from "./streams.fixture.ts";

// One stream, its producers in processes that crash, its readers that come and go, and what must hold
// whatever happens. The truth is the row of numbers from 1: a producer goes on where the log ends.

export interface CrashWorld {
  /** What one more process sees of the same data. */
  open(this: void): Store;
  clock: Clock;
  /** Lets time pass. */
  pass(this: void, milliseconds: number): Promise<void>;
  /** Numbers from 0 up to 1, the same for the same seed. */
  random(this: void): number;
  id: string;
  /** Milliseconds; the whole goes at the pace of this. */
  lease: number;
}

const LENGTH = 60; // of the truth

/** Throws where something is lost, doubled or out of order, or something hangs. */
export async function playCrashes(world: CrashWorld): Promise<Record<string, number>> {
  const { open, clock, pass, random, id, lease } = world;
  const seen: Record<string, number> = {};
  const note = (what: string) => (seen[what] = (seen[what] ?? 0) + 1);
  const pick = (count: number) => Math.floor(random() * count);
  const timing = {
    lease,
    grace: 3 * lease,
    patience: 4 * lease,
    linger: Infinity,
    ttl: 1_000 * lease,
  };
  const processes: Process[] = [];
  const readers: Promise<void>[] = [];
  let stopped = false;

  /** A process: it reaches the store as well as it can, until it crashes. */
  interface Process {
    store: Store;
    crash(): void;
    isDead(): boolean;
  }

  function start(): Process {
    let dead = false;
    const flaky = random() < 0.5 ? 0.1 : 0;
    const store = unreliable(open(), (call): Fate => {
      if (dead) return "silent";
      if (call === "stopped" || random() >= flaky) return "done";
      return random() < 0.5 ? "refused" : "lost";
    });
    const process = {
      store,
      crash: () => (dead = true),
      isDead: () => dead,
    };
    processes.push(process);
    return process;
  }

  /** Goes on with the truth behind a number, and dawdles. */
  async function* truthAfter(last: number, process: Process): AsyncGenerator<number> {
    for (let number = last + 1; number <= LENGTH; number++) {
      if (process.isDead()) await new Promise(() => undefined);
      if (random() < 0.3) await sleep(random() * lease * 0.3);
      yield number;
    }
  }

  function sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => void clock.after(milliseconds, resolve));
  }

  function produce(): void {
    const process = start();
    const options = { id, store: process.store, clock, ...timing };
    const stream =
      random() < 0.4
        ? record<number>(() => truthAfter(0, process), options)
        : takeOver<number>(options, async (soFar) => {
            let last = 0;
            for await (const number of soFar) {
              if (number !== last + 1) throw new Error(`So far, ${number} stands behind ${last}`);
              last = number;
            }
            return truthAfter(last, process);
          });
    void stream.cancel().catch(() => undefined); // nobody reads in this process
  }

  /** Reads from somewhere on, comes again where it broke off, and knows what it may see. */
  async function read(): Promise<void> {
    let after = 0;
    for (let visit = 0; ; visit++) {
      const store = unreliable(open(), () => (random() < 0.03 ? "refused" : "done"));
      const controller = new AbortController();
      const entries = replay.entries<number>({
        ...timing,
        id,
        store,
        clock,
        after: after === 0 ? undefined : random() < 0.5 ? after : String(after),
        signal: controller.signal,
      });
      const patience = pick(20);
      try {
        for await (const { seq, value } of entries) {
          if (seq !== after + 1 || value !== seq) {
            throw new Error(`A reader is given ${value} as entry ${seq} behind ${after}`);
          }
          after = seq;
          if (visit < 3 && pick(20) > patience) break;
          if (random() < 0.1) await sleep(random() * lease);
        }
        if (visit < 3 && after < LENGTH && random() < 0.9) {
          note("reader left");
          if (!(await isOver())) continue;
        }
        if (after !== LENGTH && (await isOver()) === "done") {
          if (after > LENGTH) throw new Error("A reader has read too much");
          continue; // it left by itself at the end: once more
        }
        if (after === LENGTH) note("reader done");
        return;
      } catch (error) {
        if (!isResumeError(error)) throw error;
        note(`reader ${error.code}`);
        if (error.code === "missing" || error.code === "store") await sleep(lease);
        else if (error.code === "interrupted") {
          if ((error.seq ?? 0) < after)
            throw new Error("It was interrupted before what was read", { cause: error });
          await sleep(lease);
        } else if (error.code === "cancelled") {
          if (!stopped) throw new Error("It was stopped by nobody", { cause: error });
          return;
        } else throw error;
        if (visit > 200) throw new Error("A reader comes again and again", { cause: error });
      }
    }
  }

  async function isOver(): Promise<string | undefined> {
    const { state } = await status({ id, store: open(), clock });
    return state === "done" || state === "error" || state === "cancelled" ? state : undefined;
  }

  produce();
  for (let count = 0; count < 3; count++) readers.push(read());
  const rounds = 30 + pick(30);
  for (let round = 0; round < rounds && (await isOver()) === undefined; round++) {
    await pass(random() * lease * 0.7);
    const dice = random();
    if (dice < 0.2) {
      const alive = processes.filter((process) => !process.isDead());
      alive[pick(alive.length)]?.crash();
      note("crash");
    } else if (dice < 0.6) produce();
    else if (dice < 0.65 && !stopped && random() < 0.3) {
      stopped = true;
      note("stop");
      await stop({ id, store: open(), clock });
    } else if (dice < 0.7) readers.push(read());
  }
  // What is left is told to its end, by somebody who does not die.
  for (let last = 0; (await isOver()) === undefined; last++) {
    if (last > 50) throw new Error("The stream does not come to an end");
    const steady = { store: open(), crash: () => undefined, isDead: () => false };
    const options = { id, store: steady.store, clock, ...timing };
    const { state } = await status({ id, store: open(), clock });
    const rest =
      state === "missing" // all have died before they began
        ? record<number>(() => truthAfter(0, steady), options)
        : takeOver<number>(options, async (soFar) => {
            let from = 0;
            for await (const number of soFar) from = number;
            return truthAfter(from, steady);
          });
    void rest.cancel();
    await pass(3 * lease);
  }
  const ended = await isOver();
  note(`stream ${ended}`);
  if (ended === "error") throw new Error("No source has failed");
  if (ended === "cancelled" && !stopped) throw new Error("The stream was stopped by nobody");
  const all = Promise.all(readers);
  const waiting = { isOver: false };
  const over = () => {
    waiting.isOver = true;
  };
  void all.then(over, over);
  for (let wait = 0; !waiting.isOver; wait++) {
    if (wait > 300) throw new Error("A reader hangs");
    await pass(lease);
  }
  await all;
  let count = 0;
  try {
    for await (const number of replay<number>({ id, store: open(), clock })) {
      if (number !== ++count) throw new Error(`At the end, ${number} stands where ${count} should`);
    }
    if (count !== LENGTH) throw new Error(`At the end, the truth has ${count} numbers`);
  } catch (error) {
    if (!isResumeError(error, "cancelled") || ended !== "cancelled") throw error;
  }
  return seen;
}
